"""Conformance of the model: explored runs on deciders and journals with their hash chains, letters
out of stores, restarts by replay. Explores nothing itself.

What a search holds for a node's state must be what production comes to. After every step of a run
the production node's state and its timers are compared with the model's, in the model's terms: what
no decision reads is left out (`model.state_views`), and names that were made of record numbers are
translated.
"""

import json
from collections.abc import Sequence
from typing import Generic, TypeVar

from citybrain import canonical_json
from citybrain.decider.cores import Cores
from citybrain.ids import DistrictId
from citybrain.journal.memory import MemoryStore
from citybrain.structs import replace
from citysim.explore import link_steps
from citysim.explore.model.actions import Action, ActionKind
from citysim.explore.model.global_state import BEFORE_THE_START, GlobalState, StateFields
from citysim.explore.model.law_monitor import CityLawMonitor, DistrictLawMonitor, LawMonitor
from citysim.explore.model.node_states import FIRST, NodeModel
from citysim.explore.model.nodes import CITY
from citysim.explore.model.planner import make_plan
from citysim.explore.model.transition_system import Transition, TransitionSystem
from citysim.explore.model.worlds import epoch_of, setup_of
from citysim.explore.name_mapping import NameMapping
from citysim.explore.production_node import ProductionNode
from coordinator import inputs as city_inputs
from coordinator.city_cores import city_cores
from coordinator.cores.state import CityState
from coordinator.formats import LETTERS as FROM_THE_CITY
from coordinator.inputs import CityInput, PlanMade
from district_node import inputs as district_inputs
from district_node.cores.state import DistrictState
from district_node.district_cores import district_cores
from district_node.formats import LETTERS as FROM_DISTRICTS
from district_node.inputs import DistrictInput

S = TypeVar("S")
In = TypeVar("In")
M = TypeVar("M", bound=LawMonitor)

Json = dict[str, "Json"] | list["Json"] | str | int | float | bool | None

NAME_DIGESTS = frozenset({"content"})  # of a request that was answered


class Replica(Generic[S, In, M]):
    """A node of the model, and the node of production that follows it."""

    def __init__(self, model: NodeModel[S, In, M], cores: Cores[S]) -> None:
        self.model, self.name = model, model.name
        self.production: ProductionNode[S, In] = ProductionNode(
            model.name, replace(cores, initial=model.spec.initial), model.spec.decide
        )
        self._records: list[int] = []  # of this step

    @property
    def state(self) -> S:
        return self.production.state

    @property
    def store(self) -> MemoryStore:
        return self.production.store

    @property
    def has_records(self) -> bool:
        """Whether it journaled anything in this step."""
        return bool(self._records)

    def begin_step(self, after: int) -> None:
        self.production.at = self.model.states[after].at
        self._records = []

    def give(self, given: In) -> None:
        self._records.append(self.production.give(given))

    def fire(self, timer: str) -> None:
        self._records.append(self.production.fire(timer))

    def learn_names(self, names: NameMapping, before: int, after: int) -> None:
        spec, states = self.model.spec, self.model.states
        if states[after].seq != states[before].seq:
            number = spec.numbering.number(states[before].seq)
            names.learn(spec.id_prefix, number, self._records[0])

    def compare(self, names: NameMapping, after: int, action: Action) -> None:
        """Parsed, not as text: under other names the items of a map stand in another order."""
        state, view = self.model.states[after], self.model.spec.view
        expected = _by_name(json.loads(canonical_json.encode(view(state.state, state.timers))))
        text = canonical_json.encode(view(self.state, self.production.timers())).decode()
        found = _by_name(json.loads(names.to_model(text)))
        assert found == expected, (
            f"after {action} {self.name} is different: {'; '.join(_differences(found, expected))}"
        )


CityReplica = Replica[CityState, CityInput, CityLawMonitor]
DistrictReplica = Replica[DistrictState, DistrictInput, DistrictLawMonitor]


class ProductionReplica:
    """A small world of production that follows a run of the model."""

    def __init__(self, system: TransitionSystem) -> None:
        self._system, self._names = system, NameMapping()
        self.city: CityReplica = Replica(system.nodes.city, city_cores())
        self.districts: tuple[DistrictReplica, ...] = tuple(
            Replica(model, district_cores()) for model in system.nodes.districts
        )
        self._hellos = tuple(link_steps.hello_of(small) for small in system.world.districts)
        self._plan: PlanMade | None = None

    def all(self) -> tuple[CityReplica | DistrictReplica, ...]:
        return (self.city, *self.districts)

    def follow(self, before: GlobalState, action: Action, after: GlobalState) -> None:
        """Do what `action` does, and compare. Raises `AssertionError` where they differ."""
        for replica, number in zip(self.all(), after[:3], strict=True):
            replica.begin_step(number)
        if action[1] == CITY:
            self._follow_at_the_city(action)
        else:
            self._follow_at_a_district(
                self._system.nodes.names.index(action[1]), StateFields(*before), action
            )
        for replica, old, new in zip(self.all(), before[:3], after[:3], strict=True):
            replica.learn_names(self._names, old, new)
        for replica, number in zip(self.all(), after[:3], strict=True):
            replica.compare(self._names, number, action)
        self._plan_if_requested()

    def _follow_at_the_city(self, action: Action) -> None:
        kind = ActionKind(action[0])
        match kind:
            case ActionKind.START:
                self._start_city()
            case ActionKind.CRASH:
                self.city.production.crash()
                self._plan = None
                self._start_city()
            case ActionKind.FIRE_TIMER:
                self.city.fire(self._names.to_production(action[2]))
            case ActionKind.DELIVER_PLAN:
                assert self._plan is not None, "production requested no plan"
                self.city.give(self._plan)
            case _:
                raise AssertionError(f"{kind} at the city")

    def _follow_at_a_district(self, d: int, before: StateFields, action: Action) -> None:
        kind, district = ActionKind(action[0]), self.districts[d]
        match kind:
            case ActionKind.START:
                self._start_district(d)
            case ActionKind.CRASH:
                district.production.crash()
                self._start_district(d)
            case ActionKind.RESUME:
                self._resume(d)
            case ActionKind.DETECT_LOSS:
                self._detect_loss(d)
            case ActionKind.DISCONNECT:
                pass
            case ActionKind.FIRE_TIMER:
                district.fire(self._names.to_production(action[2]))
            case ActionKind.DELIVER_UP:
                self._deliver_up(d)
            case ActionKind.DELIVER_DOWN:
                self._deliver_down(d)
            case ActionKind.DUPLICATE_UP:
                self._deliver_up(d)
                self._deliver_up(d)
            case ActionKind.DUPLICATE_DOWN:
                self._deliver_down(d)
                self._deliver_down(d)
            case (
                ActionKind.INCIDENT_EVENT
                | ActionKind.CREW
                | ActionKind.CREW_AGAIN
                | ActionKind.CREW_LATE
                | ActionKind.OPERATOR
            ):
                district.give(self._local_input(d, before, action))
            case _:
                raise AssertionError(f"{kind} at a district")

    def _start_city(self) -> None:
        policy = self._system.world.policy
        self.city.give(city_inputs.NodeStarted(policy=policy, epoch=epoch_of(CITY)))

    def _start_district(self, d: int) -> None:
        small = self._system.world.districts[d]
        started = district_inputs.NodeStarted(setup=setup_of(small), epoch=epoch_of(small.name))
        self.districts[d].give(started)

    def _resume(self, d: int) -> None:
        district = self.districts[d]
        both = link_steps.handshake(
            district.state,
            self.city.state.world.districts.get(DistrictId(district.name)),
            epoch=epoch_of(district.name),
            city_epoch=epoch_of(CITY),
        )
        self.city.give(both.connected)
        district.give(both.link_up)

    def _detect_loss(self, d: int) -> None:
        district = self.districts[d]
        known = self.city.state.world.districts[DistrictId(district.name)]
        at = self.city.production.at
        lost, link_down = link_steps.silence(self._hellos[d], known.session, at)
        if not known.offline:
            self.city.give(lost)
        if district.state.city.up:
            district.give(link_down)

    def _deliver_up(self, d: int) -> None:
        """The next letter; where one was delivered in this step, the same once more."""
        district = self.districts[d]
        name = DistrictId(district.name)
        after = self.city.state.world.districts[name].up_acked - self.city.has_records
        (letter,) = district.store.letters(to=CITY, after=after, limit=1)
        value = FROM_DISTRICTS.decode(letter.kind, letter.version, letter.payload)
        self.city.give(link_steps.letter_up(self._hellos[d], letter.position, value))

    def _deliver_down(self, d: int) -> None:
        district = self.districts[d]
        after = district.state.city.down_acked - district.has_records
        to = f"district/{district.name}"
        (letter,) = self.city.store.letters(to=to, after=after, limit=1)
        value = FROM_THE_CITY.decode(letter.kind, letter.version, letter.payload)
        district.give(link_steps.letter_down(letter.position, value))

    def _local_input(self, d: int, before: StateFields, action: Action) -> DistrictInput:
        """An input of the search, with the names that production's nodes gave."""
        number, steps = before[1 + d], self._system.world.crew_steps
        possible = self._system.nodes.local_actions(d, number, crew_steps=steps)
        given = next(local.input for local in possible if local.action == action)
        text = self._names.to_production(canonical_json.encode(given).decode())
        return canonical_json.decode(text.encode(), type(given))

    def _plan_if_requested(self) -> None:
        """The planner makes its plan as soon as it is requested."""
        replan = self.city.state.replan
        if not replan.is_awaited:
            self._plan = None
        elif self._plan is None or self._plan.request_number != replan.request_number:
            self._plan = make_plan(self.city.state, self.city.production.at)


def _by_name(value: Json) -> Json:
    """Parsed canonical JSON in which the items of maps with tuple keys stand in the order of their
    text: they are sorted by names, and names differ. So do digests of what holds names."""
    if isinstance(value, dict):
        return {key: _by_name(each) for key, each in value.items() if key not in NAME_DIGESTS}
    if not isinstance(value, list):
        return value
    items = [_by_name(each) for each in value]
    is_map = all(isinstance(i, list) and len(i) == 2 and isinstance(i[0], list) for i in items)
    return sorted(items, key=str) if is_map else items


def _differences(found: Json, expected: Json, where: str = "") -> list[str]:
    if isinstance(found, dict) and isinstance(expected, dict):
        return [
            each
            for key in sorted({*found, *expected})
            for each in _differences(found.get(key), expected.get(key), f"{where}.{key}")
        ]
    if isinstance(found, list) and isinstance(expected, list) and len(found) == len(expected):
        return [
            each
            for i, pair in enumerate(zip(found, expected, strict=True))
            for each in _differences(*pair, f"{where}[{i}]")
        ]
    return [] if found == expected else [f"{where} is {found}, and was explored as {expected}"]


def check_conformance(system: TransitionSystem, path: Sequence[Transition]) -> int:
    """Follow `path` (of actions and the states that they lead to) from the very start in
    production; returns how many records were journaled. `AssertionError` says where they differ."""
    production = ProductionReplica(system)
    state = BEFORE_THE_START
    for action, after in (*system.opening_steps(), *path):
        production.follow(state, action, after)
        state = after
    nodes = [replica.production for replica in production.all()]
    for node in nodes:
        node.crash()
        assert node.is_chained(), f"{node.name}'s journal is not one chain"
    return sum(node.store.head().seq - FIRST for node in nodes)
