"""Bugs of the journal's writer: what is in the transaction, what a snapshot holds, what a core may ask."""

from dataclasses import replace
from random import Random  # noqa: TID251 - this is the bug
from typing import Any

from mutants.mutant import Mutant, Plant, put, together

from citybrain.clock import SECOND_US, Timestamp
from citybrain.decider.command import TimerFired
from citybrain.decider.commit_loop import CommitLoop
from citybrain.decider.decider import Decider, _BatchDraft
from citybrain.errors import StoreFullError
from citybrain.ids import TimerId
from citybrain.journal.port import Batch, Timer
from citybrain.structs import replace as with_
from district_node.cores.orders.promises import Promises
from district_node.cores.state import DistrictState
from district_node.cores.work import Work


class TimersInMemory:
    """A store whose timer rows never reach the disk: this process remembers them, the next one finds none."""

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


class LettersApart:
    """A store that gets the letters in a transaction of their own, behind the one with the state."""

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


def _over(wrapped: type) -> Plant:
    """Decider and writer work on `wrapped(store)`."""

    def deciders(init: Any) -> Any:
        def __init__(self: Any, *, store: Any, **parts: Any) -> None:
            init(self, store=wrapped(store), **parts)

        return __init__

    def writers(init: Any) -> Any:
        def __init__(self: Any, made: Any, clock: Any, store: Any, **parts: Any) -> None:
            init(self, made, clock, made._store, **parts)

        return __init__

    return together(put(Decider, "__init__", deciders), put(CommitLoop, "__init__", writers))


def _kept_though_refused(run: Any) -> Any:
    """The state is kept before the store has it."""

    def run_(self: Any, inputs: Any, at: Timestamp) -> Any:
        state = []
        decide = self._decide

        def noting(*given: Any) -> Any:
            after, commands = decide(*given)
            state.append(after)
            return after, commands

        self._decide = noting
        try:
            return run(self, inputs, at)
        except StoreFullError:
            self._state = state[-1] if state else self._state
            raise
        finally:
            self._decide = decide

    return run_


def _row_lost(add: Any) -> Any:
    """A firing takes the row of its timer with it, though an earlier firing of the transaction has just moved it on."""

    def add_(self: Any, record: Any, seen: Any, commands: Any) -> None:
        if isinstance(seen, TimerFired):
            self._timers.pop(seen.timer, None)
        add(self, record, seen, commands)

    return add_


def _without_promises(draw: Any) -> Any:
    """The snapshot of a district leaves out what it has promised."""

    def draw_(self: Any) -> Any:
        state = self._state
        if not isinstance(state, DistrictState):
            return draw(self)
        self._state = with_(state, promises=Promises())
        try:
            return draw(self)
        finally:
            self._state = state

    return draw_


def _reading_a_clock(init: Any) -> Any:
    """A core takes the time from a clock of its own, which has gone on since the record was written."""
    gone_on = Random(1)

    def __init__(self: Any, state: Any, context: Any) -> None:
        init(self, state, context)
        self.at = Timestamp(self.at + round(gone_on.uniform(0.0, 0.01) * SECOND_US))

    return __init__


def _early(due: Any) -> Any:
    """Timers are asked for by a clock that is some seconds ahead."""

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
        bug="Deadlines are kept in memory: their rows are not in the transaction that wants them.",
        laws=("timers_fire",),
        plant=_over(TimersInMemory),
    ),
    Mutant(
        name="letters_apart",
        bug="Letters are written in a transaction of their own, behind the one with the state.",
        laws=("nothing_lost",),
        plant=_over(LettersApart),
    ),
    Mutant(
        name="state_before_disk",
        bug="The state is kept although the disk was full and refused its record.",
        laws=("same_state",),
        plant=put(Decider, "run", _kept_though_refused),
    ),
    Mutant(
        name="moved_row_lost",
        bug="Of two firings of one timer in one transaction the second deletes the row that the first has moved on (found by simulation, fixed).",
        laws=("timers_fire",),
        plant=put(_BatchDraft, "add", _row_lost),
    ),
    Mutant(
        name="fires_early",
        bug="What is due is looked up five seconds ahead.",
        laws=("timers_fire",),
        plant=put(Decider, "fire_due", _early),
    ),
    Mutant(
        name="snapshot_forgets",
        bug="A snapshot leaves one field out: what the district has promised.",
        laws=("same_state",),
        plant=put(Decider, "draw_snapshot", _without_promises),
    ),
    Mutant(
        name="core_reads_clock",
        bug="A core reads a clock instead of the moment that it is given.",
        laws=("same_state",),
        plant=put(Work, "__init__", _reading_a_clock),
    ),
)
