"""The core's deadlines are kept to the microsecond, however rare the ticks are."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citybrain import canonical_json
from citybrain.clock import SECOND_US, Timestamp
from citybrain.domain.agent import Ack, RequestBatch
from citybrain.domain.event import (
    VerificationResult,
    VisibilityInterval,
)
from citybrain.vocabulary import VerificationVerdict, Visibility
from street_agent.agent_step import StepIntervals
from street_agent.core.detection_rate import NOT_PROCESSED, TOO_FEW_LOOKS
from street_agent.core.inputs import SensorRead, VisibilityChanged
from street_agent.core.sensor import SILENT
from street_agent.district_link import AckReceived, RequestsReceived


def test_a_resting_agent_steps_for_its_status_and_nothing_else_when_ticks_are_rare(
    setup, stepped_agent
):
    agent = stepped_agent(setup, intervals=StepIntervals(tick_s=60.0, status_s=20.0)).start()
    agent.wait(0.1)
    agent.read(0.5)
    agent.step((AckReceived(ack=Ack(incarnation=agent.outbox.incarnation, contiguous=99)),))
    before = agent.steps
    agent.read(0.6, after_s=9.0)
    assert agent.steps == before + 1


def test_silence_is_noticed_to_the_microsecond_however_rare_ticks_are(setup, stepped_agent):
    agent = stepped_agent(setup, intervals=StepIntervals(tick_s=60.0, status_s=60.0)).start()
    agent.read(0.5)
    stale = agent.time.at + round(setup.sensors["level-1"].stale_s * SECOND_US)
    agent.run_until(stale)
    assert agent.of(VisibilityInterval)[-1].visibility is Visibility.OBSERVED
    assert agent.wake == stale + 1
    agent.run_until(stale + 1)
    assert agent.of(VisibilityInterval)[-1].reason == SILENT


def test_a_request_is_answered_at_its_deadline_however_rare_ticks_are(
    setup, stepped_agent, request_at
):
    agent = stepped_agent(setup, intervals=StepIntervals(tick_s=60.0, status_s=60.0)).start()
    agent.read(1.5)
    deadline = agent.time.at + 4 * SECOND_US
    agent.step(
        (
            RequestsReceived(
                batch=RequestBatch(epoch="e", first=1, requests=(request_at(deadline),))
            ),
        )
    )
    agent.run_until(deadline - 1)
    assert agent.of(VerificationResult) == []
    agent.run_until(deadline)
    assert [(answer.verdict, answer.answered_at) for answer in agent.of(VerificationResult)] == [
        (VerificationVerdict.CANNOT, deadline)
    ]


STEPS = st.one_of(
    st.tuples(st.just("frame"), st.integers(0, 3)),
    st.tuples(st.just("read"), st.sampled_from([0.5, 1.1, 1.5, 99.0])),
    st.tuples(
        st.just("request"),
        st.sampled_from([("level-1", "high"), ("cam-1", "crowd"), ("cam-1", "none")]),
    ),
    st.tuples(
        st.just("visibility"),
        st.sampled_from(
            [(Visibility.OBSERVED, ""), (Visibility.DEGRADED, "dark"), (Visibility.BLIND, "black")]
        ),
    ),
)
SCRIPTS = st.lists(
    st.tuples(st.integers(1, 120).map(lambda tenths: tenths * SECOND_US // 10 + 7), STEPS),
    max_size=40,
)


@settings(max_examples=60, deadline=None)
@given(script=SCRIPTS)
def test_rare_ticks_give_the_same_items_as_frequent_ones(
    a_setup, frame_maker, script, stepped_agent, request_at
):
    results = [
        play(
            stepped_agent(a_setup, intervals=StepIntervals(tick_s=tick_s, status_s=60.0)).start(),
            frame_maker,
            script,
            request_at,
        )
        for tick_s in (0.5, 60.0)
    ]
    assert results[0] == results[1]


def play(agent, frame_maker, script, request_at):
    agent.step(
        (
            VisibilityChanged(
                source="cam-1",
                visibility=Visibility.OBSERVED,
                reason="",
                since=Timestamp(agent.time.at),
                at=Timestamp(agent.time.at),
            ),
        )
    )
    for number, (after_us, (what, value)) in enumerate(script):
        at = Timestamp(agent.time.at + after_us)
        agent.run_until(at, (an_input(what, value, at, number, frame_maker, request_at),))
    agent.wait(60.0)
    return [canonical_json.encode(item) for item in agent.items()]


def an_input(what, value, at, number, frame_maker, request_at):
    match what:
        case "frame":
            return frame_maker(value, at)
        case "read":
            return SensorRead(source="level-1", at=at, value=value, traceparent="t")
        case "visibility":
            return VisibilityChanged(
                source="cam-1",
                visibility=value[0],
                reason=value[1],
                since=Timestamp(at - SECOND_US // 5),
                at=at,
            )
    source, rule = value
    request = request_at(at + 8 * SECOND_US, request=f"q{number}", source=source, rule=rule)
    return RequestsReceived(batch=RequestBatch(epoch="e", first=number + 1, requests=(request,)))


@pytest.fixture(scope="module")
def a_setup(config_maker):
    return config_maker(sensor=[{**SENSOR, "range": [-10.0, 10.0]}]).setup({"tiny": 0.3})


SENSOR = {
    "id": "level-1",
    "source": "x.csv",
    "place": {"lat": 30.66, "lon": 104.06},
    "rule": [
        {
            "id": "high",
            "incident_kind": "waterlogging",
            "severity": "Severe",
            "above": 1.2,
            "below": 1.0,
            "clear_s": 2.0,
        }
    ],
}


def test_an_unprocessed_camera_is_blind_to_the_microsecond(
    a_setup, frame_maker, stepped_agent, request_at
):
    agent = stepped_agent(a_setup, intervals=StepIntervals(tick_s=60.0, status_s=60.0)).start()
    began = agent.time.at
    play(agent, frame_maker, [], request_at)
    blind = [
        interval for interval in agent.of(VisibilityInterval) if interval.reason == NOT_PROCESSED
    ]
    assert isinstance(blind[0], VisibilityInterval) and blind[0].since == began
    agent.wait(1.0, frame_maker(0, Timestamp(agent.time.at + SECOND_US)))
    agent.wait(1.0, frame_maker(0, Timestamp(agent.time.at + SECOND_US)))
    limits, last = a_setup.cameras["cam-1"].rate_limits, agent.time.at
    for late_s, before, after in (
        (limits.overdue_s, "", TOO_FEW_LOOKS),
        (limits.unprocessed_s, TOO_FEW_LOOKS, NOT_PROCESSED),
    ):
        agent.run_until(last + round(late_s * SECOND_US))
        assert agent.of(VisibilityInterval)[-1].reason == before
        agent.run_until(last + round(late_s * SECOND_US) + 1)
        assert agent.of(VisibilityInterval)[-1].reason == after
