"""Replays a journal record by record through the cores that decided it, and notes what they decide.

It goes on where it stopped, so a live journal costs its new records only. Records of code that is
not known here are replayed by today's and not judged: there deciding otherwise is a back-test, and
where it happens the state is uncertain until a checkpoint's text says what that code had left.
"""

from collections import deque
from hashlib import sha256
from itertools import islice
from typing import Any, Generic, TypeVar

from citybrain import canonical_json
from citybrain.decider.command import Command, DecisionContext
from citybrain.decider.commands_digest import is_digest_of
from citybrain.decider.cores import Cores
from citybrain.decider.rows.correction import UNDECIDED
from citybrain.errors import MalformedError, StoreError, UpgradeError
from citybrain.journal import chain
from citybrain.journal.checkpoint import Checkpoint
from citybrain.journal.port import BEGINNING, CHECKPOINT_KIND, Record, Store
from citysim.laws.history import LiveState, NodeHistory, ReplayedRecord, StoredRows
from citysim.laws.image_signature import image_signature

S = TypeVar("S")
I = TypeVar("I")  # noqa: E741 - the inputs of a tier, as S are its states

ALL = 2**31  # checkpoints of a journal
STATES_KEPT = 2_000  # for a checkpoint that is journaled after the replay passed its state


class JournalReplay(Generic[S, I]):
    """One node's replay; `S` is its state, `I` its inputs.

    `today` and `others` are the cores whose records are judged.
    """

    def __init__(self, name: str, today: Cores[S], *others: Cores[Any]) -> None:
        self._name, self._today = name, today
        self._known: dict[str, Cores[Any]] = {cores.code: cores for cores in (today, *others)}
        self._state: Any = today.initial
        self._code = ""  # of the record before; "": none yet
        self._is_certain = True  # the state is the one that the node had
        self._head, self._begins_after = BEGINNING, 0
        self._recent: deque[tuple[int, Any]] = deque(maxlen=STATES_KEPT)
        self._upcoming: dict[int, tuple[Record, Checkpoint]] = {}  # by the record they name
        self._compared: set[int] = set()  # checkpoints, by their own record
        self._records: list[ReplayedRecord[I]] = []
        self._divergent: list[int] = []
        self._foreign_records: set[int] = set()
        self._chain_error = ""
        self._checkpoint_errors: list[str] = []

    def know(self, *others: Cores[Any]) -> None:
        """Judge the records of these cores too."""
        self._known.update((cores.code, cores) for cores in others)

    @property
    def after(self) -> int:
        """The last record replayed."""
        return self._head.seq

    def continues(self, store: Store) -> bool:
        """Whether `store` still holds what comes next: one that was restored from a backup, or cut
        past this place, does not."""
        if self._head.seq <= store.base().seq:
            return self._head == store.base()
        last = next(islice(store.records(after=self._head.seq - 1), 1), None)
        return last is not None and last.hash == self._head.hash

    def advance(self, store: Store) -> None:
        """Replay what is new in `store`. A broken chain ends the replay for good."""
        if self._head == BEGINNING and store.base() != BEGINNING:
            self._head, self._begins_after = store.base(), store.base().seq
            self._is_certain = False
        try:
            self._note_upcoming(store)
            named = self._upcoming.get(self._head.seq)
            if named is not None and not self._is_certain:
                self._meet_state(*named, store)
            for record in store.records(after=self._head.seq):
                if self._chain_error:
                    return
                self._head = chain.verify([record], self._head)
                self._replay(record, store)
        except (StoreError, MalformedError) as error:
            self._chain_error = str(error)

    def history(
        self,
        *,
        epoch: str = "",
        discarded: tuple[tuple[str, int], ...] = (),
        live: LiveState | None = None,
        rows: StoredRows | None = None,
    ) -> NodeHistory[S, I]:
        is_comparable = live is not None and self._is_certain
        return NodeHistory(
            name=self._name,
            epoch=epoch,
            begins_after=self._begins_after,
            records=tuple(self._records),
            divergent=tuple(seq for seq in self._divergent if seq not in self._foreign_records),
            foreign_records=frozenset(self._foreign_records),
            foreign_divergent=len(self._foreign_records.intersection(self._divergent)),
            chain_error=self._chain_error,
            checkpoint_errors=tuple(self._checkpoint_errors),
            state=self._state,
            state_hash=canonical_json.digest(self._state) if is_comparable else "",
            live=live,
            discarded=discarded,
            rows=rows,
        )

    def _note_upcoming(self, store: Store) -> None:
        """Checkpoints that name a state some records before their own: it is met on the way."""
        for record in store.checkpoints(after=self._head.seq, limit=ALL):
            checkpoint = self._decoded(record)
            if checkpoint.after != record.seq - 1:
                self._upcoming[checkpoint.after] = record, checkpoint

    def _replay(self, record: Record, store: Store) -> None:
        decoded = self._decoded(record)
        commands: tuple[Command, ...] = ()
        if record.kind == CHECKPOINT_KIND:
            self._pass_checkpoint(record, decoded, store)
        elif record.kind not in UNDECIDED:
            commands = self._decide(record, decoded)
        self._code = record.code
        self._records.append(
            ReplayedRecord(
                seq=record.seq,
                at=record.at,
                input=decoded,
                commands=commands,
                size=len(record.payload),
                image_signature=image_signature(record.payload),
            )
        )
        self._recent.append((record.seq, self._state))
        named = self._upcoming.pop(record.seq, None)
        if named is not None:
            self._meet_state(*named, store)

    def _decide(self, record: Record, given: object) -> tuple[Command, ...]:
        if self._code not in ("", record.code):
            self._checkpoint_errors.append(
                f"record {record.seq} was decided by other code than the one before it, and no"
                " checkpoint stands between them"
            )
        cores = self._known.get(record.code)
        is_same, commands = False, tuple[Command, ...]()
        try:
            context = DecisionContext(seq=record.seq, at=record.at)
            state, commands = (cores or self._today).decide(self._state, given, context)
            self._state, is_same = state, is_digest_of(record.commands_digest, commands)
        except Exception:  # noqa: BLE001 - what is judged may fail: that is a finding (the record is divergent), not the judge's end
            pass
        if cores is None or not self._is_certain:
            self._foreign_records.add(record.seq)
            self._is_certain = self._is_certain and is_same
        if not is_same:
            self._divergent.append(record.seq)
        return commands

    def _pass_checkpoint(self, record: Record, checkpoint: Checkpoint, store: Store) -> None:
        if record.code not in self._known:
            self._foreign_records.add(record.seq)
        if checkpoint.after == record.seq - 1:
            if self._code not in ("", record.code):
                self._take_over(record)
            self._meet_state(record, checkpoint, store)
        elif self._is_certain and record.seq not in self._compared:
            self._compare(record, checkpoint, dict(self._recent).get(checkpoint.after))

    def _take_over(self, record: Record) -> None:
        """Other code goes on from here: the state in its form."""
        before, after = self._known.get(self._code), self._known.get(record.code)
        try:
            text = canonical_json.encode(self._state)
            version = (before or self._today).state.version
            self._state = (after or self._today).state.decode(text, version)
        except UpgradeError:
            self._is_certain = False
        self._is_certain = self._is_certain and before is not None and after is not None

    def _meet_state(self, record: Record, checkpoint: Checkpoint, store: Store) -> None:
        """The state that `checkpoint` names is the one after the last record."""
        if self._is_certain and self._code:
            self._compare(record, checkpoint, self._state)
            return
        text = store.text(checkpoint.state_hash)
        if text is None or sha256(text).hexdigest() != checkpoint.state_hash:
            return
        cores = self._known.get(record.code, self._today)
        try:
            self._state = cores.state.decode(text, checkpoint.state_version)
        except UpgradeError:
            return
        self._is_certain = True

    def _compare(self, record: Record, checkpoint: Checkpoint, state: object | None) -> None:
        self._compared.add(record.seq)
        if record.code not in self._known or state is None:
            return
        if canonical_json.digest(state) != checkpoint.state_hash:
            self._checkpoint_errors.append(
                f"the checkpoint at record {record.seq} does not name the state that the records"
                f" up to {checkpoint.after} lead to"
            )

    def _decoded(self, record: Record) -> Any:
        cores = self._known.get(record.code, self._today)
        return cores.inputs.decode(record.kind, record.version, record.payload)
