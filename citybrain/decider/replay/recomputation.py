"""Decides a journal again with the code that decided it, and compares: the states that checkpoints
name, what was decided, and the timers and letters that are left of it.

A chain proves that no record was altered by somebody who did not make the whole chain anew. It
does not prove that a state, a timer or a letter beside it is what the records lead to. Records of
other code are not decided again: this code may decide otherwise, and hashes are all that there is.
"""

from collections.abc import Callable
from enum import StrEnum
from hashlib import sha256
from typing import Generic, TypeVar

from citybrain import canonical_json
from citybrain.decider.command import DecisionContext
from citybrain.decider.commands_digest import commands_digest
from citybrain.decider.cores import Cores
from citybrain.decider.rows.correction import CORRECTION_KIND, UNDECIDED
from citybrain.decider.rows.difference import sentences
from citybrain.decider.rows.kept import KEPT_FORMAT, NOTHING, KeptRows, leads_to
from citybrain.decider.rows.rows_replay import RowsReplay
from citybrain.journal import chain
from citybrain.journal.checkpoint import Checkpoint, checkpoint_in
from citybrain.journal.port import BEGINNING, Record, Store
from citybrain.structs import Struct, replace

S = TypeVar("S")

ALL_CHECKPOINTS = 2**31
FAULTS_NAMED = 100  # of rows; a forged table has no end
MORE_FAULTS = "there are more: only these were looked for"
OnRecord = Callable[[Record], None]


class Proof(StrEnum):
    """How a stretch of records was verified."""

    RECOMPUTED = "recomputed"
    OTHER_CODE = "other_code"  # its hashes alone
    NO_STATE = "no_state"  # the state before it is kept nowhere: its hashes alone


class Stretch(Struct, frozen=True, kw_only=True):
    """Records `first` to `last`, verified in one way."""

    first: int
    last: int
    code: str
    proof: Proof


class Recomputed(Struct, frozen=True, kw_only=True):
    """What a recomputation found. `faults` are sentences; `rows_since` is the first record from
    which timers and letters were derived (those before it are as a checkpoint names them); 0: they
    were not."""

    stretches: tuple[Stretch, ...]
    faults: tuple[str, ...]
    rows_since: int


def recompute(cores: Cores[S], store: Store, *, on_record: OnRecord = lambda _: None) -> Recomputed:
    """Walk `store` once. Raises `StoreCorruptError` where the chain breaks. Reads only; where
    others write meanwhile, `store` must be a snapshot."""
    run = _Recomputation(cores, store)
    for record in chain.checked(store.records(), store.base()):
        run.take(record)
        on_record(record)
    return run.end()


class _Recomputation(Generic[S]):
    def __init__(self, cores: Cores[S], store: Store) -> None:
        self._cores, self._store = cores, store
        self._stretches: list[Stretch] = []
        self._faults: list[str] = []
        self._named: dict[int, list[Checkpoint]] = {}  # by the record that they follow
        for record in store.checkpoints(limit=ALL_CHECKPOINTS):
            if record.code == cores.code:
                checkpoint = checkpoint_in(record)
                self._named.setdefault(checkpoint.after, []).append(checkpoint)
        self._state: S | None = None
        self._rows: RowsReplay | None = None
        self._rows_since = 0
        if store.base() == BEGINNING:
            self._begin(cores.initial, NOTHING, after=0)
        self._visit(store.base().seq)

    def take(self, record: Record) -> None:
        if record.kind in UNDECIDED:
            self._correct(record)
        elif record.code != self._cores.code:
            self._lose_state()
            self._note(record, Proof.OTHER_CODE)
        elif self._state is None:
            self._note(record, Proof.NO_STATE)
        else:
            self._decide(record)
        self._visit(record.seq)

    def end(self) -> Recomputed:
        found = self._rows.found(self._store) if self._rows is not None else None
        if found is not None and found.correction is not None:
            for sentence in sentences(found.correction):
                self._faults.append(sentence)
                if len(self._faults) >= FAULTS_NAMED:
                    self._faults.append(MORE_FAULTS)
                    break
        return Recomputed(
            stretches=tuple(self._stretches),
            faults=tuple(self._faults),
            rows_since=self._rows_since if self._rows is not None else 0,
        )

    def _begin(self, state: S, kept: KeptRows | None, *, after: int) -> None:
        self._state, self._rows_since = state, after + 1
        if kept is not None:
            self._rows = RowsReplay(self._cores.letters, self._store, kept=kept)

    def _lose_state(self) -> None:
        self._state, self._rows = None, None

    def _visit(self, seq: int) -> None:
        """The states that checkpoints name after record `seq`: the one that was recomputed must be
        each of them; where none was, the recomputation goes on from one that is kept."""
        for checkpoint in self._named.get(seq, ()):
            if self._state is None:
                self._take_up(checkpoint)
            elif canonical_json.digest(self._state) != checkpoint.state_hash:
                self._faults.append(
                    f"the state after record {seq} is not the one that its checkpoint names: that"
                    " was forged, or the records were"
                )
                self._lose_state()
                return
            elif self._rows is not None:
                kept = self._kept(checkpoint)
                if kept is not None and not leads_to(self._rows.rows, kept):
                    self._faults.append(
                        f"the timers and letters after record {seq} are not those that its"
                        " checkpoint names: they were forged, or the records were"
                    )

    def _take_up(self, checkpoint: Checkpoint) -> None:
        text = self._store.text(checkpoint.state_hash)
        if text is None:
            return
        if sha256(text).hexdigest() != checkpoint.state_hash:
            self._faults.append(
                f"the text of the state after record {checkpoint.after} was altered: it is not the"
                " one that its checkpoint names"
            )
            return
        state = self._cores.state.decode(text, checkpoint.state_version)
        self._begin(state, self._kept(checkpoint), after=checkpoint.after)

    def _kept(self, checkpoint: Checkpoint) -> KeptRows | None:
        """The timers and letters that it names, where their text is kept."""
        text = self._store.text(checkpoint.rows_hash) if checkpoint.rows_hash else None
        if text is None:
            return None
        if sha256(text).hexdigest() != checkpoint.rows_hash:
            self._faults.append(
                f"the text of the timers and letters after record {checkpoint.after} was altered:"
                " it is not the one that its checkpoint names"
            )
            return None
        return KEPT_FORMAT.decode(text, checkpoint.rows_version)

    def _correct(self, record: Record) -> None:
        if self._rows is not None and record.kind == CORRECTION_KIND:
            given = self._cores.inputs.decode(record.kind, record.version, record.payload)
            self._rows.corrected(given)

    def _decide(self, record: Record) -> None:
        state = self._state
        assert state is not None
        context = DecisionContext(seq=record.seq, at=record.at)
        try:
            given = self._cores.inputs.decode(record.kind, record.version, record.payload)
            state, commands = self._cores.decide(state, given, context)
        except Exception as error:  # noqa: BLE001 - supervision boundary: what this code fails over, it never decided
            self._fault(record, f"cannot be decided, by the code that decided it: {error!r}")
            return
        if commands_digest(commands) != record.commands_digest:
            self._fault(record, "was decided otherwise than it says")
            return
        self._state = state
        if self._rows is not None:
            self._rows.decided(given, commands, record.at)
        self._note(record, Proof.RECOMPUTED)

    def _fault(self, record: Record, what: str) -> None:
        """What follows it cannot be judged: the state is another one."""
        self._faults.append(f"record {record.seq} ({record.kind}) {what}")
        self._lose_state()
        self._note(record, Proof.NO_STATE)

    def _note(self, record: Record, proof: Proof) -> None:
        last = self._stretches[-1] if self._stretches else None
        if last is not None and (last.code, last.proof) == (record.code, proof):
            self._stretches[-1] = replace(last, last=record.seq)
            return
        self._stretches.append(
            Stretch(first=record.seq, last=record.seq, code=record.code, proof=proof)
        )
