"""The city's process: production's `City` over the loop's writer and the simulated links. It plans in-process; the compute plane is chaos's to prove."""

from collections.abc import Callable, Mapping
from concurrent.futures import Future

from citybrain.decider.decider import Committed, Decider
from citybrain.ids import DistrictId
from citybrain.journal.memory import MemoryStore
from citysim.sim.machine.commit_loop import SimulatedCommitLoop
from citysim.sim.machine.computer import Computer
from citysim.sim.net.link import Link
from citysim.sim.nodes.tier import OnBug, Tier
from coordinator.cores.state import CityState
from coordinator.policy import Policy
from coordinator.shell.planner import Planner
from coordinator.shell.works import City, decider_of, started

BUDGET_S = 1.0


class CityProcess(Tier[CityState]):
    """`works` is the present run's composition, None while it is down."""

    def __init__(
        self,
        computer: Computer,
        store: MemoryStore,
        policy: Policy,
        *,
        links: Mapping[DistrictId, Link],
        on_bug: OnBug,
    ) -> None:
        super().__init__(computer, store, on_bug=on_bug)
        self._policy, self._links = policy, links
        self.works: City | None = None
        self.says_goodbye = True
        self.on_up: Callable[[], None] = lambda: None

    def _decider(self, store: MemoryStore) -> Decider[CityState]:
        return decider_of(store)

    def _first_input(self, commit_loop: SimulatedCommitLoop[CityState]) -> Future[Committed]:
        return commit_loop.submit(started(self._policy, self.store))

    def _compose(self, commit_loop: SimulatedCommitLoop[CityState]) -> None:
        def make_planner() -> Planner:
            return Planner(
                commit_loop,
                self.clock,
                plane=None,
                why_none="simulated",
                budget_s=BUDGET_S,
                on_plan=lambda _: None,
            )

        self.works = City(commit_loop, self.store, self.clock, make_planner=make_planner)
        self._begin("planner", self.works.planner.run())
        for link in self._links.values():
            link.acceptor = self.works.districts.exchange
        self.on_up()

    def _unplug(self) -> None:
        self.works = None
        for link in self._links.values():
            link.city_died(says_goodbye=self.says_goodbye)
        self.says_goodbye = True
