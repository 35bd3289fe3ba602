"""挂账: a case rests until the time that a person gave, and then comes back by itself."""

import pytest

from citybrain.clock import later
from citybrain.vocabulary import IncidentStage, OperatorVerb, SlotState

DAY_S = 86_400


@pytest.fixture
def opened(scenario):
    scenario.start()
    scenario.send_event()
    return scenario


def defer(scenario, days=3.0, **changes):
    until = later(scenario.clock.now(), days * DAY_S)
    return scenario.act(OperatorVerb.DEFER, until=until, **{"reason": "no parts"} | changes)


def test_it_comes_back_on_its_day_with_its_clocks_and_needs_anew(opened):
    assert defer(opened).done
    resting = opened.incident()
    assert (resting.stage, resting.clocks) == (IncidentStage.DEFERRED, ())
    opened.crash()
    opened.wait(3 * DAY_S - 1)
    assert opened.incident().stage is IncidentStage.DEFERRED
    opened.wait(2)
    back = opened.incident()
    assert back.stage is IncidentStage.OPENED and back.deferred_until is None
    assert min(clock.due for clock in back.clocks) > opened.clock.now()
    assert [slot.state for slot in back.slots] == [SlotState.OPEN]
    assert (back.history[-2].actor, back.history[-2].reason) == ("playbook", "deferred_until")


def test_whoever_opens_it_before_is_not_surprised_on_that_day(opened):
    defer(opened)
    assert opened.act(OperatorVerb.OPEN, reason="parts are here").done
    assert opened.act(OperatorVerb.CLOSE, reason="mended").done
    before = opened.incident()
    opened.wait(600)
    assert opened.incident().stage is before.stage is IncidentStage.CLOSED
    assert opened.store.next_due() is None or opened.incident().deferred_until is None


def test_another_day_moves_it_and_none_leaves_it_to_a_person(opened):
    defer(opened, 1)
    opened.act(OperatorVerb.OPEN)
    defer(opened, 5)
    opened.wait(2 * DAY_S)
    assert opened.incident().stage is IncidentStage.DEFERRED
    opened.act(OperatorVerb.OPEN)
    assert opened.act(OperatorVerb.DEFER).done
    opened.wait(30 * DAY_S)
    assert opened.incident().stage is IncidentStage.DEFERRED


@pytest.mark.parametrize(
    ("days", "changes", "reason"),
    [
        (-1.0, {}, "until_past"),
        (0.0, {}, "until_past"),
        (367.0, {}, "until_too_late"),
        (1.0, {"reason": " "}, "no_reason"),
    ],
)
def test_a_day_that_cannot_be_is_refused_with_a_sentence_and_changes_nothing(
    opened, days, changes, reason
):
    before = opened.incident()
    reply = defer(opened, days, **changes)
    assert (reply.done, reply.reason) == (False, reason) and reply.detail.endswith(".")
    assert opened.incident() == before
