"""A unit's duty: who is not on duty gets no order, own or the city's, until somebody says so."""

import pytest
from principals import OPERATOR

from citybrain.clock import later
from citybrain.domain.console import UnitVerb
from citybrain.domain.unit import UnitReport
from citybrain.vocabulary import (
    CrewAction,
    Duty,
    OperatorVerb,
    OrderStage,
    OrderStep,
    OrderVerdict,
    SlotState,
    UnitState,
)

FAR = {"incident": "inc-oldtown-1", "incident_district": "oldtown"}
AWAY = {
    UnitVerb.BREAK: UnitState.ON_BREAK,
    UnitVerb.OFF_DUTY: UnitState.OFF_DUTY,
    UnitVerb.OUT_OF_SERVICE: UnitState.OUT_OF_SERVICE,
}


@pytest.fixture(params=[False, True], ids=["alive", "dying after every step"])
def alone(scenario, request):
    scenario.start(scenario.a_unit("riverside-1"))
    scenario.crashing = request.param
    return scenario


@pytest.mark.parametrize("verb", AWAY)
def test_who_is_not_on_duty_gets_no_order_until_the_crew_is_ready(alone, verb):
    assert alone.say("riverside-1", verb, reason="lunch").done
    assert alone.unit("riverside-1").state is AWAY[verb]
    refused = alone.request_step(OrderStep.RESERVE, **FAR)
    assert (refused.verdict, refused.reason) == (
        OrderVerdict.REFUSED,
        alone.unit("riverside-1").status.duty.value,
    )
    alone.send_event()
    assert alone.open_slots()
    assert alone.say("riverside-1", UnitVerb.READY).done
    assert alone.order_of("riverside-1").stage is OrderStage.ISSUED


def test_the_city_learns_of_it_with_the_unit_and_from_whom(alone):
    alone.say("riverside-1", UnitVerb.OUT_OF_SERVICE, by=OPERATOR, reason="flat tyre")
    (report,) = alone.posted(UnitReport)
    status = report.status
    assert (report.state, status.duty) == (UnitState.OUT_OF_SERVICE, Duty.OUT_OF_SERVICE)
    assert (status.by, status.reason, status.since) == (
        OPERATOR.name,
        "flat tyre",
        alone.clock.now(),
    )


def test_a_break_ends_by_itself_at_the_time_that_was_said(alone):
    alone.say("riverside-1", UnitVerb.BREAK, until=later(alone.clock.now(), 600))
    alone.send_event()
    alone.wait(599)
    assert alone.unit("riverside-1").state is UnitState.ON_BREAK
    alone.wait(2)
    assert alone.order_of("riverside-1").stage is OrderStage.ISSUED
    assert alone.unit("riverside-1").status is None


def test_a_break_is_taken_after_the_order_that_its_crew_has_accepted(alone):
    alone.send_event()
    for action in (CrewAction.ACCEPT, CrewAction.DEPART):
        alone.press("riverside-1", action)
    assert alone.say("riverside-1", UnitVerb.BREAK).done
    assert alone.unit("riverside-1").state is UnitState.EN_ROUTE
    for action in (CrewAction.ARRIVE, CrewAction.FINISH):
        assert alone.press("riverside-1", action).done
    assert alone.unit("riverside-1").state is UnitState.ON_BREAK


def test_what_it_has_not_accepted_goes_back_at_once_and_to_another(scenario):
    scenario.start(scenario.a_unit("riverside-1"), scenario.a_unit("riverside-2", metres=900))
    scenario.send_event()
    assert scenario.say("riverside-1", UnitVerb.OFF_DUTY).done
    assert scenario.incident().slots[0].unit == "riverside-2"
    assert scenario.unit("riverside-1").state is UnitState.OFF_DUTY


def test_who_breaks_down_at_work_gives_its_order_back(alone):
    alone.send_event()
    for action in (CrewAction.ACCEPT, CrewAction.DEPART, CrewAction.ARRIVE):
        alone.press("riverside-1", action)
    assert alone.say("riverside-1", UnitVerb.OUT_OF_SERVICE, reason="the pump burns").done
    assert alone.unit("riverside-1").state is UnitState.OUT_OF_SERVICE
    slot = alone.incident().slots[0]
    assert (slot.state, slot.from_city) == (SlotState.OPEN, True)


def test_a_reservation_of_the_city_ends_when_the_unit_leaves(alone):
    assert alone.request_step(OrderStep.RESERVE, **FAR).verdict is OrderVerdict.RESERVED
    assert alone.say("riverside-1", UnitVerb.OFF_DUTY).done
    assert alone.request_step(OrderStep.ISSUE, **FAR).verdict is OrderVerdict.REFUSED
    assert alone.unit("riverside-1").state is UnitState.OFF_DUTY


def test_it_outlives_a_restart_and_another_configuration(alone):
    from district_node.inputs import NodeStarted

    alone.say("riverside-1", UnitVerb.OUT_OF_SERVICE, reason="flat tyre")
    alone.submit(NodeStarted(setup=alone.state.setup))
    assert alone.unit("riverside-1").state is UnitState.OUT_OF_SERVICE
    alone.say("riverside-1", UnitVerb.READY, by=OPERATOR)
    assert alone.unit("riverside-1").state is UnitState.AVAILABLE


def test_an_operator_who_sends_it_all_the_same_reads_why_that_cannot_be(scenario):
    scenario.start(scenario.a_unit("riverside-1"))
    scenario.say("riverside-1", UnitVerb.OUT_OF_SERVICE, reason="flat tyre")
    scenario.send_event()
    refused = scenario.act(OperatorVerb.ASSIGN, unit="riverside-1")
    assert (refused.done, refused.reason) == (False, "out_of_service")
    assert refused.detail.startswith("Riverside-1 is out of service: flat tyre.")


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"unit": "riverside-9", "verb": UnitVerb.BREAK}, "no_such_unit"),
        ({"unit": "riverside-1", "verb": UnitVerb.BREAK, "until": 1}, "until_is_past"),
        ({"unit": "riverside-1", "verb": UnitVerb.RELEASE}, "no_live_order"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence_and_changes_nothing(scenario, said, reason):
    scenario.start(scenario.a_unit("riverside-1"))
    before = scenario.state.roster
    refused = scenario.say(said.pop("unit"), said.pop("verb"), by=OPERATOR, **said)
    assert (refused.done, refused.reason) == (False, reason)
    assert refused.detail
    assert scenario.state.roster is before or scenario.state.roster == before


def test_a_crew_cannot_take_an_order_from_itself(scenario):
    scenario.start(scenario.a_unit("riverside-1"))
    scenario.send_event()
    refused = scenario.say("riverside-1", UnitVerb.RELEASE)
    assert (refused.done, refused.reason) == (False, "not_permitted")
