"""Kinds on the wire: any text is taken as it is or refused by name, and the numbers that versions
before gave to six event kinds are understood and still written.
"""

import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from citybrain import kinds
from citybrain.domain.event import Event, EventBatch, OutboxItem
from citybrain.errors import MalformedError
from citybrain.geo import Point
from citybrain.structs import replace
from citybrain.vocabulary import Certainty, Phase, Severity, Urgency
from citybrain.wire import event, incident
from citybrain.wire.v1 import event_pb2, incident_pb2, vocabulary_pb2

EVENT = Event(
    episode="ep-1",
    kind=kinds.OBJECTS_INSIDE,
    phase=Phase.START,
    source="cam-a1",
    rule="crowd",
    incident_kind="crowding",
    place=Point(lat=30.66, lon=104.06),
    severity=Severity.MODERATE,
    urgency=Urgency.EXPECTED,
    certainty=Certainty.LIKELY,
    observed_at=1_750_000_000_000_000,
    error_ms=40.0,
    measurements={"count": 5.0},
    traceparent="",
)
LETTERS = string.ascii_letters + string.digits + "_-./: "
TEXTS = (
    st.text(max_size=200)
    | st.text(LETTERS, max_size=200)
    | st.from_regex(kinds.EVENT_KIND_PATTERN)
    | st.from_regex(kinds.INCIDENT_KIND_PATTERN)
)


def sent(**changes):
    batch = EventBatch(
        agent="a", incarnation=1, items=(OutboxItem(seq=1, content=replace(EVENT, **changes)),)
    )
    return event.encode_event_batch(batch)


def received(payload):
    (item,) = event.decode_event_batch(payload).items
    return item.content


@pytest.mark.parametrize(
    ("field", "may_be"), [("kind", kinds.is_event_kind), ("incident_kind", kinds.is_incident_kind)]
)
def test_any_text_is_taken_as_it_is_or_refused_with_the_reason(field, may_be):
    @given(TEXTS)
    @example("")
    @example("crowding\n")
    @example("crowding\x00")
    @example("lifts\u200b:Contact")
    @example("聚集")
    @example("<script>")
    @example("a" * 64)
    @example("a" * 65)
    @example("a" * 128)
    @example("a" * 129)
    @example("a" * 100_000)
    def holds(text):
        payload = sent(**{field: text})
        if may_be(text):
            assert received(payload) == replace(EVENT, **{field: text})
            return
        with pytest.raises(MalformedError) as caught:
            received(payload)
        assert caught.value.reason == "kind"
        assert caught.value.detail.startswith(f"{field} is {text[:40]!r}; a kind is ")
        assert len(caught.value.detail) < 500

    holds()


@pytest.mark.parametrize("kind", kinds.BUILT_IN_EVENT_KINDS)
def test_a_box_of_the_version_before_is_understood_and_so_is_this_one_there(kind):
    message = event_pb2.EventBatch.FromString(sent(kind=kind))
    assert message.items[0].event.former_kind == event.FORMER_NUMBERS[kind]
    message.items[0].event.ClearField("kind")
    assert received(message.SerializeToString()).kind == kind


def test_a_kind_that_the_version_before_had_not_has_no_number():
    message = event_pb2.EventBatch.FromString(sent(kind="lifts:Contact/Open"))
    assert message.items[0].event.former_kind == 0
    assert received(message.SerializeToString()).kind == "lifts:Contact/Open"


def test_where_both_are_there_the_name_counts():
    message = event_pb2.EventBatch.FromString(sent(kind="lifts:Contact/Open"))
    message.items[0].event.former_kind = 1
    assert received(message.SerializeToString()).kind == "lifts:Contact/Open"


@pytest.mark.parametrize("number", [0, 7, -1, 2**31 - 1])
def test_an_event_without_a_name_and_a_known_number_is_refused(number):
    message = event_pb2.EventBatch.FromString(sent())
    message.items[0].event.ClearField("kind")
    message.items[0].event.former_kind = number
    with pytest.raises(MalformedError, match="^kind: kind is ''"):
        received(message.SerializeToString())


@pytest.mark.parametrize("kind", ["", "Crowding", "a.b.c", "x" * 65])
def test_the_kind_of_an_incident_report_is_checked_too(kind):
    report = incident_pb2.IncidentReport(
        incident="inc-1", district="d", kind=kind, place=vocabulary_pb2.Point()
    )
    with pytest.raises(MalformedError, match="kind is"):
        incident.from_pb_incident_report(report)
    report.kind = "lifts.trapped"
    assert incident.from_pb_incident_report(report).kind == "lifts.trapped"
