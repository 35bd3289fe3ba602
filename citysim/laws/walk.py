"""Walks a journal record by record through the cores of today and notes what they decide.

It goes on where it stopped, so a live journal costs its new records only. What other code wrote (its starts say another fingerprint) is walked too, and
not judged: there deciding otherwise is a back-test, and where it happened the state is uncertain until a snapshot says how that code had left it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from citybrain import canonical_json
from citybrain.decider.command import Command, DecisionContext
from citybrain.decider.decider import KERNEL_KINDS, Decide, commands_digest
from citybrain.errors import MalformedError, StoreCorruptError
from citybrain.journal import chain
from citybrain.journal.port import GENESIS, Head, Record, Snapshot, Store
from citysim.laws.history import Live, NodeHistory, Rows, Step

# the beginnings of JPEG, PNG, GIF, MP4 and H.264 in base64 and as escaped or plain bytes
PICTURES = (
    b"/9j/",
    b"iVBORw0KGgo",
    b"R0lGOD",
    b"AAAAIGZ0eXA",
    b"AAAAAWdC",
    b"\xff\xd8\xff",
    rb"\u00ff\u00d8\u00ff",
)
WORD_BYTES = 512  # a text without a break that is longer is no word of ours
LONG_WORD = b"w" * WORD_BYTES
LETTERS = bytes(
    ord("w") if chr(byte).isascii() and (chr(byte).isalnum() or chr(byte) in "+/=") else ord(" ")
    for byte in range(256)
)
START = "node_started"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cores:
    """A tier's cores: what decides, from which state, the inputs by name, and the fingerprint of that code ("": every record is judged)."""

    decide: Decide[Any]
    initial: Any
    kinds: Mapping[str, type]
    fingerprint: str = ""


class Walk:
    """One node's. `trusts_unsigned`: a start that names no code was this code's (a simulation of this very process)."""

    def __init__(self, name: str, cores: Cores, *, trusts_unsigned: bool = False) -> None:
        self._name, self._cores, self._trusts_unsigned = name, cores, trusts_unsigned
        self._kinds = {**KERNEL_KINDS, **cores.kinds}
        self._state: Any = cores.initial
        self._head = Head(seq=0, hash=GENESIS)
        self._steps: list[Step] = []
        self._divergent: list[int] = []
        self._unjudged: set[int] = set()
        self._fault = ""
        self._snapshot_faults: set[int] = set()
        self._is_ours = self._wrote_ours("")  # whether this code decided the record
        self._met_others = False  # other code decided something since the state was certain
        self._is_certain = True  # whether the state is the one that the node had
        self._loose: list[
            int
        ] = []  # the kernel's records since the last other one: after a start of other code nobody knows whose they were

    @property
    def after(self) -> int:
        """The last record walked."""
        return self._head.seq

    def continues(self, store: Store) -> bool:
        """Whether `store` still holds what was walked: one that was put back from a backup may not."""
        last = (
            next(islice(store.records(after=self._head.seq - 1), 1), None)
            if self._head.seq
            else None
        )
        return self._head.seq == 0 or (last is not None and last.hash == self._head.hash)

    def go_on(self, records: Iterable[Record], *, snapshot: Snapshot | None = None) -> None:
        """Walk what is new. `snapshot` is compared when the walk passes it; a broken chain ends the walk for good."""
        for record in records:
            if self._fault:
                return
            try:
                self._head = chain.verify([record], self._head)
                self._step(record)
            except (StoreCorruptError, MalformedError) as error:
                self._fault = str(error)
                return
            if snapshot is not None and snapshot.seq == record.seq:
                self._pass(snapshot)

    def history(
        self,
        *,
        epoch: str = "",
        let_go: tuple[tuple[str, int], ...] = (),
        live: Live | None = None,
        rows: Rows | None = None,
    ) -> NodeHistory:
        return NodeHistory(
            name=self._name,
            epoch=epoch,
            steps=tuple(self._steps),
            divergent=tuple(seq for seq in self._divergent if seq not in self._unjudged),
            unjudged=frozenset(self._unjudged),
            back_tested=len(self._unjudged.intersection(self._divergent)),
            chain_fault=self._fault,
            snapshot_faults=tuple(
                f"the snapshot at record {seq} is not the state that the records lead to"
                for seq in sorted(self._snapshot_faults)
            ),
            state=self._state,
            state_hash=canonical_json.digest(self._state)
            if live is not None and self._is_certain
            else "",
            live=live,
            let_go=let_go,
            rows=rows,
        )

    def _step(self, record: Record) -> None:
        kind = self._kinds.get(record.kind)
        if kind is None:
            raise StoreCorruptError(
                f"record {record.seq} is of kind {record.kind!r}, which this version does not know"
            )
        seen: Any = canonical_json.decode(record.payload, kind)
        self._attribute(record, seen)
        commands = self._decide(record, seen)
        size = len(record.payload)
        self._steps.append(
            Step(
                seq=record.seq,
                at=record.at,
                input=seen,
                commands=commands,
                size=size,
                suspicious=_suspicious(record.payload),
            )
        )

    def _decide(self, record: Record, seen: Any) -> tuple[Command, ...]:
        is_same, commands = False, tuple[Command, ...]()
        try:
            state, commands = self._cores.decide(
                self._state, seen, DecisionContext(seq=record.seq, at=record.at)
            )
            self._state, is_same = state, commands_digest(commands) == record.commands_digest
        except Exception:  # noqa: BLE001 - what is judged may fail: that is a finding (the record is divergent), not the judge's end
            pass
        if not self._is_ours or not self._is_certain:
            self._unjudged.add(record.seq)
            self._is_certain = self._is_certain and is_same
        if not is_same:
            self._divergent.append(record.seq)
        return commands

    def _attribute(self, record: Record, seen: Any) -> None:
        """Whose record it is. Overdue timers fire before a start is journaled, so the kernel's records just before one may be of either run."""
        if record.kind == START:
            was_ours, self._is_ours = self._is_ours, self._wrote_ours(getattr(seen, "cores", ""))
            if was_ours is not self._is_ours:
                self._unjudged.update(self._loose)
        if record.kind in KERNEL_KINDS:
            self._loose.append(record.seq)
        else:
            self._loose.clear()
        self._met_others = self._met_others or not self._is_ours

    def _wrote_ours(self, fingerprint: str) -> bool:
        ours = self._cores.fingerprint
        return not ours or fingerprint == ours or (not fingerprint and self._trusts_unsigned)

    def _pass(self, snapshot: Snapshot) -> None:
        """Our own state must be the one that was saved; after other code's records the saved one is what the node went on with."""
        if snapshot.hash == canonical_json.digest(self._state):
            self._is_certain, self._met_others = True, not self._is_ours
        elif not self._met_others:
            self._snapshot_faults.add(snapshot.seq)
        elif (state := _read(snapshot, type(self._cores.initial))) is not None:
            self._state, self._is_certain, self._met_others = state, True, not self._is_ours


def _read(snapshot: Snapshot, kind: type) -> Any:
    """The state in it, None where it does not read back the same (as a start would find)."""
    try:
        state: Any = canonical_json.decode(snapshot.payload, kind)
    except MalformedError:
        return None
    return state if canonical_json.encode(state) == snapshot.payload else None


def _suspicious(payload: bytes) -> str:
    """The beginning of a picture, or of bytes without a break that could hide one; "" where there is neither."""
    for beginning in PICTURES:
        if beginning in payload:
            return beginning.decode("latin-1")
    at = payload.translate(LETTERS).find(LONG_WORD) if len(payload) >= WORD_BYTES else -1
    return "" if at < 0 else payload[at : at + 16].decode("latin-1")
