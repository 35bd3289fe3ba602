"""A node of production on a store in memory that can lose its power at any boundary of a commit, and all that ever left it, as evidence."""

from citybrain.decider.decider import Decider, Rejected
from citybrain.ids import CountingIds
from citybrain.journal import chain
from citybrain.journal.memory import Crashed, MemoryStore
from citybrain.journal.port import GENESIS, Head


class Party:
    """A node of production on a store in memory, and all that ever left it."""

    def __init__(self, name, decide, empty, kinds, started, hear, told, clock):
        (
            self.name,
            self._core,
            self._empty,
            self._kinds,
            self._started,
            self._hear,
            self.told,
            self.clock,
        ) = (
            name,
            decide,
            empty,
            kinds,
            started,
            hear,
            told,
            clock,
        )
        self.store = MemoryStore(ids=CountingIds(f"{name}-"))
        self._decided, self._heard = {}, 0
        self._boot()

    def _boot(self):
        self.decider = Decider(
            decide=self._decide, initial=self._empty, store=self.store, kinds=self._kinds
        )
        assert self.decider.divergence is None, (
            f"{self.name} decides record {self.decider.divergence} otherwise than before"
        )
        self.give(self._started(self.store))

    def _decide(self, state, given, context):
        state, commands = self._core(state, given, context)
        self._decided[context.seq] = (
            given,
            commands,
        )  # a record that was never committed is decided anew under the same number
        return state, commands

    @property
    def state(self):
        return self.decider.state

    def give(self, given):
        """None when the machine dies at it."""
        try:
            (result,) = self.decider.run([given], self.clock.now())
        except Crashed:
            self.crash()
            return None
        self._judge([result])
        return result

    def fire(self):
        try:
            self._judge(self.decider.fire_due(self.clock.now()))
        except Crashed:
            self.crash()

    def _judge(self, results):
        for result in results:
            if isinstance(result, Rejected):
                raise AssertionError(
                    f"{self.name} could not decide {result.input}"
                ) from result.error
        self._listen()

    def _listen(self):
        """What left the node by its records. One that died before anybody was told is heard after the restart: its letters lie in the store."""
        for seq in range(self._heard + 1, self.decider.head.seq + 1):
            self.told = self._hear(self.told, *self._decided[seq])
        self._heard = self.decider.head.seq

    def strike(self, boundary):
        """The power goes at the next commit, right before, in or right after it."""

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
        again = Decider(decide=self._core, initial=self._empty, store=self.store, kinds=self._kinds)
        assert again.divergence is None
        assert again.state_hash() == self.decider.state_hash(), (
            f"{self.name}'s journal gives another state"
        )
        assert (
            sum(1 for _ in chain.checked(self.store.records(), Head(seq=0, hash=GENESIS)))
            == self.store.head().seq
        )
