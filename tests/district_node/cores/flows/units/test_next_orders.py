"""What a busy crew does next: offered when its present order ends, and given up honestly."""

import pytest

from citybrain.domain.console import UnitVerb
from citybrain.domain.incident import IncidentReport
from citybrain.domain.unit import UnitReport
from citybrain.structs import replace
from citybrain.travel.great_circle import GREAT_CIRCLE
from citybrain.vocabulary import (
    CrewAction,
    IncidentStage,
    OperatorVerb,
    OrderStage,
    OrderStep,
    OrderVerdict,
    Phase,
    RefusalClass,
    Severity,
    SlotState,
)
from district_node.cores.orders.limits import NEXT_ORDERS
from district_node.cores.orders.next_orders import next_of
from district_node.cores.recommended import RECOMMENDED, recommended
from district_node.cores.view import crew_view
from district_node.inputs import NodeStarted
from district_node.playbook import EscalationRule
from district_node.playbooks.load import load_playbooks

UNIT, OTHER = "riverside-1", "riverside-2"


def another_case(scenario, number, *, metres=3_000, severity=Severity.MODERATE):
    """Its name: a case that nobody is free for."""
    before = set(scenario.state.incidents)
    place = scenario.near(metres)
    scenario.send_event(
        source=f"cam-{number}", episode=f"n{number}", rule="far", place=place, severity=severity
    )
    (name,) = set(scenario.state.incidents) - before
    return name


@pytest.fixture(params=[False, True], ids=["alive", "dying after every step"])
def busy(scenario, request):
    """Its one unit is at the first case, which is Moderate."""
    scenario.start(scenario.a_unit(UNIT))
    scenario.send_event()
    scenario.crashing = request.param
    return scenario


def give(scenario, incident, unit=UNIT, **said):
    return scenario.act(OperatorVerb.ASSIGN, incident=incident, unit=unit, next=True, **said)


def nexts(scenario, unit=UNIT):
    return [one.incident for one in next_of(scenario.state.roster, unit)]


def last_line(scenario, incident):
    line = scenario.incident(incident).history[-1]
    return line.code, line.actor, line.reason


def slot(scenario, incident):
    return scenario.incident(incident).slots[0]


def test_a_busy_crew_is_shown_its_next_order_and_gets_it_when_the_present_one_ends(busy):
    first = busy.incident().incident
    name = another_case(busy, 2)
    assert give(busy, name).done
    assert (nexts(busy), slot(busy, name).state) == ([name], SlotState.OPEN)
    assert last_line(busy, name) == ("next_given", "Li Na", UNIT)
    shown = crew_view(busy.state, UNIT)
    assert shown.order.task.incident == first
    assert [(one.incident, one.given_by) for one in shown.next_orders] == [(name, "Li Na")]
    number = shown.order.assignment_number
    busy.work_through(UNIT)
    order = busy.order_of(UNIT)
    assert (order.task.incident, order.stage) == (name, OrderStage.ISSUED)
    assert (order.assignment_number, nexts(busy)) == (number + 1, [])
    assert busy.incident(name).stage is IncidentStage.DISPATCHED
    busy.assert_one_live_order_a_unit()
    busy.assert_slots_have_one_live_order()
    busy.work_through(UNIT)
    assert busy.unit(UNIT).order is None


def test_it_is_a_promise_of_the_district_alone(busy):
    """The city is told of no order and no booking; it is only not asked for the place meanwhile."""
    name = another_case(busy, 2)
    assert slot(busy, name).from_city
    assert give(busy, name).done
    assert (busy.posted(UnitReport), slot(busy, name).order) == ([], None)
    (report,) = busy.posted(IncidentReport)
    assert [(one.state, one.from_city, one.unit) for one in report.slots] == [
        (SlotState.OPEN, False, None)
    ]
    assert not busy.incident(name).escalated


def test_the_city_may_fill_the_place_before_and_the_crew_does_not_come(busy):
    name = another_case(busy, 2)
    give(busy, name)
    version = slot(busy, name).version
    claim = busy.request_step(OrderStep.CLAIM, incident=name, unit="oldtown-1", version=version)
    assert claim.verdict is OrderVerdict.CLAIMED
    assert (nexts(busy), last_line(busy, name)) == ([], ("next_over", UNIT, "place_taken"))
    busy.work_through(UNIT)
    assert busy.unit(UNIT).order is None


def test_its_place_is_kept_from_other_own_units(busy):
    name = another_case(busy, 2)
    give(busy, name)
    busy.submit(started_with(busy, busy.a_unit(UNIT), busy.a_unit(OTHER)))
    assert busy.unit(OTHER).order is None
    assert (nexts(busy), slot(busy, name).state) == ([name], SlotState.OPEN)


def started_with(scenario, *units):
    return NodeStarted(setup=replace(scenario.state.setup, units=units))


def test_a_graver_case_takes_whoever_is_free_first(busy):
    name = another_case(busy, 2, severity=Severity.SEVERE)
    said = give(busy, name)
    assert (said.done, said.reason) == (True, "graver_than_present")
    assert slot(busy, name).unit is None
    busy.submit(started_with(busy, busy.a_unit(UNIT), busy.a_unit(OTHER)))
    assert slot(busy, name).unit == OTHER
    assert (nexts(busy), last_line(busy, name)) == ([], ("next_over", UNIT, "place_taken"))


def test_one_that_grows_graver_meanwhile_is_not_kept_any_longer(busy):
    name = another_case(busy, 2)
    give(busy, name)
    busy.submit(started_with(busy, busy.a_unit(UNIT), busy.a_unit(OTHER)))
    assert slot(busy, name).unit is None
    graver = {"place": busy.near(3_000), "severity": Severity.EXTREME, "phase": Phase.UPDATE}
    busy.send_event(source="cam-2", episode="n2", rule="far", **graver)
    assert slot(busy, name).unit == OTHER
    assert nexts(busy) == []


def test_a_clock_that_runs_out_asks_the_city_and_lets_others_go(busy):
    name = another_case(busy, 2)
    give(busy, name)
    due = next(one.due for one in busy.incident(name).clocks if one.name == "dispatch")
    busy.submit(started_with(busy, busy.a_unit(UNIT), busy.a_unit(OTHER)))
    for action in (CrewAction.ACCEPT, CrewAction.ARRIVE):
        busy.press(UNIT, action)
    busy.wait((due - busy.clock.now()) / 1_000_000)
    assert slot(busy, name).unit == OTHER


@pytest.mark.parametrize(
    ("happens", "code"),
    [
        (lambda s, _: s.say(UNIT, UnitVerb.OFF_DUTY), "off_duty"),
        (lambda s, _: s.say(UNIT, UnitVerb.BREAK), "on_break"),
        (lambda s, _: s.say(UNIT, UnitVerb.OUT_OF_SERVICE, reason="flat tyre"), "out_of_service"),
        (
            lambda s, _: s.press(
                UNIT, CrewAction.CANNOT, reason="no ladder", reason_class=RefusalClass.EQUIPMENT_OUT
            ),
            "unit_unfit",
        ),
        (lambda s, n: s.act(OperatorVerb.CLOSE, incident=n, reason="gone"), "closed"),
        (lambda s, n: s.act(OperatorVerb.REJECT, incident=n, reason="a shadow"), "rejected"),
        (lambda s, n: s.act(OperatorVerb.DEFER, incident=n), "deferred"),
        (
            lambda s, n: s.act(OperatorVerb.MERGE, incident=n, other=first_of(s)),
            "merged",
        ),
        (
            lambda s, n: s.act(OperatorVerb.RELOCATE, incident=n, place=s.near(3_500)),
            "relocated",
        ),
    ],
)
def test_it_falls_away_with_its_unit_or_its_case_and_the_history_says_why(busy, happens, code):
    busy.press(UNIT, CrewAction.ACCEPT)
    name = another_case(busy, 2)
    give(busy, name)
    happens(busy, name)
    assert nexts(busy) == []
    assert ("next_over", UNIT, code) in [
        (line.code, line.actor, line.reason) for line in busy.incident(name).history
    ]


def first_of(scenario):
    return next(i.incident for i in scenario.state.incidents.values() if i.slots[0].order)


def test_what_is_given_up_is_open_for_others_at_once(busy):
    """For a free unit, or the city."""
    name = another_case(busy, 2)
    give(busy, name)
    busy.press(UNIT, CrewAction.ACCEPT)
    busy.say(UNIT, UnitVerb.OFF_DUTY)
    assert (slot(busy, name).from_city, busy.incident(name).escalated) == (True, True)


def test_it_is_taken_back_by_a_person(busy):
    name = another_case(busy, 2)
    give(busy, name)
    assert busy.act(OperatorVerb.UNASSIGN, incident=name, unit=UNIT).done
    assert (nexts(busy), slot(busy, name).from_city) == ([], True)
    codes = [(line.code, line.actor, line.reason) for line in busy.incident(name).history]
    assert ("next_taken_back", "Li Na", UNIT) in codes
    again = busy.act(OperatorVerb.UNASSIGN, incident=name)
    assert (again.done, again.reason) == (False, "no_next_order")
    assert "nothing to take back" in again.detail


def test_what_a_crew_has_an_order_for_is_not_taken_back_so(busy):
    refused = busy.act(OperatorVerb.UNASSIGN, unit=UNIT)
    assert (refused.done, refused.reason) == (False, "has_order")
    assert f"unit release {UNIT}" in refused.detail


def test_a_unit_has_so_many_at_most_and_does_them_in_their_order(busy):
    names = [another_case(busy, n, metres=3_000 * n) for n in range(2, NEXT_ORDERS.value + 3)]
    said = [give(busy, name) for name in names]
    assert [reply.done for reply in said] == [True] * NEXT_ORDERS.value + [False]
    assert said[-1].reason == "too_many_next"
    busy.assert_one_live_order_a_unit()
    for name in names[:-1]:
        busy.work_through(UNIT)
        assert busy.order_of(UNIT).task.incident == name


def test_a_place_is_promised_to_one_unit(scenario):
    scenario.start(scenario.a_unit(UNIT), scenario.a_unit(OTHER, metres=900))
    scenario.send_event()
    another_case(scenario, 2)
    name = another_case(scenario, 3, metres=6_000)
    assert give(scenario, name).done
    refused = give(scenario, name, OTHER)
    assert (refused.done, refused.reason) == (False, "promised")
    assert refused.detail.startswith("Riverside-1 comes to that place next")


def test_a_person_may_send_another_unit_all_the_same(scenario):
    scenario.start(scenario.a_unit(UNIT), scenario.a_unit(OTHER, "pump"))
    scenario.send_event()
    name = another_case(scenario, 2)
    assert give(scenario, name).done
    setup = scenario.state.setup
    able = replace(setup.units[1], capabilities=("pump", "patrol"))
    scenario.submit(started_with(scenario, setup.units[0], able))
    assert scenario.unit(OTHER).order is None
    assert scenario.act(OperatorVerb.ASSIGN, incident=name, unit=OTHER).done
    assert (slot(scenario, name).unit, nexts(scenario)) == (OTHER, [])


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"unit": "nobody"}, "no_such_unit"),
        ({"preempt": True}, "next_or_preempt"),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason_and_changes_nothing(busy, said, reason):
    name = another_case(busy, 2)
    before = busy.state.incidents, busy.state.roster
    refused = give(busy, name, **said)
    assert (refused.done, refused.reason) == (False, reason)
    assert refused.detail
    assert (busy.state.incidents, busy.state.roster) == before


def test_the_case_that_it_is_at_and_the_same_one_twice_are_refused(busy):
    assert give(busy, busy.incident().incident).reason == "busy"
    name = another_case(busy, 2)
    give(busy, name)
    assert give(busy, name).reason == "already_next"


def test_a_unit_that_takes_no_more_orders_gets_no_next_one(busy):
    busy.press(UNIT, CrewAction.ACCEPT)
    busy.say(UNIT, UnitVerb.OFF_DUTY)
    refused = give(busy, another_case(busy, 2))
    assert (refused.done, refused.reason) == (False, "off_duty")
    assert refused.detail.startswith("Riverside-1 is off duty after its present order.")


def test_a_unit_that_is_free_by_now_is_sent_at_once(scenario):
    scenario.start(scenario.a_unit(UNIT, metres=50_000))
    scenario.send_event()
    said = give(scenario, scenario.incident().incident)
    assert (said.done, said.reason) == (True, "sent_now")
    assert scenario.order_of(UNIT).stage is OrderStage.ISSUED


def test_while_it_is_kept_the_time_of_own_units_asks_no_city(scenario):
    """And is counted anew once it is given up."""
    playbooks = tuple(
        replace(
            one,
            escalates=EscalationRule(after_s=60.0),
            clocks=replace(one.clocks, dispatch_s=9_000.0, arrive_s=9_000.0),
        )
        for one in load_playbooks()
    )
    scenario.start(scenario.a_unit(UNIT), playbooks=playbooks).send_event()
    name = another_case(scenario, 2)
    give(scenario, name)
    scenario.press(UNIT, CrewAction.ACCEPT)
    scenario.wait(61)
    assert not slot(scenario, name).from_city
    scenario.act(OperatorVerb.UNASSIGN, incident=name)
    scenario.wait(59)
    assert not slot(scenario, name).from_city
    scenario.wait(2)
    assert slot(scenario, name).from_city


def test_who_is_recommended_is_reckoned_by_way_of_what_it_does_before(busy):
    near, far = another_case(busy, 2, metres=3_000), another_case(busy, 3, metres=6_000)
    straight = row_of(busy, far).eta_s
    assert give(busy, near).done
    row = row_of(busy, far)
    assert row.words.endswith(", Moderate), and has 1 next")
    assert row.eta_s > straight + 50  # 500 m back to its present case, at 8 m/s
    assert give(busy, far).done
    assert (row_of(busy, far).reason, row_of(busy, near).reason) == ("comes_next", "comes_next")


def row_of(scenario, incident):
    (row,) = recommended(
        scenario.state, scenario.incident(incident), scenario.clock.now(), GREAT_CIRCLE
    )
    return row


def test_so_it_is_among_more_units_than_are_shown(scenario):
    count = RECOMMENDED.value + 1
    units = [scenario.a_unit(f"riverside-{n}", metres=100 * n) for n in range(1, count + 1)]
    scenario.start(*units, city=False)
    for number in range(count):
        another_case(scenario, 100 + number, metres=2_000 * (number + 1))
    near = another_case(scenario, 2, metres=-6_000)
    far = another_case(scenario, 3, metres=33_000)
    assert all(scenario.unit(one.unit).order for one in units)
    before = {row.unit: row.eta_s for row in rows_of(scenario, far)}
    busiest = next(iter(before))
    assert give(scenario, near, busiest).done
    after = {row.unit: row.eta_s for row in rows_of(scenario, far)}
    assert len(after) == RECOMMENDED.value
    assert after.get(busiest) is None or after[busiest] > before[busiest]
    assert {unit: after[unit] for unit in before if unit in after and unit != busiest} == {
        unit: eta_s for unit, eta_s in before.items() if unit in after and unit != busiest
    }


def rows_of(scenario, incident):
    return recommended(
        scenario.state, scenario.incident(incident), scenario.clock.now(), GREAT_CIRCLE
    )
