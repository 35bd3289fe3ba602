"""Which messages are refused, and for which reason; a later version's message is taken as far as it
is understood.
"""

import importlib
from enum import StrEnum

import pytest
from api_values import AGENT, SOURCE

from citybrain import vocabulary
from citybrain.domain.agent import Ack, AgentHello, SeqRange
from citybrain.domain.event import (
    Box,
    Event,
    EventBatch,
    Evidence,
    Gap,
    LossCount,
    OutboxItem,
    VisibilityInterval,
)
from citybrain.domain.unit import DoubtfulPlace, Recommendation
from citybrain.errors import MalformedError
from citybrain.geo import Point
from citybrain.kinds import OBJECTS_INSIDE
from citybrain.limits import MESSAGE_BYTES
from citybrain.link.frames import (
    Acknowledged,
    LetterFrame,
    LetterGap,
    LetterRefused,
    UnknownFrame,
)
from citybrain.structs import replace
from citybrain.vocabulary import (
    Certainty,
    CrewAction,
    OperatorVerb,
    Phase,
    Severity,
    Urgency,
    Visibility,
)
from citybrain.wire import agent, event, link
from citybrain.wire.v1 import agent_pb2, event_pb2, vocabulary_pb2
from citybrain.wire.validation import enums, limits

EVENT = Event(
    episode="ep-1",
    kind=OBJECTS_INSIDE,
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
    traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
)
BOX = Box(left=0.1, top=0.1, right=0.2, bottom=0.3, label="person", score=0.9, track=1)


def batch_of(*items):
    return EventBatch(agent="box-a1", incarnation=7, items=items)


def refused(decode, payload):
    with pytest.raises(MalformedError) as caught:
        decode(payload)
    return caught.value.reason


def refused_event(**changes):
    changed = replace(EVENT, **changes)
    return refused(
        event.decode_event_batch,
        event.encode_event_batch(batch_of(OutboxItem(seq=1, content=changed))),
    )


def test_a_message_larger_than_the_limit_is_not_even_parsed():
    assert refused(event.decode_event_batch, b"\x00" * (MESSAGE_BYTES.value + 1)) == "oversized"


def test_bytes_that_are_no_protobuf_are_undecodable():
    assert refused(event.decode_event_batch, b"\xff\xff\xff") == "undecodable"


def test_text_that_is_not_utf8_is_undecodable():
    assert refused(agent.decode_agent_hello, b"\x08\x01\x12\x02\xc3\x28") == "undecodable"


@pytest.mark.parametrize("version", [0, 2])
def test_another_version_is_not_guessed_at(version):
    message = agent_pb2.Ack(version=version, incarnation=1, contiguous=5)
    assert refused(agent.decode_ack, message.SerializeToString()) == "version"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -1.0])
def test_an_error_bound_must_be_a_finite_number_of_milliseconds(value):
    assert refused_event(error_ms=value) == "number"


def test_numbers_must_be_finite():
    assert refused_event(measurements={"count": float("inf")}) == "number"


@pytest.mark.parametrize(
    "place", [Point(lat=90.5, lon=0), Point(lat=0, lon=-181), Point(lat=float("nan"), lon=0)]
)
def test_a_place_must_be_on_the_earth(place):
    assert refused_event(place=place) == "place"


@pytest.mark.parametrize(
    "changes",
    [
        *({"heading_deg": value} for value in (float("nan"), -1.0, 360.0, 720.0, 1e9)),
        *({"field_of_view_deg": value} for value in (float("nan"), 0.0, -80.0, 361.0)),
        *({"range_m": value} for value in (float("inf"), 0.0, -1.0, 5_001.0, 1e9)),
    ],
)
def test_a_camera_looks_where_one_can(changes):
    looking = replace(SOURCE, view_cone=replace(SOURCE.view_cone, **changes))
    payload = agent.encode_agent_status(replace(AGENT, sources=(looking,)))
    assert refused(agent.decode_agent_status, payload) == "number"


def test_a_box_of_before_says_nothing_of_where_its_cameras_look():
    of_before = replace(AGENT, sources=(replace(SOURCE, view_cone=None),))
    assert agent.decode_agent_status(agent.encode_agent_status(of_before)) == of_before


@pytest.mark.parametrize("name", ["", "x" * 129, "two\nlines", "bell\x07"])
def test_an_id_is_short_printable_and_there(name):
    assert refused_event(rule=name) == "id"


@pytest.mark.parametrize("field", ["episode", "source", "rule", "kind", "incident_kind"])
@pytest.mark.parametrize("name", ["", "x" * 129, "a\tb"])
def test_the_fault_of_an_event_names_its_field(field, name):
    changed = replace(EVENT, **{field: name})
    with pytest.raises(MalformedError, match=field):
        event.decode_event_batch(
            event.encode_event_batch(batch_of(OutboxItem(seq=1, content=changed)))
        )


@pytest.mark.parametrize("name", ["", "x" * 129, "a\tb"])
def test_the_name_of_a_number_is_an_id(name):
    assert refused_event(measurements={"count": 5.0, name: 1.0}) == "id"


def test_a_trace_is_no_report():
    assert refused_event(traceparent="x" * 2001) == "text"


def test_what_is_finite_is_fit_however_large():
    large = replace(EVENT, error_ms=1.7e308, measurements={"a": 1.7e308, "b": 1.7e308})
    batch = batch_of(OutboxItem(seq=1, content=large))
    assert event.decode_event_batch(event.encode_event_batch(batch)) == batch


def test_an_id_may_be_chinese():
    batch = batch_of(OutboxItem(seq=1, content=replace(EVENT, rule="聚集")))
    assert event.decode_event_batch(event.encode_event_batch(batch)) == batch


@pytest.mark.parametrize("moment", [-1, 2**53 + 1])
def test_a_time_is_between_1970_and_2255(moment):
    assert refused_event(observed_at=moment) == "time"


def test_a_reason_is_a_sentence_not_a_report():
    visibility = VisibilityInterval(
        source="cam-a1", visibility=Visibility.BLIND, reason="x" * 2001, since=1, until=None
    )
    assert (
        refused(
            event.decode_event_batch,
            event.encode_event_batch(batch_of(OutboxItem(seq=1, content=visibility))),
        )
        == "text"
    )


def test_repeated_fields_are_bounded():
    assert (
        refused_event(
            evidence=Evidence(aspect=1.3, outline=(), boxes=(BOX,) * (limits.BOXES.value + 1))
        )
        == "count"
    )
    assert (
        refused_event(measurements={f"n{i}": 1.0 for i in range(limits.NAMED_NUMBERS.value + 1)})
        == "count"
    )
    visibility = OutboxItem(
        seq=1,
        content=VisibilityInterval(
            source="c", visibility=Visibility.OBSERVED, reason="", since=1, until=2
        ),
    )
    assert (
        refused(
            event.decode_event_batch,
            event.encode_event_batch(batch_of(*(visibility,) * (limits.BATCH_ITEMS.value + 1))),
        )
        == "count"
    )


@pytest.mark.parametrize(("seq", "first", "last"), [(0, 0, 9), (5, 1, 4_000), (1, 2, 9)])
def test_a_gap_begins_at_its_items_number(seq, first, last):
    item = OutboxItem(seq=seq, content=Gap(first=first, last=last, reason="full", losses=()))
    payload = event.encode_event_batch(batch_of(item))
    assert refused(event.decode_event_batch, payload) == "range"
    _, (unreadable,) = event.decode_readable_items(payload)
    assert (unreadable.seq, unreadable.reason) == (seq, "range")


def test_a_gap_and_a_span_do_not_run_backwards():
    gap = Gap(
        first=5,
        last=4,
        reason="full",
        losses=(LossCount(severity=Severity.MINOR, rule="r", count=1),),
    )
    assert (
        refused(
            event.decode_event_batch,
            event.encode_event_batch(batch_of(OutboxItem(seq=4, content=gap))),
        )
        == "range"
    )
    assert (
        refused(
            agent.decode_ack,
            agent.encode_ack(Ack(incarnation=1, contiguous=3, above=(SeqRange(first=9, last=8),))),
        )
        == "range"
    )
    assert (
        refused(
            agent.decode_agent_hello,
            agent.encode_agent_hello(
                AgentHello(agent="a", incarnation=1, lowest_unacked=9, next_seq=8)
            ),
        )
        == "range"
    )


def test_positions_are_not_negative():
    for frame in (
        Acknowledged(position=-1),
        LetterFrame(position=3, after=3, payload=b""),
        LetterGap(position=3, after=-1, reason=""),
        LetterRefused(position=0, after=0, reason=""),
    ):
        assert refused(link.decode_frame, link.encode_frame(frame)) == "number"


def test_an_item_or_letter_that_says_nothing_known_is_refused():
    empty = event_pb2.EventBatch(
        version=1, agent="a", incarnation=1, items=[event_pb2.OutboxItem(seq=3)]
    )
    assert refused(event.decode_event_batch, empty.SerializeToString()) == "empty"
    for decode in (link.decode_up_letter, link.decode_down_letter):
        assert refused(decode, b"") == "empty"


def test_a_letter_that_cannot_be_read_does_not_hide_its_position():
    for payload in (b"", b"\xff\xff", b"\0" * (MESSAGE_BYTES.value + 1)):
        frame = LetterFrame(position=7, after=6, payload=payload)
        assert link.decode_frame(link.encode_frame(frame)) == frame
        assert refused(link.decode_up_letter, payload) in ("empty", "undecodable", "oversized")


def test_a_reason_that_is_too_long_is_cut_and_stops_no_log():
    gap = LetterGap(position=2, after=1, reason="x" * 9_000)
    back = link.decode_frame(link.encode_frame(gap))
    assert back == replace(gap, reason="x" * limits.TEXT_CHARS.value)


def test_an_ack_leaves_off_the_ranges_that_do_not_fit():
    above = tuple(
        SeqRange(first=2**52 + 3 * i, last=2**52 + 3 * i + 1)
        for i in range(1, limits.ACK_RANGES.value + 50)
    )
    payload = agent.encode_ack(Ack(incarnation=2**62, contiguous=1, above=above))
    assert len(payload) <= MESSAGE_BYTES.value
    assert agent.decode_ack(payload).above == above[: limits.ACK_RANGES.value]


def test_numbers_come_back_in_the_order_of_their_names():
    batch = batch_of(
        OutboxItem(seq=1, content=replace(EVENT, measurements={"z": 1.0, "a": 2.0, "m": 3.0}))
    )
    back = event.decode_event_batch(event.encode_event_batch(batch))
    assert list(back.items[0].content.measurements) == ["a", "m", "z"]


def test_an_enum_member_of_a_later_version_is_unknown_and_the_rest_is_decoded():
    message = event_pb2.EventBatch.FromString(
        event.encode_event_batch(batch_of(OutboxItem(seq=1, content=EVENT)))
    )
    message.items[0].event.severity = 77
    back = event.decode_event_batch(message.SerializeToString()).items[0].content
    assert back == replace(EVENT, severity=Severity.UNKNOWN)


def test_a_field_of_a_later_version_is_passed_over():
    batch = batch_of(OutboxItem(seq=1, content=EVENT))
    later_field = b"\xfa\x07\x03new"  # field 127, bytes
    assert event.decode_event_batch(event.encode_event_batch(batch) + later_field) == batch


CODECS = [codec for codec in vars(enums).values() if isinstance(codec, enums.EnumCodec)]


@pytest.mark.parametrize("codec", CODECS, ids=lambda codec: codec.kind.__name__)
def test_every_member_has_a_number_and_every_number_a_member(codec):
    numbers = vocabulary_pb2.DESCRIPTOR.enum_types_by_name[codec.kind.__name__].values_by_number
    assert sorted(codec.to_pb.values()) == sorted(numbers)
    assert all(codec.from_pb(codec.to_pb[member]) is member for member in codec.kind)
    assert codec.from_pb(0).name == "UNKNOWN"


def test_every_closed_set_with_an_unknown_member_has_a_codec():
    sets = [
        kind
        for kind in vars(vocabulary).values()
        if isinstance(kind, type) and issubclass(kind, StrEnum) and kind is not StrEnum
    ]
    of_people = {CrewAction, OperatorVerb}  # who comes in by the public API alone
    assert {codec.kind for codec in CODECS} == set(sets) - of_people


WITHOUT_MESSAGE = {UnknownFrame, DoubtfulPlace, Recommendation}


def _mirrored():
    for module in (
        "event",
        "agent",
        "order",
        "incident",
        "unit",
        "link",
    ):
        values = "citybrain.link.frames" if module == "link" else f"citybrain.domain.{module}"
        domain = importlib.import_module(values)
        messages = importlib.import_module(
            f"citybrain.wire.v1.{module}_pb2"
        ).DESCRIPTOR.message_types_by_name
        for kind in vars(domain).values():
            is_type = isinstance(kind, type) and hasattr(kind, "__struct_fields__")
            is_here = is_type and kind.__module__ == domain.__name__
            if is_here and kind not in WITHOUT_MESSAGE:
                yield pytest.param(kind, messages.get(kind.__name__), id=kind.__name__)


TOP = {
    "EventBatch",
    "AgentHello",
    "Ack",
    "RequestBatch",
    "RequestAck",
    "AgentStatus",
}  # these carry the protocol's version

FORMER = {"former_kind"}  # what only a version before reads


@pytest.mark.parametrize(("kind", "message"), list(_mirrored()))
def test_every_message_mirrors_its_domain_value(kind, message):
    assert message is not None, f"{kind.__name__} has no message"
    on_wire = {f.name for f in message.fields} - ({"version"} if message.name in TOP else set())
    on_wire -= FORMER
    for oneof in message.oneofs:
        if oneof.name in {"letter", "content"}:  # a union is one field in the domain
            on_wire = on_wire - {f.name for f in oneof.fields} | {oneof.name}
    assert on_wire == set(kind.__struct_fields__)


def test_every_limit_of_the_wire_has_a_reason_and_a_fate():
    assert len({limit.name for limit in limits.WIRE_LIMITS}) == len(limits.WIRE_LIMITS)
    assert all(
        limit.value > 0 and limit.unit and limit.reason and limit.fate
        for limit in limits.WIRE_LIMITS
    )
