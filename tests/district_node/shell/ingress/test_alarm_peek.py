"""A live alarm is seen in the bytes of a batch, whatever else is in it; backlog and lesser events
are not taken for one.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citybrain.domain.event import Box, Event, EventBatch, Evidence, Gap, OutboxItem
from citybrain.geo import Point
from citybrain.kinds import OBJECTS_INSIDE
from citybrain.structs import replace
from citybrain.vocabulary import Certainty, Phase, Severity, Urgency
from citybrain.wire.event import encode_event_batch
from citybrain.wire.v1 import event_pb2
from district_node.shell.ingress.alarm_peek import may_hold_live_alarm

ALARM = Event(
    episode="e1",
    kind=OBJECTS_INSIDE,
    phase=Phase.START,
    source="cam-1",
    rule="crowd",
    incident_kind="crowding",
    place=Point(lat=30.657, lon=104.086),
    severity=Severity.SEVERE,
    urgency=Urgency.EXPECTED,
    certainty=Certainty.OBSERVED,
    observed_at=1_750_000_000_000_000,
    error_ms=40.0,
    measurements={"count": 5.0},
    traceparent="",
    evidence=Evidence(
        aspect=1.33,
        outline=((0.1, 0.1), (0.9, 0.1)),
        boxes=(Box(left=0.1, top=0.1, right=0.2, bottom=0.3, label="person", score=0.8, track=1),),
    ),
)
LESSER = replace(ALARM, severity=Severity.MODERATE)
OLD = replace(ALARM, is_historical=True)
OLD_LESSER = replace(LESSER, is_historical=True)
GAP = Gap(first=9, last=9, reason="outbox_full", losses=())


def batch(*contents):
    items = tuple(
        OutboxItem(seq=9 if content is GAP else n, content=content)
        for n, content in enumerate(contents, start=1)
    )
    return encode_event_batch(EventBatch(agent="box-1", incarnation=7, items=items))


@pytest.mark.parametrize("severity", [Severity.SEVERE, Severity.EXTREME])
@pytest.mark.parametrize("others", [(), (LESSER,) * 30, (OLD_LESSER,) * 30, (OLD,) * 30, (GAP,)])
def test_a_live_alarm_is_seen_among_whatever_comes_with_it(severity, others):
    alarm = replace(ALARM, severity=severity)
    assert may_hold_live_alarm(batch(alarm, *others))
    assert may_hold_live_alarm(batch(*others, alarm))


@pytest.mark.parametrize("urgency", list(Urgency))
@pytest.mark.parametrize("certainty", list(Certainty))
def test_it_is_seen_whatever_else_is_said_of_it(urgency, certainty):
    assert may_hold_live_alarm(batch(replace(ALARM, urgency=urgency, certainty=certainty)))


@pytest.mark.parametrize(
    "contents", [(LESSER,), (OLD,) * 50, (OLD_LESSER, OLD, LESSER), (GAP,), ()]
)
def test_backlog_lesser_events_and_gaps_are_none(contents):
    assert not may_hold_live_alarm(batch(*contents))


def test_an_alarm_of_a_box_that_knows_no_kinds_is_seen():
    message = event_pb2.EventBatch.FromString(batch(ALARM))
    message.items[0].event.ClearField("kind")
    assert may_hold_live_alarm(message.SerializeToString())


@given(
    st.lists(st.sampled_from([ALARM, LESSER, OLD, OLD_LESSER, GAP]), max_size=40),
    st.floats(-90, 90),
    st.text(st.characters(categories=("L", "N")), min_size=1, max_size=20),
)
def test_none_is_missed(contents, lat, label):
    where = Point(lat=lat, lon=1.5)
    placed = [c if c is GAP else replace(c, place=where, source=label) for c in contents]
    has_alarm = any(content is ALARM for content in contents)
    assert may_hold_live_alarm(batch(*placed)) or not has_alarm


@given(st.binary(max_size=300))
def test_whatever_the_bytes_are_it_has_an_answer(payload):
    assert may_hold_live_alarm(payload) in (True, False)
