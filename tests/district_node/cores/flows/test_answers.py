"""Whose answer to a verification counts, and what becomes of one whose outbox is gone."""

import pytest

from citybrain.decider.command import Notice
from citybrain.domain.agent import AgentHello
from citybrain.domain.event import OutboxItem, VerificationRequest, VerificationResult
from citybrain.structs import replace
from citybrain.vocabulary import IncidentStage, OperatorVerb, VerificationVerdict
from district_node.cores.incidents.answer_refusal import (
    NOT_ASKED,
    OTHER_OUTBOX,
    OTHER_SOURCE,
    STALE,
)
from district_node.cores.incidents.incident import waits_for
from district_node.inputs import BatchReceived, HelloReceived
from district_node.limits import VERIFICATION_ATTEMPTS

OLD, NEW = 7, 8
CLEAR = VerificationVerdict.CLEAR


@pytest.fixture
def handled(scenario):
    """box-1 reported it from outbox OLD, and is asked."""
    scenario.start(scenario.a_unit("riverside-1")).send_event()
    scenario.work_through("riverside-1")
    return scenario


def answer(scenario, seq=10, *, agent="box-1", incarnation=OLD, **changes):
    """Commands that follow from the answer to what is asked now, with `changes`."""
    incident = scenario.incident()
    asked = incident.verification
    result = VerificationResult(
        request=asked.request if asked else "earlier",
        incident=incident.incident,
        source="cam-1",
        verdict=CLEAR,
        reason="",
        observed_s=5.0,
        measurements={},
        answered_at=scenario.clock.now(),
    )
    items = (OutboxItem(seq=seq, content=replace(result, **changes)),)
    return scenario.submit(BatchReceived(agent=agent, incarnation=incarnation, items=items))


def codes(commands):
    return [c.code for c in commands if isinstance(c, Notice)]


def replace_outbox(scenario, incarnation=NEW):
    """box-1 has another outbox, behind the last one."""
    hello = AgentHello(
        agent="box-1",
        incarnation=incarnation,
        lowest_unacked=1,
        next_seq=1,
        previous=incarnation - 1,
    )
    return scenario.submit(HelloReceived(hello=hello))


def test_a_request_is_of_the_outbox_that_was_believed_when_it_was_asked(handled):
    assert handled.incident().verification.incarnation == OLD
    answer(handled)
    assert handled.incident().stage is IncidentStage.CLOSED


@pytest.mark.parametrize(
    ("by", "reason"),
    [
        ({"agent": "box-2"}, NOT_ASKED),
        ({"source": "cam-2"}, OTHER_SOURCE),
    ],
)
def test_an_answer_of_another_agent_or_source_closes_nothing(handled, by, reason):
    assert reason in codes(answer(handled, **by))
    assert handled.incident().stage is IncidentStage.HANDLED
    assert waits_for(handled.incident()) == "camera"


def test_an_answer_of_an_outbox_that_is_not_believed_is_not_taken(handled):
    assert answer(handled, incarnation=99) == ()
    assert handled.incident().stage is IncidentStage.HANDLED
    assert waits_for(handled.incident()) == "camera"


def test_a_late_answer_of_a_box_that_saw_it_is_no_lie(handled):
    handled.act(OperatorVerb.OPEN, reason="not done")
    assert codes(answer(handled, request="earlier")) == [STALE]


def test_a_box_that_is_not_asked_and_never_saw_it_is_refused_whatever_it_names(handled):
    assert NOT_ASKED in codes(answer(handled, agent="box-2", request="made-up"))


@pytest.mark.parametrize("verdict", [CLEAR, VerificationVerdict.STILL])
def test_what_nobody_asked_for_is_one_line_of_the_history_for_each_agent(handled, verdict):
    for seq in range(1, 20):
        for agent in ("box-2", "box-3"):
            answer(handled, seq, agent=agent, source=f"cam-{seq}", verdict=verdict)
    lines = [line for line in handled.incident().history if line.code == "unasked_answer"]
    assert [(line.actor, line.reason) for line in lines] == [
        ("box-2/cam-1", verdict),
        ("box-3/cam-1", verdict),
    ]


@pytest.mark.parametrize("claims", [{"observed_s": 0.0}, {"measurements": {"quiet_s": 4.9}}])
def test_a_clear_that_claims_less_than_was_asked_for_is_none(handled, claims):
    answer(handled, **claims)
    assert handled.incident().stage is IncidentStage.HANDLED
    assert waits_for(handled.incident()) == "person"
    assert handled.incident().history[-1].reason == "not_enough_observed"


def test_an_outbox_that_was_replaced_is_asked_again(handled):
    before = handled.incident().verification
    commands = replace_outbox(handled)
    (asked,) = handled.posted(VerificationRequest, commands)
    after = handled.incident().verification
    assert asked.request == after.request != before.request
    assert after.incarnation == NEW
    assert "outbox_lost" in [line.code for line in handled.incident().history]
    assert OTHER_OUTBOX in codes(answer(handled, request=before.request))
    assert handled.incident().stage is IncidentStage.HANDLED
    answer(handled, 1, incarnation=NEW)
    assert handled.incident().stage is IncidentStage.CLOSED


def test_outboxes_that_are_lost_again_and_again_leave_it_to_a_person(handled):
    for incarnation in range(NEW, NEW + VERIFICATION_ATTEMPTS.value):
        replace_outbox(handled, incarnation)
    assert waits_for(handled.incident()) == "person"
    handled.wait(10_000)
    assert handled.incident().stage is IncidentStage.HANDLED, "silence closes nothing"
    handled.act(OperatorVerb.VERIFY, reason="went there")
    assert handled.incident().stage is IncidentStage.CLOSED


def test_what_waits_for_another_box_is_not_asked_again(handled):
    before = handled.incident().verification
    handled.send_event(agent="box-2", episode="e2", source="cam-2")
    item = (OutboxItem(seq=1, content=handled.event(episode="e3", source="cam-2")),)
    handled.submit(BatchReceived(agent="box-2", incarnation=NEW, items=item))
    assert handled.incident().verification == before
