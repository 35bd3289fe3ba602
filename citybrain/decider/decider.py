"""Decide, commit, release: the one way in which a tier's state changes. Synchronous, without
threads or clocks of its own.

What a core sees is what a replay will see: every input is put into its canonical text and read back
before the core gets it. A batch that cannot be committed changes nothing: the state is kept only
after the store has it.
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
from citybrain.decider.state_text import CheckpointDraft, no_pause, state_text
from citybrain.journal import chain
from citybrain.journal.checkpoint import Checkpoint, covered_by
from citybrain.journal.port import Head, Store
from citybrain.structs import Struct

S = TypeVar("S")

TIMERS_FIRED = 1_000  # in one transaction


class Committed(Struct, frozen=True, kw_only=True):
    """An input that is in the journal, as it was submitted, and what the cores decided. What they
    were given is its reading; to keep that too would hold a whole group of events in memory."""

    seq: int
    commands: tuple[Command, ...]
    input: object = None


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
        self._takeover = found.takeover
        self.divergence: Divergence | None = found.divergence

    @property
    def state(self) -> S:
        """The state after the last commit. Frozen: safe to read from any thread."""
        return self._state

    @property
    def head(self) -> Head:
        return self._head

    @property
    def records_since_checkpoint(self) -> int:
        """How many records a start would have to replay."""
        return self._head.seq - self._covered

    def run(self, inputs: Sequence[object], at: Timestamp) -> tuple[Committed | Rejected, ...]:
        """Decide `inputs` in order and commit them in one transaction; raises `StoreError` with
        nothing changed when that fails."""
        state, head, covered = self._state, self._head, self._covered
        results: list[Committed | Rejected] = []
        draft = BatchDraft()
        entry = self._entry_checkpoint()
        for raw in (*entry, *inputs):
            try:
                state_after, decision = self._decided(state, head, raw, at)
            except Exception as error:  # noqa: BLE001 - supervision boundary: one bad input must not stop the node
                results.append(Rejected(input=raw, error=error))
                continue
            draft.add(decision)
            state, head = state_after, decision.record.head
            if isinstance(decision.seen, Checkpoint):
                covered = covered_by(decision.seen, head.seq)
            results.append(Committed(seq=head.seq, commands=decision.commands, input=raw))
        if draft.records:
            self._store.commit(draft.batch())
            self._takeover = None
        self._state, self._head, self._covered = state, head, covered
        return tuple(results[len(entry) :])

    def fire_due(
        self, at: Timestamp, *, limit: int = TIMERS_FIRED
    ) -> tuple[Committed | Rejected, ...]:
        """Fire what is due, in order. A timer's row goes in the transaction that journals its
        firing."""
        due = self._store.timers_due(at=at, limit=limit)
        fired = [TimerFired(timer=t.timer, subject=t.subject, version=t.version) for t in due]
        return self.run(fired, at) if fired else ()

    def draft_checkpoint(self) -> CheckpointDraft[S]:
        """What the next checkpoint shall name: the present state. Between two `run`s."""
        return CheckpointDraft(after=self._head.seq, state=self._state)

    def write_checkpoint(
        self, draft: CheckpointDraft[S], *, pause: Callable[[], None] = no_pause
    ) -> Checkpoint:
        """Put the text of `draft` beside the records; from any thread, `run` may go on meanwhile.
        The checkpoint counts once `run` was given the input that this returns. Raises as
        `state_text` and `Store.write_text`."""
        text = state_text(draft.state, self._cores.state.type, pause=pause)
        self._store.write_text(text.hash, _with_pauses(text.parts, pause))
        return Checkpoint(
            after=draft.after, state_version=self._cores.state.version, state_hash=text.hash
        )

    def checkpoint(self, at: Timestamp) -> Checkpoint:
        """Make a checkpoint of the present state, in one go: the next start replays nothing, and
        other code may begin from it."""
        checkpoint = self.write_checkpoint(self.draft_checkpoint())
        self.run([checkpoint], at)
        self._store.drop_old_texts()
        return checkpoint

    def state_hash(self) -> str:
        return canonical_json.digest(self._state)

    def _entry_checkpoint(self) -> tuple[Checkpoint, ...]:
        """Before the first record of other code: what this code made of the state that it found."""
        if self._takeover is None:
            return ()
        self._store.write_text(self._takeover.hash, self._takeover.parts)
        entry = Checkpoint(
            after=self._head.seq,
            state_version=self._cores.state.version,
            state_hash=self._takeover.hash,
        )
        return (entry,)

    def _decided(self, state: S, head: Head, raw: object, at: Timestamp) -> tuple[S, Decision]:
        kind, version = self._cores.inputs.kind_of(raw)
        payload = canonical_json.encode(raw)
        seen = canonical_json.decode(payload, type(raw))
        state_after, commands = state, tuple[Command, ...]()
        if not isinstance(seen, Checkpoint):
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
