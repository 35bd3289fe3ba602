"""The three nodes of a small world, and every input that can be given to them, by its name. Chooses nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from citybrain import canonical_json
from citybrain.clock import Timestamp
from citybrain.domain.console import OperatorAction
from citybrain.domain.crew import CrewAnswer
from citybrain.domain.order import OrderRequest
from citybrain.ids import DistrictId, IncidentId, RequestId, UnitId
from citybrain.vocabulary import CrewAction, IncidentStage, OperatorVerb, OrderStage
from citysim.explore.small.layout import BEGIN, SmallWorld, alarm, epoch_of, setup_of
from citysim.explore.small.node import Node, Numbering, Point, Posted, PostOffice, Tier
from citysim.explore.small.told import CityTold, Told, hear_city, hear_district
from citysim.explore.small.views import city_view, district_view, draft_view
from coordinator import inputs as of_city
from coordinator.cores import decide as city_core
from coordinator.cores.state import EMPTY as EMPTY_CITY
from coordinator.cores.state import CityState
from coordinator.cores.strange import order_owner
from coordinator.planning.checker import check
from coordinator.planning.draft import draft
from coordinator.planning.fleet import city_fleet
from coordinator.planning.solve import by_assignment, posed
from coordinator.shell.posing import pose
from district_node import inputs as of_district
from district_node.cores import decide as district_core
from district_node.cores.orders.roster import Order, is_free
from district_node.cores.state import EMPTY as EMPTY_DISTRICT

CITY = "city"
NEXT_BUTTON: Mapping[OrderStage, CrewAction] = {
    OrderStage.ISSUED: CrewAction.ACCEPT,
    OrderStage.ACCEPTED: CrewAction.ARRIVE,
    OrderStage.ON_SCENE: CrewAction.FINISH,
}
LAST_BUTTON = {
    OrderStage.ACCEPTED: CrewAction.ACCEPT,
    OrderStage.ON_SCENE: CrewAction.ARRIVE,
    OrderStage.DONE: CrewAction.FINISH,
}
VOID = (OrderStage.WITHDRAWN, OrderStage.REFUSED, OrderStage.DONE)
# verb: the stages in which it is tried
TRIED: Mapping[OperatorVerb, tuple[IncidentStage, ...]] = {
    OperatorVerb.CLOSE: (IncidentStage.OPENED, IncidentStage.DISPATCHED, IncidentStage.WORKING),
    OperatorVerb.REJECT: (IncidentStage.OPENED, IncidentStage.DISPATCHED),
    OperatorVerb.DEFER: (IncidentStage.OPENED, IncidentStage.REOPENED),
    OperatorVerb.OPEN: (IncidentStage.DEFERRED, IncidentStage.CLOSED, IncidentStage.HANDLED),
    OperatorVerb.ASSIGN: (IncidentStage.OPENED, IncidentStage.DISPATCHED, IncidentStage.REOPENED),
}


class Local(NamedTuple):
    """Something that people may do at a district: `cost` names what it spends, "" nothing (it is bound to happen)."""

    move: tuple[str, ...]
    cost: str
    given: Any


@dataclass(frozen=True, slots=True)
class Both:
    """Where something leads that the city and a district both journal."""

    city: int
    point: int
    down: Posted  # what the city posted, by district
    up: Posted  # what the district posted


class Nodes:
    """City, first and second district. Numbers are points (see `node`)."""

    def __init__(self, world: SmallWorld, numbering: Numbering) -> None:
        self.world = world
        self.names = tuple(q.name for q in world.quarters)
        self.office = PostOffice()
        self._drafts: list[of_city.DraftPlan] = []
        self._draft_numbers: dict[bytes, int] = {}
        self._wishes: dict[int, int] = {}
        self._setups = tuple(setup_of(q) for q in world.quarters)
        self.districts = tuple(
            Node(name, _district(name, numbering), self.office, BEGIN) for name in self.names
        )
        self.city = Node(CITY, _city(self.names, numbering), self.office, BEGIN)

    # starts, and the stream between a district and the city

    def start_city(self, city: int) -> tuple[int, Posted]:
        return self.city.take(
            city,
            "start",
            lambda: of_city.NodeStarted(policy=self.world.policy, epoch=epoch_of(CITY)),
        )

    def start_district(self, d: int, point: int) -> tuple[int, Posted]:
        return self.districts[d].take(
            point,
            "start",
            lambda: of_district.NodeStarted(setup=self._setups[d], epoch=epoch_of(self.names[d])),
        )

    def connect(self, d: int, city: int, point: int) -> Both:
        """The district opens a stream, and both have journaled that."""
        quarter = self.world.quarters[d]
        known = self.city.points[city].state.world.districts.get(DistrictId(quarter.name))
        hello = of_city.DistrictConnected(
            district=DistrictId(quarter.name),
            name=quarter.name,
            centre=quarter.place,
            epoch=epoch_of(quarter.name),
            session=known.session + 1 if known is not None else 1,
            up_next=known.up_acked + 1 if known is not None else 1,
            down_acked=self.districts[d].points[point].state.city.seen,
        )
        city, down = self.city.take(city, ("hello", d), lambda: hello)
        point, up = self.districts[d].take(
            point, "link up", lambda: of_district.CityLinkChanged(up=True, epoch=epoch_of(CITY))
        )
        return Both(city, point, down, up)

    def notice(self, d: int, city: int, point: int) -> Both:
        """Both sides see that the stream between them is gone; whoever knows already journals nothing."""
        name = DistrictId(self.names[d])
        there, up, down = self.city.points[city], self.none_up, self.none_down
        known = there.state.world.districts[name]
        if not known.away:
            away = of_city.DistrictLost(district=name, session=known.session, heard_at=there.at)
            city, down = self.city.take(city, ("away", d), lambda: away)
        if self.districts[d].points[point].state.city.up:
            point, up = self.districts[d].take(
                point, "link down", lambda: of_district.CityLinkChanged(up=False, reason="cut")
            )
        return Both(city, point, down, up)

    none_up: Posted = ((),)
    none_down: Posted = ((), ())

    # letters

    def up(self, d: int, city: int, letter: int, *, is_repeat: bool = False) -> tuple[int, Posted]:
        """The next letter of the district's log; a repeat is the one before, under the position that it had."""
        name = DistrictId(self.names[d])
        position = self.city.points[city].state.world.districts[name].up_acked + (not is_repeat)
        step = ("up", d, letter, is_repeat)
        return self.city.take(
            city,
            step,
            lambda: of_city.said(
                name, epoch_of(name), position, self.office.letters[letter], after=position - 1
            ),
        )

    def down(
        self, d: int, point: int, letter: int, *, is_repeat: bool = False
    ) -> tuple[int, Posted]:
        """The same downwards."""
        position = self.districts[d].points[point].state.city.seen + (not is_repeat)

        def said() -> of_district.CityLetterReceived:
            what = self.office.letters[letter]
            if isinstance(what, OrderRequest):
                return of_district.CityLetterReceived(
                    position=position, after=position - 1, request=what
                )
            return of_district.CityLetterReceived(
                position=position, after=position - 1, progress=what
            )

        return self.districts[d].take(point, ("down", letter, is_repeat), said)

    # the planner

    def wished(self, city: int) -> int:
        """The plan that the production planner makes of what the city knows at this point, by its number from 1; 0 when none is awaited."""
        point = self.city.points[city]
        if not point.state.replan.is_awaited:
            return 0
        if city not in self._wishes:
            self._wishes[city] = self._draft(made_plan(point.state, point.at).draft)
        return self._wishes[city]

    def _draft(self, made: of_city.DraftPlan) -> int:
        key = canonical_json.encode(draft_view(made))
        if key not in self._draft_numbers:
            self._drafts.append(made)
            self._draft_numbers[key] = len(self._drafts)
        return self._draft_numbers[key]

    def planned(self, city: int, plan: int) -> tuple[int, Posted]:
        asked = self.city.points[city].state.replan.asked
        return self.city.take(
            city,
            ("plan", plan),
            lambda: of_city.PlanMade(asked=asked, draft=self._drafts[plan - 1]),
        )

    # people

    def locals_of(self, d: int, number: int, *, buttons: int) -> tuple[Local, ...]:
        """What the street, crews and operators may do at this point of a district; crews go on by themselves for so many `buttons`."""
        point = self.districts[d].points[number]
        known = point.known.get(buttons)
        if known is None:
            known = point.known[buttons] = (
                *self._alarms(d, point),
                *_presses(point, buttons),
                *self._verbs(point),
            )
        return known

    def _alarms(self, d: int, point: Point) -> tuple[Local, ...]:
        number, quarter = point.state.intake.tally.items, self.world.quarters[d]
        if number >= len(quarter.alarms):
            return ()
        return (Local(("alarm", str(number + 1)), "", alarm(quarter, number, BEGIN)),)

    def _verbs(self, point: Point) -> tuple[Local, ...]:
        return tuple(
            _verb(verb, incident.incident, unit)
            for incident in point.state.incidents.values()
            for verb in self.world.verbs
            if incident.stage in TRIED[verb]
            for unit in _assignable(verb, point)
        )


def made_plan(city: CityState, at: Timestamp) -> of_city.PlanMade:
    """What the production planner answers to the newest wish."""
    problem = pose(city, at)
    solution = by_assignment(posed(problem, city_fleet(problem)))
    check(problem, solution)
    return of_city.PlanMade(
        asked=city.replan.asked, draft=draft(problem, solution, planner="in-process", solve_ms=1.0)
    )


def _city(names: tuple[str, ...], numbering: Numbering) -> Tier:
    return Tier(
        decide=lambda state, given, context: city_core.decide(
            state, given, context
        ),  # asked for by its module: what is planted there is explored
        initial=EMPTY_CITY,
        hear=hear_city,
        no_words=CityTold(),
        alike=city_view,
        names=order_owner(epoch_of(CITY)),
        peers=tuple(f"district/{name}" for name in names),
        numbering=numbering,
    )


def _district(name: str, numbering: Numbering) -> Tier:
    return Tier(
        decide=lambda state, given, context: district_core.decide(state, given, context),
        initial=EMPTY_DISTRICT,
        hear=lambda told, given, commands: hear_district(told, name, given, commands),
        no_words=Told(),
        alike=district_view,
        names=name,
        peers=(CITY,),
        numbering=numbering,
    )


def _presses(point: Point, buttons: int) -> tuple[Local, ...]:
    found: list[Local] = []
    for order in point.state.roster.orders.values():
        if order.stage in NEXT_BUTTON:
            if list(NEXT_BUTTON).index(order.stage) < buttons:
                found.append(_press(order, NEXT_BUTTON[order.stage], ""))
            found.append(_press(order, CrewAction.CANNOT, "refusals"))
        if order.stage in LAST_BUTTON:
            found.append(_press(order, LAST_BUTTON[order.stage], "repeats", "twice"))
        if order.stage in VOID and order.assignment:
            found.append(_press(order, CrewAction.ACCEPT, "repeats", "late"))
    return tuple(found)


def _press(order: Order, action: CrewAction, cost: str, how: str = "") -> Local:
    """A button. Pressed twice it comes under the same request; late it comes under a new one."""
    request = RequestId(f"{order.order}-{action}{'-late' if how == 'late' else ''}")
    answer = CrewAnswer(
        request=request,
        unit=order.unit,
        order=order.order,
        assignment=order.assignment,
        action=action,
        reason="cannot",
    )
    return Local(
        (f"press {how}".strip(), action, order.order, order.unit),
        cost,
        of_district.CrewAnswered(answer=answer),
    )


def _assignable(verb: OperatorVerb, point: Point) -> tuple[UnitId | None, ...]:
    if verb is not OperatorVerb.ASSIGN:
        return (None,)
    return tuple(unit.unit for unit in point.state.roster.units.values() if is_free(unit))


def _verb(verb: OperatorVerb, incident: IncidentId, unit: UnitId | None) -> Local:
    request = RequestId(f"{verb}-{incident}-{unit or ''}")
    action = OperatorAction(
        request=request, operator="wang", incident=incident, verb=verb, reason="seen", unit=unit
    )
    return Local(
        ("verb", verb, incident, unit or ""), "verbs", of_district.OperatorActed(action=action)
    )
