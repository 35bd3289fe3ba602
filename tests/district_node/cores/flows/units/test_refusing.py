"""What a refusal means, by its class: the unit is out, or this case is not for it, or later."""

import pytest
from principals import OPERATOR

from citybrain.domain.console import UnitVerb
from citybrain.domain.order import OrderProgress
from citybrain.domain.unit import UnitReport
from citybrain.vocabulary import (
    CrewAction,
    OrderStage,
    OrderStep,
    OrderVerdict,
    OutCause,
    RefusalClass,
    SlotState,
    UnitState,
)
from district_node.cores.orders.limits import AVOIDED_CASES, BUSY_TIME, CASE_AVOIDED

FAR = {"incident": "inc-oldtown-1", "incident_district": "oldtown"}


@pytest.fixture(params=[False, True], ids=["alive", "dying after every step"])
def sent(scenario, request):
    scenario.start(scenario.a_unit("riverside-1", "patrol", "pump"))
    scenario.crashing = request.param
    scenario.send_event()
    return scenario


def cannot(scenario, refusal, reason="flat tyre"):
    assert scenario.press(
        "riverside-1", CrewAction.CANNOT, reason=reason, reason_class=refusal
    ).done


def test_a_unit_that_is_out_gets_nothing_until_it_is_ready(sent):
    cannot(sent, RefusalClass.UNIT_OUT)
    status = sent.unit("riverside-1").status
    assert (status.cause, status.by, status.reason) == (
        OutCause.UNIT_OUT,
        "riverside-1",
        "flat tyre",
    )
    sent.send_event(episode="e2", place=sent.near(5_000), rule="other")
    assert sent.unit("riverside-1").state is UnitState.OUT_OF_SERVICE
    assert sent.request_step(OrderStep.RESERVE, **FAR).reason == "out_of_service"
    sent.wait(7_200)
    assert sent.unit("riverside-1").state is UnitState.OUT_OF_SERVICE, "nobody said it is ready"
    sent.say("riverside-1", UnitVerb.READY, by=OPERATOR)
    assert sent.unit("riverside-1").order is not None


def test_without_its_equipment_it_goes_on_with_what_it_can_still_do(sent):
    cannot(sent, RefusalClass.EQUIPMENT_OUT)
    unit = sent.unit("riverside-1")
    assert (unit.capabilities, unit.lost_capabilities) == (("pump",), ("patrol",))
    assert unit.state is UnitState.AVAILABLE
    assert sent.posted(UnitReport)[-1].capabilities == ("pump",)
    sent.say("riverside-1", UnitVerb.READY)
    unit = sent.unit("riverside-1")
    assert (set(unit.capabilities), unit.lost_capabilities) == ({"pump", "patrol"}, ())
    assert sent.order_of("riverside-1").stage is OrderStage.ISSUED


def test_of_another_districts_case_nobody_knows_what_it_needed_and_the_unit_is_out(scenario):
    scenario.start(scenario.a_unit("riverside-1", "patrol", "pump"))
    scenario.request_step(OrderStep.RESERVE, **FAR)
    scenario.request_step(OrderStep.ISSUE, **FAR)
    cannot(scenario, RefusalClass.EQUIPMENT_OUT)
    assert scenario.unit("riverside-1").state is UnitState.OUT_OF_SERVICE
    (progress,) = scenario.posted(OrderProgress)
    assert (progress.stage, progress.reason_class) == (
        OrderStage.REFUSED,
        RefusalClass.EQUIPMENT_OUT,
    )


@pytest.mark.parametrize("said", [RefusalClass.CASE_NOT, None, RefusalClass.UNKNOWN])
def test_a_case_that_is_not_for_it_goes_to_others_for_a_time_and_other_cases_to_it(sent, said):
    cannot(sent, said, "the street is blocked")
    assert sent.unit("riverside-1").state is UnitState.AVAILABLE
    assert sent.request_step(OrderStep.RESERVE).reason == "gave_it_back"
    assert sent.request_step(OrderStep.RESERVE, "o-2", **FAR).verdict is OrderVerdict.RESERVED
    sent.request_step(OrderStep.RELEASE, "o-2", **FAR)
    assert sent.incident().slots[0].state is SlotState.OPEN
    sent.wait(CASE_AVOIDED.value - 1)
    assert sent.open_slots()
    sent.wait(2)
    assert sent.order_of("riverside-1").stage is OrderStage.ISSUED


def test_who_is_held_up_gets_nothing_before_its_time_and_then_by_itself(sent):
    cannot(sent, RefusalClass.LATER, "at the fuel station")
    assert sent.unit("riverside-1").status.cause is OutCause.BUSY
    sent.wait(BUSY_TIME.value - 1)
    assert sent.unit("riverside-1").state is UnitState.OUT_OF_SERVICE
    sent.wait(2)
    assert sent.order_of("riverside-1").stage is OrderStage.ISSUED


def test_a_unit_avoids_only_so_many_cases(scenario):
    scenario.start(scenario.a_unit("riverside-1"))
    for number in range(AVOIDED_CASES.value + 3):
        far = {"incident": f"inc-oldtown-{number}", "incident_district": "oldtown"}
        scenario.request_step(OrderStep.RESERVE, f"o-{number}", **far)
        scenario.request_step(OrderStep.ISSUE, f"o-{number}", **far)
        cannot(scenario, RefusalClass.CASE_NOT)
        scenario.wait(1)
    avoids = scenario.unit("riverside-1").avoids
    assert len(avoids) == AVOIDED_CASES.value
    assert "inc-oldtown-0" not in avoids
