"""A node of production on a store in memory, which can be given inputs and lose its power."""

from collections.abc import Callable
from typing import Generic, TypeVar

from citybrain.clock import Timestamp
from citybrain.decider.command import ClockStepped, Command, DecisionContext, TimerFired
from citybrain.decider.cores import Cores
from citybrain.decider.decider import Committed, Decider
from citybrain.journal import chain
from citybrain.journal.memory import MemoryStore
from citybrain.journal.port import BEGINNING, Timer
from citybrain.structs import replace
from citysim.explore.model.node_states import FIRST
from citysim.explore.model.worlds import START

S = TypeVar("S")
In = TypeVar("In")

FAR_FUTURE = Timestamp(2**62)
MAX_TIMERS = 1_000


class ProductionNode(Generic[S, In]):
    def __init__(
        self,
        name: str,
        cores: Cores[S],
        decide: Callable[[S, In | TimerFired, DecisionContext], tuple[S, tuple[Command, ...]]],
    ) -> None:
        self.name = name
        self._cores = replace(cores, decide=decide)
        self.store = MemoryStore()
        self.at = START
        self._open()
        # so that all record numbers of a run have three digits (see `model.node_states`)
        self.decider.run([ClockStepped(micros=0)] * FIRST, self.at)

    def _open(self) -> None:
        self.decider: Decider[S] = Decider(self._cores, self.store)

    @property
    def state(self) -> S:
        return self.decider.state

    def timers(self) -> tuple[Timer, ...]:
        """All of them, by (due, id)."""
        return self.store.timers_due(at=FAR_FUTURE, limit=MAX_TIMERS)

    def give(self, given: In | TimerFired) -> int:
        """The number of its record."""
        (committed,) = self.decider.run([given], self.at)
        assert isinstance(committed, Committed), f"{self.name} cannot decide {given}: {committed}"
        return committed.seq

    def fire(self, timer: str) -> int:
        due_now = self.store.timers_due(at=self.at, limit=MAX_TIMERS)
        (due,) = (each for each in due_now if each.timer == timer)
        return self.give(TimerFired(timer=due.timer, subject=due.subject, version=due.version))

    def crash(self) -> None:
        """The power goes; the next process reads the journal, every hash of it, and decides it all
        again."""
        before = self.decider.state_hash()
        self.store = self.store.crash()
        self._open()
        divergence = self.decider.divergence
        assert divergence is None, f"{self.name} decides record {divergence} otherwise"
        assert self.decider.state_hash() == before, f"{self.name}'s journal gives another state"

    def is_chained(self) -> bool:
        records = chain.checked(self.store.records(), BEGINNING)
        return sum(1 for _ in records) == self.store.head().seq
