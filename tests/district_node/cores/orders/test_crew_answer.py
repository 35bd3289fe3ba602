"""A crew's buttons: what counts, what is void, and what giving an order back sets in motion."""

import pytest
from principals import CREW

from citybrain.domain.crew import CrewPosition
from citybrain.domain.unit import UnitReport
from citybrain.vocabulary import (
    CrewAction,
    IncidentStage,
    OrderStage,
    OrderStep,
    SlotState,
    UnitState,
)
from district_node.cores.view import crew_view
from district_node.inputs import CrewPositionReported


@pytest.fixture
def sent(scenario):
    scenario.start(scenario.a_unit("riverside-1"))
    scenario.send_event()
    return scenario


def test_a_press_twice_counts_once(sent):
    assert sent.press("riverside-1", CrewAction.ACCEPT, request="p-1").done
    assert sent.press("riverside-1", CrewAction.ACCEPT, request="p-1").done
    assert sent.order_of("riverside-1").stage is OrderStage.ACCEPTED


def test_an_older_assignment_number_is_void(sent):
    refused = sent.press("riverside-1", CrewAction.ACCEPT, assignment_number=0)
    assert (refused.done, refused.reason) == (False, "old_assignment_number")
    assert sent.order_of("riverside-1").stage is OrderStage.ISSUED


@pytest.mark.parametrize(
    ("press", "reason"),
    [
        ({"unit": "riverside-9", "action": CrewAction.ACCEPT}, "no_such_unit"),
        ({"unit": "riverside-1", "action": CrewAction.UNKNOWN}, "no_such_action"),
        ({"unit": "riverside-1", "action": CrewAction.FINISH}, "stage:issued"),
        ({"unit": "riverside-1", "action": CrewAction.CANNOT}, "no_reason"),
        ({"unit": "riverside-1", "action": CrewAction.ACCEPT, "order": "o-other"}, "no_order"),
    ],
)
def test_what_does_not_count_says_why_by_code_and_sentence(sent, press, reason):
    refused = sent.press(**press)
    assert (refused.done, refused.reason) == (False, reason)
    assert refused.detail


def test_cannot_gives_the_order_back_and_another_unit_goes(scenario):
    scenario.start(scenario.a_unit("riverside-1"), scenario.a_unit("riverside-2", metres=900))
    scenario.send_event()
    assert scenario.incident().slots[0].unit == "riverside-1"
    assert scenario.press("riverside-1", CrewAction.CANNOT, reason="flat tyre").done
    slot = scenario.incident().slots[0]
    assert (slot.unit, slot.version) == ("riverside-2", 2)
    assert scenario.unit("riverside-1").state is UnitState.AVAILABLE
    assert scenario.incident().stage is IncidentStage.DISPATCHED


def test_a_unit_that_gave_it_back_is_not_sent_there_again_and_the_city_is_asked(sent):
    sent.press("riverside-1", CrewAction.CANNOT, reason="flat tyre")
    slot = sent.incident().slots[0]
    assert (slot.state, slot.from_city) == (SlotState.OPEN, True)
    assert sent.incident().stage is IncidentStage.OPENED
    assert sent.incident().escalated


def test_the_crews_page_shows_the_order_from_its_issue_to_its_end(scenario):
    scenario.start(scenario.a_unit("riverside-1"))
    scenario.request_step(OrderStep.RESERVE, incident="inc-oldtown-1", incident_district="oldtown")
    assert crew_view(scenario.state, "riverside-1").order is None, "a reservation is no order yet"
    scenario.request_step(OrderStep.ISSUE, incident="inc-oldtown-1", incident_district="oldtown")
    shown = crew_view(scenario.state, "riverside-1").order
    assert (shown.order, shown.assignment_number, shown.stage) == ("o-1", 1, OrderStage.ISSUED)
    scenario.work_through("riverside-1")
    assert crew_view(scenario.state, "riverside-1").order is None
    assert crew_view(scenario.state, "nobody") is None


def test_a_position_moves_the_unit_and_is_reported_to_the_city(scenario):
    scenario.start(scenario.a_unit("riverside-1"))
    commands = scenario.submit(
        CrewPositionReported(
            position=CrewPosition(
                unit="riverside-1", place=scenario.near(10), at=scenario.clock.now()
            ),
            principal=CREW,
        )
    )
    assert scenario.unit("riverside-1").place == scenario.near(10)
    assert [report.place for report in scenario.posted(UnitReport, commands)] == [scenario.near(10)]
    assert (
        scenario.submit(
            CrewPositionReported(
                position=CrewPosition(
                    unit="nobody", place=scenario.near(10), at=scenario.clock.now()
                ),
                principal=CREW,
            )
        )
        == ()
    )
