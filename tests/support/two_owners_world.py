"""One city and three districts on production deciders and journals, with the network, the planner
and the people between them: every step is a call."""

from principals import CREW, OPERATOR
from recorded_node import RecordedNode

from citybrain.clock import ManualClock
from citybrain.domain.console import OperatorAction, UnitAction, UnitVerb
from citybrain.domain.crew import CrewAnswer
from citybrain.geo import Point
from citybrain.vocabulary import CrewAction, OperatorVerb, OrderStage, SlotState, UnitState
from citysim.explore.model.law_monitor import (
    CityLawMonitor,
    DistrictLawMonitor,
    conflict,
    observe_city,
    observe_district,
)
from citysim.explore.model.local_actions import NEXT_CREW_ACTION
from citysim.explore.model.planner import make_plan
from citysim.explore.model.worlds import (
    FOR_PATROL,
    PATROL,
    PLAYBOOKS,
    POLICY,
    SmallDistrict,
    incident_event,
)
from coordinator import inputs as city_inputs
from coordinator.city_cores import city_cores
from coordinator.cores import decide as city_core
from coordinator.formats import LETTERS as CITY_LETTERS
from district_node import inputs as district_inputs
from district_node.cores import decide as district_core
from district_node.cores.incidents.incident import is_dispatchable
from district_node.cores.report import incident_report, unit_report
from district_node.district_cores import district_cores
from district_node.formats import LETTERS as DISTRICT_LETTERS
from district_node.playbook import LocalizedName

CITY = "city"
DISTRICTS = {
    "north": SmallDistrict(
        name="north",
        place=Point(lat=30.70, lon=104.06),
        units=(PATROL, PATROL),
        incidents=(FOR_PATROL,) * 9,
    ),
    "south": SmallDistrict(
        name="south", place=Point(lat=30.66, lon=104.06), incidents=(FOR_PATROL,) * 9
    ),
    "east": SmallDistrict(
        name="east",
        place=Point(lat=30.68, lon=104.10),
        units=(PATROL,),
        incidents=(FOR_PATROL,) * 9,
    ),
}


class TwoOwnersWorld:
    def __init__(self):
        self.clock = ManualClock()
        self.city = self._city_node()
        self.districts = {name: self._district_node(name) for name in sorted(DISTRICTS)}
        self.sessions = dict.fromkeys(DISTRICTS, 0)
        self.is_up = dict.fromkeys(DISTRICTS, False)  # the stream to the city
        self.plan, self.requests = None, 0
        for name in DISTRICTS:
            self.connect(name)
        for name in ("south", "south", "north"):
            self.open_incident(name)

    def _city_node(self):
        return RecordedNode(
            CITY,
            city_core.decide,
            city_cores(),
            lambda store: city_inputs.NodeStarted(policy=POLICY, epoch=store.epoch()),
            observe_city,
            CityLawMonitor(),
            self.clock,
        )

    def _district_node(self, name):
        district = DISTRICTS[name]
        units = tuple(
            district_inputs.UnitSetup(
                unit=f"{name}-{i}",
                name=f"{name} {i}",
                capabilities=(capability,),
                place=district.place,
                speed_mps=8.0,
            )
            for i, capability in enumerate(district.units)
        )
        setup = district_inputs.Setup(
            district=name,
            name=LocalizedName(en=name, zh=name),
            centre=district.place,
            units=units,
            playbooks=PLAYBOOKS,
        )
        return RecordedNode(
            name,
            district_core.decide,
            district_cores(),
            lambda store: district_inputs.NodeStarted(setup=setup, epoch=store.epoch()),
            lambda monitor, given, commands: observe_district(monitor, name, given, commands),
            DistrictLawMonitor(),
            self.clock,
        )

    def node(self, name):
        return self.city if name == CITY else self.districts[name]

    def nodes(self):
        return [self.city, *self.districts.values()]

    # the network

    def connect(self, name):
        if self.is_up[name]:
            return
        district = self.districts[name]
        self.sessions[name] += 1
        connected = city_inputs.DistrictConnected(
            district=name,
            name=name,
            centre=DISTRICTS[name].place,
            epoch=district.store.epoch(),
            session=self.sessions[name],
            up_next=district.store.next_position(CITY),
            down_acked=district.state.city.down_acked,
        )
        link_up = district_inputs.CityLinkChanged(up=True, epoch=self.city.store.epoch())
        self.is_up[name] = (
            self.city.give(connected) is not None and district.give(link_up) is not None
        )

    def disconnect(self, name, *, is_detected):
        if self.is_up[name] and is_detected:
            lost = city_inputs.DistrictLost(
                district=name, session=self.sessions[name], last_seen_at=self.clock.now()
            )
            self.city.give(lost)
            self.districts[name].give(district_inputs.CityLinkChanged(up=False, reason="cut"))
        self.is_up[name] = False

    def deliver_up(self, name, *, repeated=0, new=1):
        """Letters arrive in order: at most `repeated` of them for the second time."""
        district = self.districts[name]
        after = max(0, self.up_acked(name) - repeated)
        for letter in self._letters(name, district.store, CITY, after, new + repeated):
            received = city_inputs.DistrictLetterReceived(
                district=name,
                epoch=district.store.epoch(),
                position=letter.position,
                after=after,
                letter=DISTRICT_LETTERS.decode(letter.kind, letter.version, letter.payload),
            )
            if self.city.give(received) is None:
                self.streams_lost(CITY)
                return
            after = letter.position

    def deliver_down(self, name, *, repeated=0, new=1):
        district = self.districts[name]
        after = max(0, district.state.city.down_acked - repeated)
        to = f"district/{name}"
        for letter in self._letters(name, self.city.store, to, after, new + repeated):
            received = district_inputs.CityLetterReceived(
                position=letter.position,
                after=after,
                letter=CITY_LETTERS.decode(letter.kind, letter.version, letter.payload),
            )
            if district.give(received) is None:
                self.streams_lost(name)
                return
            after = letter.position

    def deliver_all(self):
        for name in self.districts:
            while self.has_letter_up(name):
                self.deliver_up(name, new=50)
            while self.has_letter_down(name):
                self.deliver_down(name, new=50)

    def up_acked(self, name):
        return self.city.state.world.districts[name].up_acked

    def has_letter_up(self, name):
        return self.up_acked(name) < self.districts[name].store.next_position(CITY) - 1

    def has_letter_down(self, name):
        sent = self.city.store.next_position(f"district/{name}") - 1
        return self.districts[name].state.city.down_acked < sent

    def streams_lost(self, name):
        """A node that died lost every stream, the city also the plan that was being made for it."""
        for each in DISTRICTS if name == CITY else [name]:
            self.is_up[each] = False
        self.plan = None if name == CITY else self.plan

    def _letters(self, name, store, to, after, limit):
        return store.letters(to=to, after=after, limit=limit) if self.is_up[name] else ()

    # processes and time

    def crash(self, name):
        self.node(name).crash()
        self.streams_lost(name)

    def advance(self, seconds):
        self.clock.advance(seconds)
        for name, node in [(CITY, self.city), *self.districts.items()]:
            store = node.store
            node.fire_due()
            if node.store is not store:
                self.streams_lost(name)

    # the planner and people

    def make_plan(self):
        self.plan = make_plan(self.city.state, self.clock.now())

    def deliver_plan(self):
        plan, self.plan = self.plan, None
        if self.city.give(plan) is None:
            self.streams_lost(CITY)

    def open_incident(self, name):
        number = self.districts[name].state.intake.counters.items
        if number < len(DISTRICTS[name].incidents):
            self.give(name, incident_event(DISTRICTS[name], number, self.clock.now()))

    def orders_of(self, name):
        orders = self.districts[name].state.roster.orders.values()
        return [order for order in orders if order.assignment_number]

    def crew_acts(self, name, which, action=None, *, is_twice=False):
        """A crew presses a button for any order that it ever had: the next one (None) or any."""
        orders = self.orders_of(name)
        if not orders or action is CrewAction.UNKNOWN:
            return
        order = orders[which % len(orders)]
        self.requests += 1
        answer = CrewAnswer(
            request=f"press-{name}-{self.requests}",
            unit=order.unit,
            order=order.order,
            assignment_number=order.assignment_number,
            action=action or NEXT_CREW_ACTION.get(order.stage, CrewAction.ACCEPT),
            reason="cannot",
        )
        for _ in range(2 if is_twice else 1):
            self.give(name, district_inputs.CrewAnswered(answer=answer, principal=CREW))

    def operator_acts(self, name, which, verb):
        state = self.districts[name].state
        incidents, units = list(state.incidents), list(state.roster.units)
        if not incidents:
            return
        self.requests += 1
        unit = units[which % len(units)] if verb is OperatorVerb.ASSIGN and units else None
        action = OperatorAction(
            request=f"verb-{self.requests}",
            operator="wang",
            incident=incidents[which % len(incidents)],
            verb=verb,
            reason="seen",
            unit=unit,
            confirmed=True,
        )
        self.give(name, district_inputs.OperatorActed(action=action, principal=OPERATOR))

    def give(self, name, given):
        if self.districts[name].give(given) is None:
            self.streams_lost(name)

    # what happens sooner or later, and the laws

    def possible_steps(self):
        """Calls: everything that will happen sooner or later."""
        for name in self.districts:
            if not self.is_up[name]:
                yield lambda name=name: self.connect(name)
                continue
            if self.has_letter_up(name):
                yield lambda name=name: self.deliver_up(name)
            if self.has_letter_down(name):
                yield lambda name=name: self.deliver_down(name)
            for which, order in enumerate(self.orders_of(name)):
                if order.stage in NEXT_CREW_ACTION:
                    yield lambda name=name, which=which: self.crew_acts(name, which)
        if self.plan is not None:
            yield self.deliver_plan
        elif self.city.state.replan.is_awaited:
            yield self.make_plan

    def check_laws(self):
        monitors = [node.monitor for node in self.districts.values()]
        for monitor in (self.city.monitor, *monitors):
            assert not monitor.violation, monitor.violation
        assert not conflict(self.city.monitor, monitors), conflict(self.city.monitor, monitors)

    def recover(self, limit_s):
        """No faults any more: links are up, crews obey. Raises `AssertionError` where something is
        not served after so many seconds."""
        for node in self.nodes():
            node.store.faults = None
        for _ in range(limit_s):
            for name in DISTRICTS:
                self.connect(name)
            self.deliver_all()
            self._crews_obey()
            if self.city.state.replan.is_awaited:
                self.city.give(make_plan(self.city.state, self.clock.now()))
            self.check_laws()
            if not self.unserved():
                break
            self.advance(1.0)
        assert not self.unserved(), f"{limit_s} s after the last fault: {self.unserved()}"

    def _crews_obey(self):
        """And who was taken for silent says that it is there."""
        for name, district in self.districts.items():
            for unit in list(district.state.roster.units.values()):
                if unit.state is UnitState.OUT_OF_SERVICE:
                    self.requests += 1
                    ready = UnitAction(
                        request=f"ready-{self.requests}",
                        operator="",
                        unit=unit.unit,
                        verb=UnitVerb.READY,
                    )
                    given = district_inputs.UnitActed(action=ready, principal=CREW)
                    self.give(name, given)
            for which, order in enumerate(self.orders_of(name)):
                if order.stage is OrderStage.EN_ROUTE:
                    self.crew_acts(name, which, CrewAction.ARRIVE)
                elif order.stage in NEXT_CREW_ACTION:
                    self.crew_acts(name, which, NEXT_CREW_ACTION[order.stage])

    def unserved(self):
        """What is not as it should be in the end; "": nothing."""
        city = self.city.state
        if city.sagas.live:
            return f"the city has live orders: {city.sagas.live.keys()}"
        for name, district in self.districts.items():
            for incident in district.state.incidents.values():
                ended = (SlotState.SERVED, SlotState.CANCELLED)
                if is_dispatchable(incident) and any(s.state not in ended for s in incident.slots):
                    return f"{incident.incident} is not served"
                if city.world.incidents.get(incident.incident) != incident_report(incident, name):
                    return f"{name} and the city have different reports of {incident.incident}"
            for unit in district.state.roster.units.values():
                if unit.order is not None:
                    return f"{unit.unit} still has an order"
                if city.world.units.get(unit.unit) != unit_report(unit, name):
                    return f"{name} and the city have different reports of {unit.unit}"
        return ""
