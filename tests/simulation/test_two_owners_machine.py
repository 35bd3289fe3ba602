"""The two-owners protocol as a state machine that hypothesis drives: one city and three districts, the production cores behind their reactors and journals.

After every step the histories are judged (what left each node, record by record) and one journal is replayed. In the end the faults stop, and everything
that is wanted must be served within a stated time. A long run: `CITYBRAIN_STATEFUL=long .venv/bin/pytest tests/simulation/test_two_owners_machine.py`.
"""

import os

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from test_planted_bugs import BUGS
from witnessed import Party

from citybrain import canonical_json
from citybrain.clock import ManualClock
from citybrain.domain.console import OperatorAction
from citybrain.domain.crew import CrewAnswer
from citybrain.domain.incident import IncidentReport
from citybrain.domain.order import OrderAnswer, OrderProgress, OrderRequest
from citybrain.domain.unit import UnitReport
from citybrain.geo import Point
from citybrain.journal.memory import Boundary
from citybrain.vocabulary import CrewAction, OperatorVerb, SlotState
from citysim.explore.small.layout import CROWDING, PATROL, PLAYBOOKS, POLICY, Quarter, alarm
from citysim.explore.small.nodes import NEXT_BUTTON, made_plan
from citysim.explore.small.told import CityTold, Told, doubles, hear_city, hear_district
from coordinator import inputs as of_city
from coordinator.cores import decide as city_core
from coordinator.cores.state import EMPTY as EMPTY_CITY
from district_node import inputs as of_district
from district_node.cores import decide as district_core
from district_node.cores.belief.incident import wants_help
from district_node.cores.report import incident_report, unit_report
from district_node.cores.state import EMPTY as EMPTY_DISTRICT
from district_node.playbook import Title

CALM_S = 240  # by then everything has been served, however the storm ended
UP = {kind.__name__: kind for kind in (IncidentReport, UnitReport, OrderAnswer, OrderProgress)}
DOWN = {kind.__name__: kind for kind in (OrderRequest, OrderProgress)}
QUARTERS = {
    "north": Quarter(
        name="north",
        place=Point(lat=30.70, lon=104.06),
        units=(PATROL, PATROL),
        alarms=(CROWDING,) * 9,
    ),
    "south": Quarter(name="south", place=Point(lat=30.66, lon=104.06), alarms=(CROWDING,) * 9),
    "east": Quarter(
        name="east", place=Point(lat=30.68, lon=104.10), units=(PATROL,), alarms=(CROWDING,) * 9
    ),
}
NAMES = st.sampled_from(sorted(QUARTERS))
NODES = st.sampled_from(["city", *sorted(QUARTERS)])
ANY = st.integers(min_value=0, max_value=11)
VERBS = st.sampled_from(
    [
        OperatorVerb.CLOSE,
        OperatorVerb.REJECT,
        OperatorVerb.DEFER,
        OperatorVerb.OPEN,
        OperatorVerb.ESCALATE,
        OperatorVerb.ASSIGN,
    ]
)


class TwoOwners(RuleBasedStateMachine):
    @initialize()
    def begin(self):
        self.clock = ManualClock()
        self.city = self.party("city")
        self.districts = {name: self.party(name) for name in sorted(QUARTERS)}
        self.sessions = dict.fromkeys(QUARTERS, 0)
        self.is_up = dict.fromkeys(QUARTERS, False)
        self.plan, self.presses, self.steps = None, 0, 0
        for name in QUARTERS:
            self.connect(name)
        for name in ("south", "south", "north"):
            self.alarm(name)

    def party(self, name):
        if name == "city":
            started = lambda store: of_city.NodeStarted(policy=POLICY, epoch=store.epoch())  # noqa: E731
            return Party(
                name,
                city_core.decide,
                EMPTY_CITY,
                of_city.KINDS,
                started,
                hear_city,
                CityTold(),
                self.clock,
            )
        quarter = QUARTERS[name]
        units = tuple(
            of_district.UnitSetup(
                unit=f"{name}-{i}",
                name=f"{name} {i}",
                capabilities=(capability,),
                place=quarter.place,
                speed_mps=8.0,
            )
            for i, capability in enumerate(quarter.units)
        )
        setup = of_district.Setup(
            district=name,
            name=Title(en=name, zh=name),
            centre=quarter.place,
            units=units,
            playbooks=PLAYBOOKS,
        )
        return Party(
            name,
            district_core.decide,
            EMPTY_DISTRICT,
            of_district.KINDS,
            lambda store: of_district.NodeStarted(setup=setup, epoch=store.epoch()),
            lambda told, given, commands: hear_district(told, name, given, commands),
            Told(),
            self.clock,
        )

    # the network

    def connect(self, name):
        if self.is_up[name]:
            return
        district = self.districts[name]
        self.sessions[name] += 1
        hello = of_city.DistrictConnected(
            district=name,
            name=name,
            centre=QUARTERS[name].place,
            epoch=district.store.epoch(),
            session=self.sessions[name],
            up_next=district.store.next_position("city"),
            down_acked=district.state.city.seen,
        )
        self.is_up[name] = (
            self.city.give(hello) is not None
            and district.give(of_district.CityLinkChanged(up=True, epoch=self.city.store.epoch()))
            is not None
        )

    def cut(self, name, is_noticed):
        if self.is_up[name] and is_noticed:
            self.city.give(
                of_city.DistrictLost(
                    district=name, session=self.sessions[name], heard_at=self.clock.now()
                )
            )
            self.districts[name].give(of_district.CityLinkChanged(up=False, reason="cut"))
        self.is_up[name] = False

    def up(self, name, again, most):
        """Letters arrive in order, `again` of them for the second time; how many, the network decides."""
        district = self.districts[name]
        after = max(0, self.seen_of(name) - again)
        for letter in (
            district.store.letters(to="city", after=after, limit=most + again)
            if self.is_up[name]
            else ()
        ):
            said = of_city.said(
                name,
                district.store.epoch(),
                letter.position,
                canonical_json.decode(letter.payload, UP[letter.kind]),
                after=after,
            )
            if self.city.give(said) is None:
                return self.lost("city")
            after = letter.position
        return None

    def down(self, name, again, most):
        district = self.districts[name]
        after = max(0, district.state.city.seen - again)
        for letter in (
            self.city.store.letters(to=f"district/{name}", after=after, limit=most + again)
            if self.is_up[name]
            else ()
        ):
            value = canonical_json.decode(letter.payload, DOWN[letter.kind])
            field = "request" if isinstance(value, OrderRequest) else "progress"
            if (
                district.give(
                    of_district.CityLetterReceived(
                        position=letter.position, after=after, **{field: value}
                    )
                )
                is None
            ):
                return self.lost(name)
            after = letter.position
        return None

    def seen_of(self, name):
        return self.city.state.world.districts[name].up_acked

    def lost(self, name):
        """Who died lost every stream, and the plan that was being made for it."""
        for each in QUARTERS if name == "city" else [name]:
            self.is_up[each] = False
        self.plan = None if name == "city" else self.plan

    @rule(choices=st.lists(ANY, min_size=4, max_size=40))
    def things_go_on(self, choices):
        """As many steps of what is bound to happen, each chosen among those that are possible then."""
        for choice in choices:
            possible = list(self.possible())
            if not possible:
                return
            step, *given = possible[choice % len(possible)]
            step(*given)
            self.nothing_is_promised_twice()

    @rule(choices=st.lists(ANY, min_size=20, max_size=80))
    def things_go_on_for_long(self, choices):
        self.things_go_on(choices)

    # what goes wrong

    @rule(name=NAMES, is_noticed=st.booleans(), seconds=st.sampled_from([0.0, 1.0, 4.0, 9.0, 30.0]))
    def an_island(self, name, is_noticed, seconds):
        """Cut off, for less or more than a promise lasts; it goes on after that with whatever comes."""
        self.cut(name, is_noticed)
        self.time_passes(seconds)

    @rule(name=NODES, boundary=st.sampled_from([None, *Boundary]))
    def a_death(self, name, boundary):
        """Now, or at its next commit: right before, in or right after it."""
        if boundary is None:
            self.die(name)
        else:
            self.doom(name, boundary)

    @rule(name=NAMES, is_up=st.booleans(), again=st.integers(1, 4))
    def letters_come_again(self, name, is_up, again):
        (self.up if is_up else self.down)(name, again, 1)

    @rule(seconds=st.sampled_from([0.3, 2.0, 6.0, 9.0, 25.0]))
    def nothing_comes_for_a_while(self, seconds):
        self.time_passes(seconds)

    @rule(
        name=NAMES,
        which=ANY,
        action=st.sampled_from([CrewAction.CANNOT, *CrewAction]),
        is_twice=st.booleans(),
    )
    def a_button(self, name, which, action, is_twice):
        self.press(name, which, action, is_twice)

    @rule(name=NAMES, which=ANY, verb=VERBS)
    def an_operator(self, name, which, verb):
        self.operate(name, which, verb)

    @rule(name=NAMES)
    def another_incident(self, name):
        self.alarm(name)

    def possible(self):
        for name, district in self.districts.items():
            if not self.is_up[name]:
                yield self.connect, name
                continue
            if self.seen_of(name) < district.store.next_position("city") - 1:
                yield self.up, name, 0, 1
            if district.state.city.seen < self.city.store.next_position(f"district/{name}") - 1:
                yield self.down, name, 0, 1
            for which, order in enumerate(self.orders_of(name)):
                if order.stage in NEXT_BUTTON:
                    yield self.press, name, which, None, False
        if self.plan is not None:
            yield (self.plan_comes,)
        elif self.city.state.replan.is_awaited:
            yield (self.think,)

    def orders_of(self, name):
        return [
            order for order in self.districts[name].state.roster.orders.values() if order.assignment
        ]

    # processes and time

    def die(self, name):
        (self.city if name == "city" else self.districts[name]).crash()
        self.lost(name)

    def doom(self, name, boundary):
        """It will die at its next commit."""
        (self.city if name == "city" else self.districts[name]).strike(boundary)

    def time_passes(self, seconds):
        self.clock.advance(seconds)
        for name, party in [("city", self.city), *self.districts.items()]:
            journal = party.store
            party.fire()
            if party.store is not journal:
                self.lost(name)

    # the planner and people

    def think(self):
        self.plan = made_plan(self.city.state, self.clock.now())

    def plan_comes(self):
        plan, self.plan = self.plan, None
        if self.city.give(plan) is None:
            self.lost("city")

    def alarm(self, name):
        number = self.districts[name].state.intake.tally.items
        if number < len(QUARTERS[name].alarms):
            self.press_on(name, alarm(QUARTERS[name], number, self.clock.now()))

    def press(self, name, which, action, is_twice):
        """A crew presses a button for any order that it ever had: the next one (None), or any; once or twice."""
        orders = self.orders_of(name)
        if not orders or action is CrewAction.UNKNOWN:
            return
        order = orders[which % len(orders)]
        self.presses += 1
        answer = CrewAnswer(
            request=f"press-{name}-{self.presses}",
            unit=order.unit,
            order=order.order,
            assignment=order.assignment,
            action=action or NEXT_BUTTON.get(order.stage, CrewAction.ACCEPT),
            reason="cannot",
        )
        for _ in range(2 if is_twice else 1):
            self.press_on(name, of_district.CrewAnswered(answer=answer))

    def operate(self, name, which, verb):
        district = self.districts[name]
        incidents, units = list(district.state.incidents), list(district.state.roster.units)
        if incidents:
            self.presses += 1
            unit = units[which % len(units)] if verb is OperatorVerb.ASSIGN and units else None
            action = OperatorAction(
                request=f"verb-{self.presses}",
                operator="wang",
                incident=incidents[which % len(incidents)],
                verb=verb,
                reason="seen",
                unit=unit,
            )
            self.press_on(name, of_district.OperatorActed(action=action))

    def press_on(self, name, given):
        if self.districts[name].give(given) is None:
            self.lost(name)

    # the laws

    @invariant()
    def nothing_is_promised_twice(self):
        if not hasattr(self, "steps"):
            return
        told = [party.told for party in self.districts.values()]
        assert not self.city.told.broken, self.city.told.broken
        for each in told:
            assert not each.broken, each.broken
        assert not doubles(self.city.told, told), doubles(self.city.told, told)

    @invariant()
    def the_journal_gives_the_state(self):
        if not hasattr(self, "steps"):
            return
        self.steps += 1
        parties = [self.city, *self.districts.values()]
        parties[self.steps % len(parties)].check_replay()

    # the calm

    def teardown(self):
        if not hasattr(self, "steps"):
            return
        for party in (self.city, *self.districts.values()):
            party.store.faults = None
        for _ in range(CALM_S):
            for name in QUARTERS:
                self.connect(name)
            self.deliver_all()
            self.obey()
            if self.city.state.replan.is_awaited:
                self.city.give(made_plan(self.city.state, self.clock.now()))
            self.nothing_is_promised_twice()
            if not self.wanting():
                break
            self.time_passes(1.0)
        assert not self.wanting(), f"after {CALM_S} s of calm: {self.wanting()}"
        for party in (self.city, *self.districts.values()):
            party.check_replay()

    def deliver_all(self):
        for name, district in self.districts.items():
            while self.seen_of(name) < district.store.next_position("city") - 1:
                self.up(name, 0, 50)
            while district.state.city.seen < self.city.store.next_position(f"district/{name}") - 1:
                self.down(name, 0, 50)

    def obey(self):
        for name in self.districts:
            for which, order in enumerate(self.orders_of(name)):
                if order.stage in NEXT_BUTTON or order.stage == "en_route":
                    self.press(name, which, NEXT_BUTTON.get(order.stage, CrewAction.ARRIVE), False)

    def wanting(self):
        if self.city.state.drives.live:
            return f"the city still drives {self.city.state.drives.live.keys()}"
        for name, district in self.districts.items():
            for incident in district.state.incidents.values():
                if wants_help(incident) and any(
                    s.state not in (SlotState.SERVED, SlotState.CANCELLED) for s in incident.slots
                ):
                    return f"{incident.incident} is not served"
                if self.city.state.world.incidents.get(incident.incident) != incident_report(
                    incident, name
                ):
                    return f"{name} and the city hold different words on {incident.incident}"
            for unit in district.state.roster.units.values():
                if unit.order is not None or self.city.state.world.units.get(
                    unit.unit
                ) != unit_report(unit, name):
                    return f"{unit.unit} still has an order, or the city does not know that it has none"
        return ""


IS_LONG = os.environ.get("CITYBRAIN_STATEFUL") == "long"
COMMON = {"deadline": None, "suppress_health_check": list(HealthCheck)}
CI = settings(max_examples=200, stateful_step_count=40, derandomize=True, **COMMON)
LONG = settings(max_examples=5_000, stateful_step_count=60, **COMMON)


@pytest.mark.timeout(0 if IS_LONG else 300)
def test_two_owners_whatever_happens():
    """And what the protocol knows has happened in these stories: a machine in which nothing goes wrong proves nothing."""
    asked, ends = set(), set()

    class Watched(TwoOwners):
        def teardown(self):
            super().teardown()
            if hasattr(self, "steps"):
                drives = self.city.state.drives
                asked.update(self.city.state.tally)
                ends.update(
                    (str(d.stage), d.reason)
                    for d in (*drives.ended.values(), *drives.live.values())
                )

    run_state_machine_as_test(Watched, settings=LONG if IS_LONG else CI)
    assert asked >= {
        f"asked_{step}"
        for step in (
            "reserve",
            "claim",
            "issue",
            "claim_confirmed",
            "release",
            "withdraw",
            "claim_cancelled",
        )
    }
    assert {stage for stage, _ in ends} >= {"done", "aborted", "withdrawn"}
    seen = {reason for _, reason in ends} & {
        "restart",
        "unit_owner_silent",
        "slot_owner_silent",
        "crew_silent",
        "busy",
    }
    assert len(seen) >= 3, f"of the reasons why orders end these stories had only {sorted(seen)}"


@pytest.mark.parametrize(
    "name",
    [
        "busy unit reserved",
        "answers not kept",
        "issue accepted after expiry",
        "presumed abort skipped",
    ],
)
def test_the_machine_finds_planted_bugs(name, monkeypatch):
    BUGS[name].plant(monkeypatch)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(TwoOwners, settings=settings(CI, phases=[Phase.generate]))
