"""A crew that is not heard of: it is replaced where it never accepted, and shown, freed by a person
and at last by the district where it did.
"""

import pytest
from principals import CREW, OPERATOR

from citybrain.domain.console import UnitVerb
from citybrain.domain.crew import CrewPosition
from citybrain.domain.order import OrderProgress, OrderRequest, Task
from citybrain.domain.unit import UnitReport
from citybrain.structs import replace
from citybrain.vocabulary import (
    CrewAction,
    OrderStage,
    OrderStep,
    OutCause,
    UnitState,
)
from district_node.cores.incidents.incident import waits_for
from district_node.inputs import CityLetterReceived, CrewPositionReported
from district_node.playbook import ClockRules, SilenceRule
from district_node.playbooks.load import load_playbooks

FAR = {"incident": "inc-oldtown-1", "incident_district": "oldtown"}
SILENCE = SilenceRule(depart_s=100, late_s=200, free_s=1_000)


def playbooks(silence=SILENCE):
    clocks = ClockRules(accept_s=50, arrive_s=9_000, handle_s=90_000)
    return tuple(replace(one, silence=silence, clocks=clocks) for one in load_playbooks())


@pytest.fixture(params=[False, True], ids=["alive", "dying after every step"])
def two(scenario, request):
    units = scenario.a_unit("riverside-1"), scenario.a_unit("riverside-2", metres=900)
    scenario.start(*units, playbooks=playbooks())
    scenario.crashing = request.param
    scenario.send_event()
    return scenario


def lines(scenario):
    return [(line.code, line.reason) for line in scenario.incident().history]


def test_who_never_accepts_is_replaced_and_silent_until_it_says_something(two):
    order = two.unit("riverside-1").order
    two.wait(49)
    assert two.unit("riverside-1").order == order
    two.wait(2)
    assert two.state.roster.orders[order].stage is OrderStage.WITHDRAWN
    assert two.incident().slots[0].unit == "riverside-2"
    assert ("crew_overdue", "accept_clock") in lines(two)
    silent = two.unit("riverside-1")
    assert (silent.state, silent.status.cause) == (UnitState.OUT_OF_SERVICE, OutCause.SILENT)
    late = two.press("riverside-1", CrewAction.ACCEPT, order=order)
    assert (late.done, late.reason) == (False, "no_order")
    assert two.say("riverside-1", UnitVerb.READY).done
    assert two.unit("riverside-1").state is UnitState.AVAILABLE


def test_nobody_is_sent_twice_where_nobody_answers(two):
    two.wait(300)
    issued = [order.unit for order in two.state.roster.orders.values()]
    assert sorted(issued) == ["riverside-1", "riverside-2"]
    assert two.incident().escalated


def test_who_accepts_in_time_is_left_alone(two):
    two.wait(40)
    two.press("riverside-1", CrewAction.ACCEPT)
    two.wait(60)
    assert two.order_of("riverside-1").stage is OrderStage.ACCEPTED
    assert two.unit("riverside-1").overdue == ""


def test_who_accepted_and_does_not_set_off_waits_for_a_person(two):
    two.press("riverside-1", CrewAction.ACCEPT)
    two.wait(101)
    assert two.unit("riverside-1").overdue == "depart"
    assert ("crew_overdue", "depart_clock") in lines(two)
    assert waits_for(two.incident()) == "person"
    two.press("riverside-1", CrewAction.DEPART)
    assert (two.unit("riverside-1").overdue, waits_for(two.incident())) == ("", "crew")


def test_who_is_long_overdue_on_its_way_is_freed_by_a_verb(two):
    for action in (CrewAction.ACCEPT, CrewAction.DEPART):
        two.press("riverside-1", action)
    two.wait(500 * 1.4 / 8 + 201)
    assert two.unit("riverside-1").overdue == "arrive"
    assert two.say("riverside-1", UnitVerb.RELEASE, by=OPERATOR, reason="nobody answers").done
    assert two.incident().slots[0].unit == "riverside-2"
    assert two.unit("riverside-1").status.cause is OutCause.SILENT
    assert ("crew_released", "nobody answers") in lines(two)


def test_a_crew_that_is_not_overdue_is_only_not_sent_to_that_case_again(two):
    two.press("riverside-1", CrewAction.ACCEPT)
    assert two.say("riverside-1", UnitVerb.RELEASE, by=OPERATOR).done
    assert two.incident().slots[0].unit == "riverside-2"
    unit = two.unit("riverside-1")
    assert (unit.state, tuple(unit.avoids)) == (UnitState.AVAILABLE, (two.incident().incident,))


def test_without_a_sign_of_it_the_district_frees_it_and_a_sign_puts_that_off(two):
    for action in (CrewAction.ACCEPT, CrewAction.DEPART):
        two.press("riverside-1", action)
    two.wait(800)
    here = CrewPosition(unit="riverside-1", place=two.near(300), at=two.clock.now())
    two.submit(CrewPositionReported(position=here, principal=CREW))
    two.wait(900)
    assert two.order_of("riverside-1").stage is OrderStage.EN_ROUTE
    two.wait(120)
    assert two.unit("riverside-1").status.cause is OutCause.SILENT
    assert ("crew_released", "crew_silent") in lines(two)
    assert two.incident().slots[0].unit == "riverside-2"


@pytest.mark.parametrize(("free_s", "stage"), [(0, OrderStage.ON_SCENE), (600, None)])
def test_from_a_scene_a_crew_is_freed_only_where_the_playbook_says_so(scenario, free_s, stage):
    silence = replace(SILENCE, free_on_scene_s=free_s)
    scenario.start(scenario.a_unit("riverside-1"), playbooks=playbooks(silence))
    scenario.send_event()
    for action in (CrewAction.ACCEPT, CrewAction.DEPART, CrewAction.ARRIVE):
        scenario.press("riverside-1", action)
    scenario.wait(86_000)
    order = scenario.unit("riverside-1").order
    assert (scenario.state.roster.orders[order].stage if order else None) == stage


def test_a_crew_on_the_scene_is_freed_by_a_verb(two):
    for action in (CrewAction.ACCEPT, CrewAction.DEPART, CrewAction.ARRIVE):
        two.press("riverside-1", action)
    assert two.say("riverside-1", UnitVerb.RELEASE, by=OPERATOR, reason="sent home").done
    assert two.incident().slots[0].unit == "riverside-2"


def test_of_an_order_of_the_city_the_unit_s_owner_takes_it_back_and_says_so(scenario):
    scenario.start(scenario.a_unit("riverside-1"), playbooks=playbooks())
    scenario.request_step(OrderStep.RESERVE, **FAR)
    scenario.request_step(OrderStep.ISSUE, **FAR)
    scenario.wait(51)
    (progress,) = scenario.posted(OrderProgress)
    assert (progress.stage, progress.reason) == (OrderStage.WITHDRAWN, "accept_clock")
    assert scenario.posted(UnitReport)[-1].status.cause is OutCause.SILENT


def test_a_crew_that_the_city_found_silent_is_silent_here(scenario):
    scenario.start(scenario.a_unit("riverside-1"))
    scenario.request_step(OrderStep.RESERVE, **FAR)
    scenario.request_step(OrderStep.ISSUE, **FAR)
    task = scenario.order_of("riverside-1").task
    withdraw_for(scenario, task, "crew_silent")
    assert scenario.unit("riverside-1").status.cause is OutCause.SILENT


def withdraw_for(scenario, task: Task, reason):
    asked = OrderRequest(
        order="o-1",
        step=OrderStep.WITHDRAW,
        plan="plan-1",
        unit="riverside-1",
        unit_district="riverside",
        task=task,
        ttl_s=0.0,
        reason=reason,
    )
    position = scenario.state.city.down_acked + 1
    scenario.submit(CityLetterReceived(position=position, letter=asked))
