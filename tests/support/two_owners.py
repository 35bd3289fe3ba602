"""One city and its districts, on the production cores, over failing networks and processes: shared
by the tests of the two-owners protocol. A seed gives one run.
"""

from random import Random  # noqa: TID251 - one seed is one run

from principals import CREW, OPERATOR
from two_owners_crews import REFUSALS, come_back, refuse
from two_owners_nodes import PLACES, city_node, district_node

from citybrain.clock import SECOND_US, ManualClock
from citybrain.domain.console import OperatorAction
from citybrain.domain.crew import CrewAnswer
from citybrain.domain.event import Event, OutboxItem
from citybrain.geo import Point
from citybrain.kinds import OBJECTS_INSIDE
from citybrain.vocabulary import (
    Certainty,
    CrewAction,
    OperatorVerb,
    OrderStage,
    Phase,
    Severity,
    SlotState,
    Urgency,
)
from coordinator import formats as city_formats
from coordinator import inputs as city_inputs
from coordinator.planning.checker import check
from coordinator.planning.draft import draft_plan
from coordinator.planning.fleet import city_fleet
from coordinator.planning.solvers import by_assignment, solver_input
from coordinator.shell.planner import build_problem
from district_node import formats as district_formats
from district_node import inputs as district_inputs

WITH_CREW = (OrderStage.ISSUED, OrderStage.ACCEPTED, OrderStage.EN_ROUTE, OrderStage.ON_SCENE)
NEXT_ACTION = {
    OrderStage.ISSUED: CrewAction.ACCEPT,
    OrderStage.ACCEPTED: CrewAction.DEPART,
    OrderStage.EN_ROUTE: CrewAction.ARRIVE,
    OrderStage.ON_SCENE: CrewAction.FINISH,
}
UP, DOWN = district_formats.LETTERS, city_formats.LETTERS
CUT_S = (2, 5, 9, 20, 45)  # a reservation lasts POLICY.promise_ttl_s, 8 s
VERBS = (
    OperatorVerb.CLOSE,
    OperatorVerb.OPEN,
    OperatorVerb.DEFER,
    OperatorVerb.REJECT,
    OperatorVerb.ESCALATE,
)


class TwoOwnersScenario:
    """One city and three districts; one seed gives one run."""

    def __init__(self, seed):
        self.rng = Random(seed)
        self.clock = ManualClock()
        self.city = city_node(self.clock)
        self.districts = {name: district_node(name, self.clock) for name in PLACES}
        self.session = dict.fromkeys(PLACES, 0)
        self.is_up = dict.fromkeys(PLACES, False)
        self.cut_until = dict.fromkeys(PLACES, 0)
        self.episodes = 0
        self.actions = 0

    # the network: ordered logs that resume from what was journaled; letters in flight are lost with
    # the stream, repeats happen

    def connect(self, name):
        district, city = self.districts[name], self.city
        self.session[name] += 1
        connected = city_inputs.DistrictConnected(
            district=name,
            name=name,
            centre=PLACES[name],
            epoch=district.store.epoch(),
            session=self.session[name],
            up_next=district.store.next_position("city"),
            down_acked=district.state.city.down_acked,
        )
        city.submit(connected)
        district.submit(district_inputs.CityLinkChanged(up=True, epoch=city.store.epoch()))
        self.is_up[name] = True

    def cut(self, name):
        if self.is_up[name]:
            self.city.submit(
                city_inputs.DistrictLost(
                    district=name, session=self.session[name], last_seen_at=self.clock.now()
                )
            )
            self.districts[name].submit(district_inputs.CityLinkChanged(up=False, reason="cut"))
        self.is_up[name] = False

    def deliver_up(self, name):
        district = self.districts[name]
        seen = self.city.state.world.districts[name].up_acked
        letters = district.store.letters(
            to="city", after=seen - self.rng.choice([0, 0, 0, 1, 3]), limit=self.rng.randint(1, 6)
        )
        for letter in letters:
            self.city.submit(
                city_inputs.DistrictLetterReceived(
                    district=name,
                    epoch=district.store.epoch(),
                    position=letter.position,
                    letter=UP.decode(letter.kind, letter.version, letter.payload),
                )
            )
        return bool(letters)

    def deliver_down(self, name):
        district = self.districts[name]
        seen = district.state.city.down_acked
        letters = self.city.store.letters(
            to=f"district/{name}",
            after=max(0, seen - self.rng.choice([0, 0, 0, 1, 3])),
            limit=self.rng.randint(1, 6),
        )
        for letter in letters:
            value = DOWN.decode(letter.kind, letter.version, letter.payload)
            district.submit(
                district_inputs.CityLetterReceived(
                    position=letter.position, after=min(seen, letter.position - 1), letter=value
                )
            )
            seen = letter.position
        return bool(letters)

    # the people and the machines

    def alarm(self, name):
        self.episodes += 1
        place = PLACES[name]
        far = Point(lat=place.lat + self.episodes * 0.002, lon=place.lon)
        event = Event(
            episode=f"e{self.episodes}",
            kind=OBJECTS_INSIDE,
            phase=Phase.START,
            source="cam-1",
            # a rule of its own: else it would join the incident before
            rule=f"crowd-{self.episodes}",
            incident_kind="crowding",
            place=far,
            severity=Severity.SEVERE,
            urgency=Urgency.EXPECTED,
            certainty=Certainty.OBSERVED,
            observed_at=self.clock.now(),
            error_ms=10.0,
            measurements={},
            traceparent="",
        )
        self.districts[name].submit(
            district_inputs.BatchReceived(
                agent="box-1", incarnation=1, items=(OutboxItem(seq=self.episodes, content=event),)
            )
        )

    def plan(self):
        """The production planner answers the newest request, if it is still awaited."""
        replan = self.city.state.replan
        if not replan.is_awaited:
            return
        problem = build_problem(self.city.state, self.clock.now())
        solved = by_assignment(solver_input(problem, city_fleet(problem)))
        check(solved.problem, solved.solution)
        self.city.submit(
            city_inputs.PlanMade(
                request_number=replan.request_number,
                draft=draft_plan(
                    solved.problem, solved.solution, planner="in-process", solve_ms=1.0
                ),
            )
        )

    def press_button(self, name, *, obedient=False):
        """A crew presses a button: the next one, or now and then `cannot`."""
        roster = self.districts[name].state.roster
        orders = [o for o in roster.orders.values() if o.stage in WITH_CREW]
        if not orders:
            return
        order = self.rng.choice(orders)
        action = NEXT_ACTION[order.stage]
        if not obedient and self.rng.random() < 0.15:
            refuse(self, name, order.unit, self.rng.choice(REFUSALS))
            return
        self.actions += 1
        answer = CrewAnswer(
            request=f"press_button-{name}-{self.actions}",
            unit=order.unit,
            order=order.order,
            assignment_number=order.assignment_number,
            action=action,
        )
        self.districts[name].submit(district_inputs.CrewAnswered(answer=answer, principal=CREW))

    def operator_acts(self, name):
        """Any verb, on any incident: whether it makes sense or not."""
        incidents = list(self.districts[name].state.incidents)
        if not incidents:
            return
        self.actions += 1
        action = OperatorAction(
            request=f"op-{name}-{self.actions}",
            operator="wang",
            incident=self.rng.choice(incidents),
            verb=self.rng.choice(VERBS),
            reason="seen",
            confirmed=True,
        )
        self.districts[name].submit(
            district_inputs.OperatorActed(action=action, principal=OPERATOR)
        )

    # the two phases

    def fault_phase(self, steps):
        for name in PLACES:
            self.connect(name)
        self.alarm("south")
        self.continue_faults(steps)

    def continue_faults(self, steps):
        for _ in range(steps):
            name = self.rng.choice(sorted(PLACES))
            self.step(name, self.rng.random())
            self.clock.advance(
                self.rng.choice(
                    [0, 0, 0.01, 0.05, 0.1, 0.3, 2.0 if self.rng.random() < 0.3 else 0.1]
                )
            )
            self.fire_timers()
            self.check_laws()

    def step(self, name, chance):
        if not self.is_up[name] and self.clock.now() < self.cut_until[name]:
            self.stay_cut_off(name)
        elif not self.is_up[name] and chance < 0.3:
            self.connect(name)
        elif chance < 0.35:
            if self.is_up[name]:
                self.deliver_up(name)
        elif chance < 0.70:
            if self.is_up[name]:
                self.deliver_down(name)
        elif chance < 0.80:
            self.plan()
        elif chance < 0.92:
            self.press_button(name)
        elif chance < 0.95:
            self.alarm(name)
        elif chance < 0.97:
            self.cut(name)
            self.cut_until[name] = self.clock.now() + self.rng.choice(CUT_S) * SECOND_US
        elif chance < 0.985:
            self.operator_acts(name)
        elif chance < 0.993:
            self.cut(name)
            self.districts[name].crash()
        else:
            for each in PLACES:
                self.is_up[each] = False
                self.districts[each].submit(
                    district_inputs.CityLinkChanged(up=False, reason="the city died")
                )
            self.city.crash()

    def stay_cut_off(self, name):
        """Time passes, and the district's crews work on."""
        self.clock.advance(self.rng.choice([0.5, 2]))
        if self.rng.random() < 0.4:
            self.press_button(name)

    def fire_timers(self):
        for party in (self.city, *self.districts.values()):
            party.fire_timers()

    def recovery_phase(self, rounds=400):
        """All links stay up, crews obey."""
        for name in PLACES:
            if not self.is_up[name]:
                self.connect(name)
        for _ in range(rounds):
            for name in sorted(PLACES):
                self.deliver_all(name)
                come_back(self, name)
                self.press_button(name, obedient=True)
            self.plan()
            self.clock.advance(1.0)
            self.fire_timers()
            self.check_laws()
            if self.is_quiet():
                return

    def deliver_all(self, name):
        while (
            self.deliver_up(name)
            and self.city.state.world.districts[name].up_acked
            < self.districts[name].store.next_position("city") - 1
        ):
            pass
        while (
            self.deliver_down(name)
            and self.districts[name].state.city.down_acked
            < self.city.store.next_position(f"district/{name}") - 1
        ):
            pass

    def is_quiet(self):
        return (
            not self.unserved() and not len(self.city.state.sagas.live) and not self.live_orders()
        )

    def unserved(self):
        return [
            slot.slot
            for district in self.districts.values()
            for incident in district.state.incidents.values()
            if incident.stage in ("opened", "dispatched", "working", "reopened")
            for slot in incident.slots
            if slot.state not in (SlotState.SERVED, SlotState.CANCELLED)
        ]

    # the laws

    def live_orders(self):
        return [
            o
            for d in self.districts.values()
            for o in d.state.roster.orders.values()
            if o.stage in WITH_CREW
        ]

    def check_laws(self):
        self.check_units()
        self.check_slots()

    def check_units(self):
        held = [
            o.unit
            for d in self.districts.values()
            for o in d.state.roster.orders.values()
            if o.stage in (*WITH_CREW, OrderStage.RESERVED)
        ]
        assert len(held) == len(set(held)), f"a unit is promised twice: {sorted(held)}"

    def check_slots(self):
        by_slot = {}
        for order in self.live_orders():
            by_slot.setdefault(
                (order.task.incident_district, order.task.incident, order.task.slot), []
            ).append(order.order)
        for (district, name, slot), orders in by_slot.items():
            incident = self.districts[district].state.incidents.get(name)
            declared = set(incident.retaken) if incident is not None else set()
            sagas = self.city.state.sagas
            called_back = {
                o
                for o in orders
                if (d := sagas.live.get(o)) is not None and (d.stage == "withdrawing" or d.extra)
            }
            counted = [o for o in orders if o not in declared and o not in called_back]
            is_wanted = incident is not None and any(s.slot == slot for s in incident.slots)
            assert len(counted) <= 1 or not is_wanted, (
                f"slot {slot} has {counted} ({declared=}, {called_back=})"
            )
