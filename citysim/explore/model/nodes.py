"""The three nodes of a small world, and every input that the network, the planner and people can
give them. Chooses nothing."""

from typing import NamedTuple

from citybrain.domain.link import DownLetter, UpLetter
from citybrain.ids import DistrictId
from citysim.explore import link_steps
from citysim.explore.model import local_actions as people
from citysim.explore.model.law_monitor import (
    CityLawMonitor,
    DistrictLawMonitor,
    observe_city,
    observe_district,
)
from citysim.explore.model.local_actions import LocalAction
from citysim.explore.model.node_states import (
    Letter,
    LetterTable,
    NodeModel,
    NodeSpec,
    Numbering,
    Posted,
    Successor,
)
from citysim.explore.model.planner import DraftTable, make_plan
from citysim.explore.model.state_views import city_view, district_view
from citysim.explore.model.worlds import START, SmallWorld, epoch_of, setup_of
from coordinator import inputs as city_inputs
from coordinator.cores import decide as city_core
from coordinator.cores.orphaned_orders import order_owner
from coordinator.cores.state import EMPTY as EMPTY_CITY
from coordinator.cores.state import CityState
from coordinator.inputs import CityInput
from district_node import inputs as district_inputs
from district_node.cores import decide as district_core
from district_node.cores.state import EMPTY as EMPTY_DISTRICT
from district_node.cores.state import DistrictState
from district_node.inputs import DistrictInput

CITY = "city"
NOTHING_UP: Posted = ((),)
NOTHING_DOWN: Posted = ((), ())

CityModel = NodeModel[CityState, CityInput, CityLawMonitor]
DistrictModel = NodeModel[DistrictState, DistrictInput, DistrictLawMonitor]


class JointStep(NamedTuple):
    """What becomes of the city and of a district when both journal something."""

    city: Successor
    district: Successor


class Nodes:
    """City, first and second district. A node's state is given as its number, see `node_states`."""

    def __init__(self, world: SmallWorld, numbering: Numbering) -> None:
        self.world = world
        self.names = tuple(district.name for district in world.districts)
        self.letters = LetterTable()
        self._hellos = tuple(link_steps.hello_of(district) for district in world.districts)
        self._drafts = DraftTable()
        self._awaited_plans: dict[int, int] = {}
        self._local_actions: dict[tuple[int, int, int], tuple[LocalAction, ...]] = {}
        self._setups = tuple(setup_of(district) for district in world.districts)
        self.districts: tuple[DistrictModel, ...] = tuple(
            NodeModel(name, _district_spec(name, numbering), self.letters, START)
            for name in self.names
        )
        self.city: CityModel = NodeModel(
            CITY, _city_spec(self.names, numbering), self.letters, START
        )

    def all(self) -> tuple[CityModel | DistrictModel, ...]:
        return (self.city, *self.districts)

    # starts, and the stream between a district and the city

    def start_city(self, city: int) -> Successor:
        policy = self.world.policy
        return self.city.successor(
            city, "start", lambda: city_inputs.NodeStarted(policy=policy, epoch=epoch_of(CITY))
        )

    def start_district(self, d: int, district: int) -> Successor:
        setup, epoch = self._setups[d], epoch_of(self.names[d])
        return self.districts[d].successor(
            district, "start", lambda: district_inputs.NodeStarted(setup=setup, epoch=epoch)
        )

    def connect(self, d: int, city: int, district: int) -> JointStep:
        """The district opens a stream, and both have journaled that."""
        both = link_steps.handshake(
            self.districts[d].states[district].state,
            self.city.states[city].state.world.districts.get(DistrictId(self.names[d])),
            epoch=epoch_of(self.names[d]),
            city_epoch=epoch_of(CITY),
        )
        return JointStep(
            self.city.successor(city, ("connected", d), lambda: both.connected),
            self.districts[d].successor(district, "link up", lambda: both.link_up),
        )

    def detect_loss(self, d: int, city: int, district: int) -> JointStep:
        """Both sides detect that the stream between them is gone; who knows already journals
        nothing."""
        name = DistrictId(self.names[d])
        city_state = self.city.states[city]
        city_step: Successor = (city, NOTHING_DOWN)
        district_step: Successor = (district, NOTHING_UP)
        known = city_state.state.world.districts[name]
        lost, link_down = link_steps.silence(self._hellos[d], known.session, city_state.at)
        if not known.offline:
            city_step = self.city.successor(city, ("lost", d), lambda: lost)
        if self.districts[d].states[district].state.city.up:
            district_step = self.districts[d].successor(district, "link down", lambda: link_down)
        return JointStep(city_step, district_step)

    # letters

    def deliver_up(self, d: int, city: int, letter: int, *, is_repeat: bool = False) -> Successor:
        """The next letter of the district's log; a repeat is the one before, under the position
        that it had."""
        name = DistrictId(self.names[d])
        position = self.city.states[city].state.world.districts[name].up_acked + (not is_repeat)

        def received() -> CityInput:
            value = as_up_letter(self.letters.letter(letter))
            return link_steps.letter_up(self._hellos[d], position, value)

        return self.city.successor(city, ("up", d, letter, is_repeat), received)

    def deliver_down(
        self, d: int, district: int, letter: int, *, is_repeat: bool = False
    ) -> Successor:
        """The same downwards."""
        position = self.districts[d].states[district].state.city.down_acked + (not is_repeat)

        def received() -> DistrictInput:
            return link_steps.letter_down(position, as_down_letter(self.letters.letter(letter)))

        return self.districts[d].successor(district, ("down", letter, is_repeat), received)

    # the planner

    def awaited_plan(self, city: int) -> int:
        """The number of the plan that the production planner makes of what the city knows in this
        state; 0 when none is awaited."""
        at_city = self.city.states[city]
        if not at_city.state.replan.is_awaited:
            return 0
        known = self._awaited_plans.get(city)
        if known is None:
            made = make_plan(at_city.state, at_city.at)
            known = self._awaited_plans[city] = self._drafts.number(made.draft)
        return known

    def deliver_plan(self, city: int, plan: int) -> Successor:
        number, draft = self.city.states[city].state.replan.request_number, self._drafts.draft(plan)
        return self.city.successor(
            city,
            ("plan", plan),
            lambda: city_inputs.PlanMade(request_number=number, draft=draft),
        )

    # people

    def local_actions(self, d: int, district: int, *, crew_steps: int) -> tuple[LocalAction, ...]:
        """What sources, crews and operators may do in this state of district `d`."""
        key = (d, district, crew_steps)
        known = self._local_actions.get(key)
        if known is None:
            state = self.districts[d].states[district].state
            known = people.local_actions(self.world, d, state, crew_steps=crew_steps)
            self._local_actions[key] = known
        return known


def as_up_letter(letter: Letter) -> UpLetter:
    assert isinstance(letter, UpLetter), letter
    return letter


def as_down_letter(letter: Letter) -> DownLetter:
    assert isinstance(letter, DownLetter), letter
    return letter


def _city_spec(
    names: tuple[str, ...], numbering: Numbering
) -> NodeSpec[CityState, CityInput, CityLawMonitor]:
    return NodeSpec(
        # looked up in its module at each call: a bug that is planted there is explored
        decide=lambda state, given, context: city_core.decide(state, given, context),
        initial=EMPTY_CITY,
        observe=observe_city,
        initial_monitor=CityLawMonitor(),
        view=city_view,
        id_prefix=order_owner(epoch_of(CITY)),
        peers=tuple(f"district/{name}" for name in names),
        numbering=numbering,
    )


def _district_spec(
    name: str, numbering: Numbering
) -> NodeSpec[DistrictState, DistrictInput, DistrictLawMonitor]:
    return NodeSpec(
        decide=lambda state, given, context: district_core.decide(state, given, context),
        initial=EMPTY_DISTRICT,
        observe=lambda monitor, given, commands: observe_district(monitor, name, given, commands),
        initial_monitor=DistrictLawMonitor(),
        view=district_view,
        id_prefix=name,
        peers=(CITY,),
        numbering=numbering,
    )
