"""A district's process: production's `District` over the loop's writer, the simulated broker and link."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future

from citybrain.bus import topics
from citybrain.clock import Timestamp
from citybrain.decider.decider import Committed, Decider
from citybrain.ids import IdSource
from citybrain.journal.memory import MemoryStore
from citysim.sim.machine.commit_loop import SimulatedCommitLoop
from citysim.sim.machine.computer import Computer
from citysim.sim.net.link import Link
from citysim.sim.net.mqtt import Mqtt, SimBus
from citysim.sim.nodes.tier import OnBug, Tier
from district_node.cores.state import DistrictState
from district_node.inputs import Setup
from district_node.shell.works import District, DistrictParts, decider_of, started


class Apart:
    """See `district_node.shell.quarantine.Apart`: what was set aside, counted by reason."""

    def __init__(self, told: Callable[[str, str], None]) -> None:
        self.by_reason: Counter[str] = Counter()
        self._told = told

    @property
    def count(self) -> int:
        return self.by_reason.total()

    def add(self, sender: str, reason: str, detail: str, payload: bytes = b"") -> None:
        self.by_reason[reason] += 1
        self._told("sets apart", f"{sender} {reason}: {detail[:160]}")


class NoMeter:
    """See `district_node.shell.door.DoorMeter`: nobody measures."""

    def message(self, outcome: str) -> None:
        """Not counted."""

    def event_journaled(self, observed_at: Timestamp) -> None:
        """Not measured."""


class DistrictProcess(Tier[DistrictState]):
    """`works` is the present run's composition, None while it is down."""

    def __init__(
        self,
        computer: Computer,
        store: MemoryStore,
        setup: Setup,
        *,
        mqtt: Mqtt,
        link: Link,
        ids: IdSource,
        on_bug: OnBug,
    ) -> None:
        super().__init__(computer, store, on_bug=on_bug)
        self.setup, self.link = setup, link
        self._mqtt, self._ids = mqtt, ids
        self.client_id = f"{topics.ROOT.replace('/', '-')}-district-{setup.district}"
        self.apart = Apart(computer.note)
        self.works: District | None = None
        self._bus: SimBus | None = None
        self.says_goodbye = True  # whether the next death is told to the city by its machine
        self.on_up: Callable[[], None] = lambda: (
            None
        )  # composed: whoever shows its screens may look

    def _decider(self, store: MemoryStore) -> Decider[DistrictState]:
        return decider_of(store)

    def _first_input(self, commit_loop: SimulatedCommitLoop[DistrictState]) -> Future[Committed]:
        return commit_loop.submit(started(self.setup, self.store))

    def _compose(self, commit_loop: SimulatedCommitLoop[DistrictState]) -> None:
        self._bus = self._mqtt.client(self.client_id)
        self.works = District(
            DistrictParts(
                setup=self.setup,
                commit_loop=commit_loop,
                store=self.store,
                bus=self._bus,
                clock=self.clock,
                ids=self._ids,
                quarantine=self.apart,
                meter=NoMeter(),
                open_link=self.link.open,
            )
        )
        self._bus.start()
        for name, run in self.works.tasks():
            self._begin(name, run())
        self.on_up()

    def _unplug(self) -> None:
        self.works = None
        if self._bus is not None:
            self._bus.vanish()
            self._bus = None
        self.link.district_died(says_goodbye=self.says_goodbye)
        self.says_goodbye = True
