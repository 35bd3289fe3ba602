"""A tier's production cores on a store in memory, for tests that cut its power."""

import pytest

from citybrain.decider.command import Notice
from citybrain.decider.decider import Committed, Decider, Rejected
from citybrain.ids import CountingIds
from citybrain.journal.memory import MemoryStore


class TierUnderTest:
    """`started` gives the first input of every run for a store."""

    def __init__(self, name, cores, started, clock):
        self.name, self._cores, self._started, self.clock = name, cores, started, clock
        self.store = MemoryStore(ids=CountingIds(f"{name}-"))
        self.notices = []
        self.start()

    def start(self):
        """Come up on the store as it is."""
        self.decider = Decider(self._cores, self.store)
        assert self.decider.divergence is None
        self.submit(self._started(self.store))

    @property
    def state(self):
        return self.decider.state

    def submit(self, given):
        (result,) = self.decider.run([given], self.clock.now())
        self._check(result)
        return result

    def fire_timers(self):
        for result in self.decider.fire_due(self.clock.now()):
            self._check(result)

    def crash(self):
        """Cut the power and come up on what was committed."""
        before = self.decider.state_hash()
        self.store = self.store.crash()
        self.decider = Decider(self._cores, self.store)
        assert self.decider.state_hash() == before, f"{self.name}: replay gives another state"
        self.submit(self._started(self.store))

    def _check(self, result):
        if isinstance(result, Rejected):
            pytest.fail(f"{self.name} could not decide {result.input}: {result.error!r}")
        assert isinstance(result, Committed)
        self.notices += [c for c in result.commands if isinstance(c, Notice)]
