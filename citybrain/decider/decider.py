"""Decide, commit, release: the one way in which a tier's state changes. Synchronous, without
threads or clocks of its own.

What a core sees is what a replay will see: every input is put into its canonical text and read back
before the core gets it, but for one that is known to be its reading already. A batch that cannot be
committed changes nothing: the state is kept only after the store has it.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Generic, TypeVar

from citybrain import canonical_json
from citybrain.clock import Timestamp
from citybrain.decider.batch_draft import BatchDraft, Decision, check_timers, letters_of
from citybrain.decider.command import Command, DecisionContext, TimerFired
from citybrain.decider.commands_digest import commands_digest
from citybrain.decider.cores import Cores
from citybrain.decider.recovery import Divergence, recover
from citybrain.decider.rows.correction import RowsCorrected
from citybrain.decider.rows.kept import KEPT_FORMAT, KeptRows, kept_rows
from citybrain.decider.rows.node_rows import NodeRows
from citybrain.decider.state_text import CheckpointDraft, no_pause, state_text
from citybrain.journal import chain
from citybrain.journal.checkpoint import Checkpoint, covered_by
from citybrain.journal.port import Batch, Head, Store
from citybrain.structs import Struct

S = TypeVar("S")

TIMERS_FIRED = 1_000  # in one transaction


class Committed(Struct, frozen=True, kw_only=True):
    """An input that is in the journal, as it was submitted, and what the cores decided. What they
    were given is its reading; to keep that too would hold a whole group of events in memory."""

    seq: int
    commands: tuple[Command, ...]
    input: object = None


class AsRead(Struct, frozen=True, kw_only=False):
    """An input that equals the reading of its own canonical text: made of checked parts by a
    decoder whose tests show that. It is not read back, which would cost more than to decide it."""

    input: object


class Rejected(Struct, frozen=True, kw_only=True):
    """An input that a core could not decide: not journaled, nothing changed. A bug or a forged
    message; the commit loop quarantines it."""

    input: object
    error: Exception


class Decider(Generic[S]):
    """A tier's cores behind their journal.

    Building it recovers the state from `store`; `recovery` says what it refuses. `rebuilds` is for
    the command that makes a damaged checkpoint anew, never for a node.
    """

    def __init__(self, cores: Cores[S], store: Store, *, rebuilds: bool = False) -> None:
        self._cores, self._store = cores, store
        found = recover(cores, store, rebuilds=rebuilds)
        self._state, self._head, self._covered = found.state, found.head, found.covered
        self._takeover, self._rows, self.rows_found = found.takeover, found.rows, found.found
        self._correction = found.found.correction
        self.divergence: Divergence | None = found.divergence

    @property
    def state(self) -> S:
        """The state after the last commit. Frozen: safe to read from any thread."""
        return self._state

    @property
    def head(self) -> Head:
        return self._head

    @property
    def rows(self) -> NodeRows:
        """The timers and letters that the records lead to. Only between two `run`s."""
        return self._rows

    @property
    def records_since_checkpoint(self) -> int:
        """How many records a start would have to replay."""
        return self._head.seq - self._covered

    def run(self, inputs: Sequence[object], at: Timestamp) -> tuple[Committed | Rejected, ...]:
        """Decide `inputs` in order and commit them in one transaction; raises `StoreError` with
        nothing changed when that fails."""
        state, head, covered = self._state, self._head, self._covered
        results: list[Committed | Rejected] = []
        repair = self.rows_found.repair if self._correction is not None else None
        draft = BatchDraft(self._rows, repair=repair)
        entry = self._entry()
        for given in (*entry, *inputs):
            raw, is_read = (given.input, True) if type(given) is AsRead else (given, False)
            try:
                state_after, decision = self._decided(state, head, raw, at, is_read=is_read)
            except Exception as error:  # noqa: BLE001 - supervision boundary: one bad input must not stop the node
                results.append(Rejected(input=raw, error=error))
                continue
            draft.add(decision)
            state, head = state_after, decision.record.head
            if isinstance(decision.seen, Checkpoint):
                covered = covered_by(decision.seen, head.seq)
            results.append(Committed(seq=head.seq, commands=decision.commands, input=raw))
        if draft.records:
            self._commit(draft.batch(), is_checkpoint=covered != self._covered)
        self._state, self._head, self._covered = state, head, covered
        return tuple(results[len(entry) :])

    def fire_due(
        self, at: Timestamp, *, limit: int = TIMERS_FIRED
    ) -> tuple[Committed | Rejected, ...]:
        """Fire what is due, in order. A timer's row goes in the transaction that journals its
        firing. What the start found wrong with the rows is put right before one is read."""
        if self._correction is not None:
            self.run((), at)
        due = self._store.timers_due(at=at, limit=limit)
        fired = [TimerFired(timer=t.timer, subject=t.subject, version=t.version) for t in due]
        return self.run(fired, at) if fired else ()

    def draft_checkpoint(self) -> CheckpointDraft[S]:
        """What the next checkpoint shall name: the present state. Between two `run`s."""
        return CheckpointDraft(after=self._head.seq, state=self._state, rows=self._rows.copy())

    def write_checkpoint(
        self, draft: CheckpointDraft[S], *, pause: Callable[[], None] = no_pause
    ) -> Checkpoint:
        """Put the texts of `draft` beside the records; from any thread, `run` may go on meanwhile.
        The checkpoint counts once `run` was given the input that this returns. Raises as
        `state_text` and `Store.write_text`."""
        text = state_text(draft.state, self._cores.state.type, pause=pause)
        self._store.write_text(text.hash, _with_pauses(text.parts, pause))
        rows = state_text(kept_rows(draft.rows, self._store), KeptRows, pause=pause)
        self._store.write_text(rows.hash, _with_pauses(rows.parts, pause))
        return self._checkpoint_of(draft.after, state_hash=text.hash, rows_hash=rows.hash)

    def checkpoint(self, at: Timestamp) -> Checkpoint:
        """Make a checkpoint of the present state, in one go: the next start replays nothing, and
        other code may begin from it."""
        checkpoint = self.write_checkpoint(self.draft_checkpoint())
        self.run([checkpoint], at)
        self._store.drop_old_texts()
        return checkpoint

    def state_hash(self) -> str:
        return canonical_json.digest(self._state)

    def _entry(self) -> tuple[Checkpoint | RowsCorrected, ...]:
        """Before the first record: what this code made of the state that other code had left, and
        what it found wrong with the rows."""
        correction = () if self._correction is None else (self._correction,)
        if self._takeover is None:
            return correction
        self._store.write_text(self._takeover.hash, self._takeover.parts)
        rows = state_text(kept_rows(self._rows.copy(), self._store), KeptRows)
        self._store.write_text(rows.hash, rows.parts)
        checkpoint = self._checkpoint_of(
            self._head.seq, state_hash=self._takeover.hash, rows_hash=rows.hash
        )
        return (checkpoint, *correction)

    def _checkpoint_of(self, after: int, *, state_hash: str, rows_hash: str) -> Checkpoint:
        return Checkpoint(
            after=after,
            state_version=self._cores.state.version,
            state_hash=state_hash,
            rows_version=KEPT_FORMAT.version,
            rows_hash=rows_hash,
        )

    def _commit(self, batch: Batch, *, is_checkpoint: bool) -> None:
        self._store.commit(batch)
        if self._correction is not None:
            self._rows.corrected(self._correction)
        self._takeover = self._correction = None
        self._rows.committed(batch)
        if is_checkpoint:  # now and then
            self._rows.discard(self._store.letter_logs())

    def _decided(
        self, state: S, head: Head, raw: object, at: Timestamp, *, is_read: bool
    ) -> tuple[S, Decision]:
        kind, version = self._cores.inputs.kind_of(raw)
        payload = canonical_json.encode(raw)
        seen = raw if is_read else canonical_json.decode(payload, type(raw))
        state_after, commands = state, tuple[Command, ...]()
        if not isinstance(seen, Checkpoint | RowsCorrected):
            context = DecisionContext(seq=head.seq + 1, at=at)
            state_after, commands = self._cores.decide(state, seen, context)
            check_timers(commands)
        record = chain.seal(
            head,
            at=at,
            kind=kind,
            version=version,
            code=self._cores.code,
            payload=payload,
            commands_digest=commands_digest(commands),
        )
        letters = letters_of(commands, self._cores.letters)
        return state_after, Decision(record=record, seen=seen, commands=commands, letters=letters)


def _with_pauses(parts: Sequence[bytes], pause: Callable[[], None]) -> Iterator[bytes]:
    for part in parts:
        yield part
        pause()
