"""Bugs of the commit: what is in the transaction, what a checkpoint holds, what a core may read."""

from random import Random  # noqa: TID251 - this is the bug
from typing import Any

from citybrain.clock import SECOND_US, Timestamp
from citybrain.decider import decider
from citybrain.decider.batch_draft import BatchDraft, Decision
from citybrain.decider.command import TimerFired
from citybrain.decider.commit_loop import CommitLoop
from citybrain.decider.decider import Decider
from citybrain.errors import StoreFullError
from citybrain.ids import TimerId
from citybrain.journal.port import Batch, Timer
from citybrain.structs import replace
from district_node.cores.decision_draft import DecisionDraft
from district_node.cores.orders.answers import OrderAnswers
from district_node.cores.state import DistrictState
from mutants.mutant import Mutant, Plant, all_of, patch_attribute


class TimersInMemory:
    """A store whose timer rows never reach the disk: this process has them in memory, the next one
    finds none."""

    def __init__(self, store: Any) -> None:
        self._store = store
        self._timers: dict[TimerId, Timer] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def commit(self, batch: Batch) -> None:
        self._store.commit(replace(batch, timers_set=(), timers_cancelled=()))
        for name in batch.timers_cancelled:
            self._timers.pop(name, None)
        self._timers.update({timer.timer: timer for timer in batch.timers_set})

    def timers_due(self, *, at: Timestamp, limit: int) -> tuple[Timer, ...]:
        due = sorted((timer.due, timer.timer) for timer in self._timers.values() if timer.due <= at)
        return tuple(self._timers[name] for _, name in due[:limit])

    def next_due(self) -> Timestamp | None:
        return min((timer.due for timer in self._timers.values()), default=None)


class LettersInOwnTransaction:
    """A store that gets the letters in a transaction of their own, after the one with the state."""

    def __init__(self, store: Any) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def commit(self, batch: Batch) -> None:
        self._store.commit(replace(batch, letters=()))
        if batch.letters:
            self._store.commit(
                Batch(records=(), letters=batch.letters, timers_set=(), timers_cancelled=())
            )


def _with_store(wrapper: type) -> Plant:
    """Decider and commit loop work on `wrapper(store)`."""

    def deciders(init: Any) -> Any:
        def __init__(self: Any, cores: Any, store: Any, **parts: Any) -> None:
            init(self, cores, wrapper(store), **parts)

        return __init__

    def commit_loops(init: Any) -> Any:
        def __init__(self: Any, decider: Any, clock: Any, store: Any, **parts: Any) -> None:
            init(self, decider, clock, decider._store, **parts)

        return __init__

    return all_of(
        patch_attribute(Decider, "__init__", deciders),
        patch_attribute(CommitLoop, "__init__", commit_loops),
    )


def _keeps_uncommitted_state(run: Any) -> Any:
    """The state is kept though the store refused it."""

    def run_(self: Any, inputs: Any, at: Timestamp) -> Any:
        state = []
        cores = self._cores

        def recording(*given: Any) -> Any:
            after, commands = cores.decide(*given)
            state.append(after)
            return after, commands

        self._cores = replace(cores, decide=recording)
        try:
            return run(self, inputs, at)
        except StoreFullError:
            self._state = state[-1] if state else self._state
            raise
        finally:
            self._cores = cores

    return run_


def _loses_moved_timer(add: Any) -> Any:
    """A firing takes the row of its timer with it, though an earlier firing of the transaction has
    just moved it on."""

    def add_(self: Any, decision: Decision) -> None:
        if isinstance(decision.seen, TimerFired):
            self._timers.pop(decision.seen.timer, None)
        add(self, decision)

    return add_


def _without_answers(draft: Any) -> Any:
    """The checkpoint of a district leaves out its answers to order steps."""

    def draft_(self: Any) -> Any:
        state = self._state
        if not isinstance(state, DistrictState):
            return draft(self)
        self._state = replace(state, order_answers=OrderAnswers())
        try:
            return draft(self)
        finally:
            self._state = state

    return draft_


def _without_timers(kept_rows: Any) -> Any:
    """A checkpoint names no timers, which a start then takes for forged ones."""

    def kept_rows_(rows: Any, store: Any) -> Any:
        return replace(kept_rows(rows, store), timers=())

    return kept_rows_


def _decides_anew(recover: Any) -> Any:
    """A version that starts takes every record for its own, and replays it."""

    def recover_(cores: Any, store: Any, **options: Any) -> Any:
        last = next(store.records(after=store.head().seq - 1), None)
        as_written = cores if last is None else replace(cores, code=last.code)
        return recover(as_written, store, **options)

    return recover_


def _reads_a_clock(init: Any) -> Any:
    """A core takes the time from a clock of its own, which is ahead of the record's."""
    ahead = Random(1)

    def __init__(self: Any, *given: Any) -> None:
        init(self, *given)
        self.at = Timestamp(self.at + round(ahead.uniform(0.0, 0.01) * SECOND_US))

    return __init__


def _fires_early(_fire_due: Any) -> Any:
    """Timers fire by a clock that is some seconds ahead."""

    def fire_due(self: Any, at: Timestamp, *, limit: int = 1000) -> Any:
        ahead = self._store.timers_due(at=Timestamp(at + 5 * SECOND_US), limit=limit)
        return (
            self.run(
                [TimerFired(timer=t.timer, subject=t.subject, version=t.version) for t in ahead], at
            )
            if ahead
            else ()
        )

    return fire_due


MUTANTS = (
    Mutant(
        name="timers_in_memory",
        bug="Deadlines are kept in memory: their rows are not in the transaction that sets them.",
        laws=("timers_fire",),
        plant=_with_store(TimersInMemory),
    ),
    Mutant(
        name="letters_in_own_transaction",
        bug="Letters are written in a transaction of their own, after the one with the state.",
        laws=("same_state",),  # the next start writes those that are lost again
        plant=_with_store(LettersInOwnTransaction),
    ),
    Mutant(
        name="state_kept_uncommitted",
        bug="The state is kept although the disk was full and refused its record.",
        laws=("same_state",),
        plant=patch_attribute(Decider, "run", _keeps_uncommitted_state),
    ),
    Mutant(
        name="moved_timer_lost",
        bug="Of two firings of one timer in one transaction the second deletes the row that the"
        " first has moved on (found by simulation, fixed).",
        laws=("timers_fire",),
        plant=patch_attribute(BatchDraft, "add", _loses_moved_timer),
    ),
    Mutant(
        name="timers_fire_early",
        bug="Timers fire five seconds early.",
        laws=("timers_fire",),
        plant=patch_attribute(Decider, "fire_due", _fires_early),
    ),
    Mutant(
        name="checkpoint_incomplete",
        bug="A checkpoint leaves one field out: the district's answers to order steps.",
        laws=("same_state",),
        plant=patch_attribute(Decider, "draft_checkpoint", _without_answers),
    ),
    Mutant(
        name="checkpoint_without_timers",
        bug="A checkpoint leaves the timers out, and the next start removes their rows.",
        laws=("same_state",),
        plant=patch_attribute(decider, "kept_rows", _without_timers),
    ),
    Mutant(
        name="past_decided_anew",
        bug="A version that starts decides anew what another one journaled (found, fixed).",
        laws=("same_state",),
        plant=patch_attribute(decider, "recover", _decides_anew),
    ),
    Mutant(
        name="core_reads_clock",
        bug="A core reads a clock instead of the time that it is given.",
        laws=("same_state",),
        plant=patch_attribute(DecisionDraft, "__init__", _reads_a_clock),
    ),
)
