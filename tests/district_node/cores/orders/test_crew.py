"""A crew's buttons: what counts, what is void, and what giving an order back sets in motion."""

import pytest

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
def sent(story):
    story.start(story.a_unit("riverside-1"))
    story.say()
    return story


def test_a_press_twice_counts_once(sent):
    assert sent.press("riverside-1", CrewAction.ACCEPT, request="p-1").done
    assert sent.press("riverside-1", CrewAction.ACCEPT, request="p-1").done
    assert sent.order_of("riverside-1").stage is OrderStage.ACCEPTED


def test_an_older_assignment_is_void(sent):
    refused = sent.press("riverside-1", CrewAction.ACCEPT, assignment=0)
    assert (refused.done, refused.reason) == (False, "old_assignment")
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


def test_cannot_gives_the_order_back_and_another_unit_goes(story):
    story.start(story.a_unit("riverside-1"), story.a_unit("riverside-2", metres=900))
    story.say()
    assert story.incident().slots[0].unit == "riverside-1"
    assert story.press("riverside-1", CrewAction.CANNOT, reason="flat tyre").done
    slot = story.incident().slots[0]
    assert (slot.unit, slot.version) == ("riverside-2", 2)
    assert story.unit("riverside-1").state is UnitState.AVAILABLE
    assert story.incident().stage is IncidentStage.DISPATCHED


def test_a_unit_that_gave_it_back_is_not_sent_there_again_and_the_city_is_asked(sent):
    sent.press("riverside-1", CrewAction.CANNOT, reason="flat tyre")
    slot = sent.incident().slots[0]
    assert (slot.state, slot.from_city) == (SlotState.OPEN, True)
    assert sent.incident().stage is IncidentStage.OPENED
    assert sent.incident().escalated


def test_the_crews_page_shows_the_order_from_its_issue_to_its_end(story):
    story.start(story.a_unit("riverside-1"))
    story.ask(OrderStep.RESERVE, incident="inc-oldtown-1", incident_district="oldtown")
    assert crew_view(story.state, "riverside-1").order is None, "a reservation is no order yet"
    story.ask(OrderStep.ISSUE, incident="inc-oldtown-1", incident_district="oldtown")
    shown = crew_view(story.state, "riverside-1").order
    assert (shown.order, shown.assignment, shown.stage) == ("o-1", 1, OrderStage.ISSUED)
    story.work_through("riverside-1")
    assert crew_view(story.state, "riverside-1").order is None
    assert crew_view(story.state, "nobody") is None


def test_a_position_moves_the_unit_and_is_told_to_the_city(story):
    story.start(story.a_unit("riverside-1"))
    commands = story.do(
        CrewPositionReported(
            position=CrewPosition(unit="riverside-1", place=story.near(10), at=story.clock.now())
        )
    )
    assert story.unit("riverside-1").place == story.near(10)
    assert [report.place for report in story.posted(UnitReport, commands)] == [story.near(10)]
    assert (
        story.do(
            CrewPositionReported(
                position=CrewPosition(unit="nobody", place=story.near(10), at=story.clock.now())
            )
        )
        == ()
    )
