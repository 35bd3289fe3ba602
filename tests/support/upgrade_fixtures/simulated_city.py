"""Moments of simulated cities in which everything is under way that an upgrade must not lose."""

from collections.abc import Callable
from typing import Generic, TypeVar

from citybrain.ids import AgentId, DistrictId
from citybrain.structs import Struct
from citybrain.vocabulary import OrderStage
from citysim.laws.history import CITY
from citysim.sim.generator.scenarios import Size, scenario_of
from citysim.sim.simulation import Simulation
from citysim.sim.street.edge_box import EdgeBox
from citysim.sim.world import SimulatedWorld
from coordinator.cores.state import CityState
from district_node.cores.state import DistrictState

S = TypeVar("S")
Name = TypeVar("Name", bound=str)

SEEDS = range(1, 2_000)
STEP_S = 0.5
CREW_STAGES = {OrderStage.ACCEPTED, OrderStage.EN_ROUTE, OrderStage.ON_SCENE}


class FoundCity(Struct, Generic[Name], frozen=True, kw_only=True):
    """The world as it is then, and whom in it was looked for. `seed` and `at_s` find it again."""

    simulation: Simulation
    seed: int
    at_s: float
    name: Name

    @property
    def world(self) -> SimulatedWorld:
        return self.simulation.world


def find_city(pick: Callable[[SimulatedWorld], Name | None]) -> FoundCity[Name]:
    """The first moment, over seeds and time, in which `pick` finds somebody."""
    for seed in SEEDS:
        scenario = scenario_of(seed, Size.TOWN)
        simulation = Simulation(scenario)
        at_s = 0.0
        while at_s < scenario.fault_phase_s:
            at_s += STEP_S
            simulation.run_until(at_s)
            name = pick(simulation.world)
            if name is not None:
                return FoundCity(simulation=simulation, seed=seed, at_s=at_s, name=name)
        simulation.close()
    raise LookupError(f"no moment in {len(SEEDS)} scenarios holds everything; widen SEEDS")


def busy_district(world: SimulatedWorld) -> DistrictId | None:
    """A district with all of `DISTRICT_WANTS`, under a city with all of `CITY_WANTS`; neither was
    upgraded to a version that is none."""
    city = world.city.state
    if city is None or not _holds_all(CITY_WANTS, city) or len(world.city.versions) > 1:
        return None
    for name, node in sorted(world.districts.items()):
        has_letters = CITY in node.store.peers() and len(node.versions) == 1
        if has_letters and node.state is not None and _holds_all(DISTRICT_WANTS, node.state):
            return name
    return None


def busy_agent(world: SimulatedWorld) -> AgentId | None:
    """An agent that is up, with rows that its district has not acknowledged, an unanswered request
    and an open episode."""
    for agent, box in sorted(world.edge_boxes.items()):
        if box.agent_run is not None and _is_busy(box):
            return agent
    return None


DISTRICT_WANTS: dict[str, Callable[[DistrictState], bool]] = {
    "a crew under way": lambda s: any(o.stage in CREW_STAGES for o in s.roster.orders.values()),
    "a reservation": lambda s: any(
        o.stage is OrderStage.RESERVED for o in s.roster.orders.values()
    ),
    "an open verification": lambda s: any(i.verification is not None for i in s.incidents.values()),
    "the numbers of received items": lambda s: s.intake.counters.items > 0,
    "a report": lambda s: any(i.report_count > 0 for i in s.incidents.values()),
}
CITY_WANTS: dict[str, Callable[[CityState], bool]] = {
    "a live order saga": lambda s: len(s.sagas.live) > 0,
    "plans": lambda s: len(s.plans) > 0,
}


def _holds_all(wants: dict[str, Callable[[S], bool]], state: S) -> bool:
    return all(holds(state) for holds in wants.values())


def _is_busy(box: EdgeBox) -> bool:
    written = box._checkpoints._written
    return (
        box.outbox.stats().rows > 0
        and len(box.outbox.open_requests()) > 0
        and written is not None
        and len(written.episodes) > 0
    )
