"""The city's process: production's `City` on a simulated commit loop and simulated links.

It plans in-process; the Ray plane is covered by the chaos runs.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import Future

from citybrain.decider.cores import Cores
from citybrain.decider.decider import Committed
from citybrain.errors import RpcError
from citybrain.ids import DistrictId
from citybrain.journal.memory import MemoryStore
from citysim.sim.machine.commit_loop import SimulatedCommitLoop
from citysim.sim.machine.computer import Computer
from citysim.sim.net.link import Link
from citysim.sim.nodes.node_process import NodeProcess, OnUnexpectedError
from coordinator.city_cores import city_cores
from coordinator.cores.state import CityState
from coordinator.policy import Policy
from coordinator.shell.assembly import City, first_input
from coordinator.shell.planner import Planner

BUDGET_S = 1.0


class CityProcess(NodeProcess[CityState]):
    """`runtime` is the composition of the present run, None while the process is down."""

    def __init__(
        self,
        computer: Computer,
        store: MemoryStore,
        policy: Policy,
        *,
        links: Mapping[DistrictId, Link],
        on_unexpected_error: OnUnexpectedError,
    ) -> None:
        super().__init__(computer, store, on_unexpected_error=on_unexpected_error)
        self._policy, self._links = policy, links
        self.runtime: City | None = None
        self.notifies_peer = True  # whether its machine resets the streams at its next death
        self.on_started: Callable[[], None] = lambda: None

    def running(self) -> City:
        """The composition of the present run. Raises `RpcError` while the process is down."""
        if self.runtime is None:
            raise RpcError("UNAVAILABLE", "the city is down", retry=True)
        return self.runtime

    def _cores(self) -> Cores[CityState]:
        return city_cores()

    def _first_input(self, commit_loop: SimulatedCommitLoop[CityState]) -> Future[Committed]:
        return commit_loop.begin(first_input(self._policy, self.store))

    def _compose(self, commit_loop: SimulatedCommitLoop[CityState]) -> None:
        def make_planner() -> Planner:
            return Planner(
                commit_loop,
                self.clock,
                plane=None,
                no_plane_reason="simulated",
                budget_s=BUDGET_S,
                on_plan=lambda _: None,
            )

        self.runtime = City(commit_loop, self.store, self.clock, make_planner=make_planner)
        self._begin("planner", self.runtime.planner.run())
        for link in self._links.values():
            link.acceptor = self.runtime.districts.exchange
        self.on_started()

    def _disconnect(self) -> None:
        self.runtime = None
        for link in self._links.values():
            link.city_died(notifies_peer=self.notifies_peer)
        self.notifies_peer = True
