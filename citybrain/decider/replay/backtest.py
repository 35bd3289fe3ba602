"""The back-test: what the code of today would have decided otherwise, record by record. A report,
and never a state: the past is never decided anew.

It begins at the journal's beginning, or at the first checkpoint whose text is kept, and takes up
the state that was left at every such checkpoint, so that one other decision does not colour all
that follow.
"""

from collections.abc import Iterator
from enum import StrEnum
from hashlib import sha256
from typing import Generic, TypeVar

from citybrain.decider.command import Command, DecisionContext
from citybrain.decider.commands_digest import is_digest_of
from citybrain.decider.cores import Cores
from citybrain.decider.rows.correction import UNDECIDED
from citybrain.errors import UpgradeError
from citybrain.journal import chain
from citybrain.journal.checkpoint import Checkpoint, checkpoint_in
from citybrain.journal.port import BEGINNING, Record, Store
from citybrain.structs import Struct

S = TypeVar("S")

ALL = 2**31  # checkpoints of a journal


class Comparison(StrEnum):
    """How today's code decides a record, compared with the code that decided it."""

    SAME = "same"
    CHANGED = "changed"  # other commands
    UNDECIDABLE = "undecidable"  # it cannot be read, or no core decides it
    UNKNOWN = "unknown"  # the state before it is not known: it is before the first kept text


class Backtested(Struct, frozen=True, kw_only=True):
    """One record, decided by today's code. `detail` says why it is undecidable."""

    record: Record
    outcome: Comparison
    commands: tuple[Command, ...] = ()
    detail: str = ""


def backtest(cores: Cores[S], store: Store) -> Iterator[Backtested]:
    """Every record but checkpoints, in order. Raises `StoreCorruptError` where the chain breaks."""
    run = _Backtest(cores, store)
    run.load_state_at(store.base().seq)
    for record in chain.checked(store.records(), store.base()):
        if record.kind not in UNDECIDED:
            yield run.decide(record)
        run.load_state_at(record.seq)


class _Backtest(Generic[S]):
    def __init__(self, cores: Cores[S], store: Store) -> None:
        self._cores, self._store = cores, store
        self._state: S | None = cores.initial if store.base() == BEGINNING else None
        self._named: dict[int, Checkpoint] = {}
        for record in store.checkpoints(limit=ALL):
            checkpoint = checkpoint_in(record)
            self._named.setdefault(checkpoint.after, checkpoint)  # of several the newest

    def load_state_at(self, seq: int) -> None:
        """Take up the state after record `seq` where a checkpoint kept it in a text that is whole
        and that this code can read."""
        checkpoint = self._named.pop(seq, None)
        text = self._store.text(checkpoint.state_hash) if checkpoint is not None else None
        if checkpoint is None or text is None:
            return
        if sha256(text).hexdigest() != checkpoint.state_hash:
            return
        try:
            self._state = self._cores.state.decode(text, checkpoint.state_version)
        except UpgradeError:
            return

    def decide(self, record: Record) -> Backtested:
        if self._state is None:
            return Backtested(record=record, outcome=Comparison.UNKNOWN)
        context = DecisionContext(seq=record.seq, at=record.at)
        try:
            given = self._cores.inputs.decode(record.kind, record.version, record.payload)
            state, commands = self._cores.decide(self._state, given, context)
            is_same = is_digest_of(record.commands_digest, commands)
        except Exception as error:  # noqa: BLE001 - supervision boundary: what today's code fails over is what the report is for
            return Backtested(record=record, outcome=Comparison.UNDECIDABLE, detail=repr(error))
        self._state = state
        outcome = Comparison.SAME if is_same else Comparison.CHANGED
        return Backtested(record=record, outcome=outcome, commands=commands)
