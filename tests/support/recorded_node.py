"""A production node on a store in memory that can lose its power at any boundary of a commit, with
a monitor of all that ever left it."""

from citybrain.decider.decider import Decider, Rejected
from citybrain.ids import CountingIds
from citybrain.journal import chain
from citybrain.journal.memory import Crashed, MemoryStore
from citybrain.journal.port import BEGINNING
from citybrain.structs import replace


class RecordedNode:
    """`started(store)` makes its first input; `observe` and `monitor` are those of
    `citysim.explore.model.law_monitor`."""

    def __init__(self, name, decide, cores, started, observe, monitor, clock):
        self.name, self._decide_honestly, self._cores = name, decide, cores
        self._started, self._observe = started, observe
        self.monitor, self.clock = monitor, clock
        self.store = MemoryStore(ids=CountingIds(f"{name}-"))
        self._decided, self._observed = {}, 0
        self._boot()

    @property
    def state(self):
        return self.decider.state

    def give(self, given):
        """None when the power fails at it."""
        try:
            (result,) = self.decider.run([given], self.clock.now())
        except Crashed:
            self.crash()
            return None
        self._check([result])
        return result

    def fire_due(self):
        try:
            self._check(self.decider.fire_due(self.clock.now()))
        except Crashed:
            self.crash()

    def crash_at(self, boundary):
        """The power fails at the next commit, right before, in or right after it."""

        def fault(at):
            if at is boundary:
                self.store.faults = None
                raise Crashed

        self.store.faults = fault

    def crash(self):
        self.store.faults = None
        self.store = self.store.crash()
        self._boot()

    def check_replay(self):
        """Same journal, same state; one chain of hashes."""
        again = Decider(self._cores, self.store)
        assert again.divergence is None
        assert again.state_hash() == self.decider.state_hash(), (
            f"{self.name}'s journal gives another state"
        )
        records = chain.checked(self.store.records(), BEGINNING)
        assert sum(1 for _ in records) == self.store.head().seq

    def _boot(self):
        self.decider = Decider(replace(self._cores, decide=self._decide), self.store)
        assert self.decider.divergence is None, (
            f"{self.name} decides record {self.decider.divergence} otherwise than before"
        )
        self.give(self._started(self.store))

    def _decide(self, state, given, context):
        state, commands = self._decide_honestly(state, given, context)
        # a record that was never committed is decided anew under the same number
        self._decided[context.seq] = (given, commands)
        return state, commands

    def _check(self, results):
        for result in results:
            if isinstance(result, Rejected):
                raise AssertionError(f"{self.name} cannot decide {result.input}") from result.error
        self._observe_records()

    def _observe_records(self):
        """What a node that died before it could send is observed after the restart: its letters are
        in the store."""
        for seq in range(self._observed + 1, self.decider.head.seq + 1):
            self.monitor = self._observe(self.monitor, *self._decided[seq])
        self._observed = self.decider.head.seq
