"""Every message comes back from its bytes as it was, and bytes that are no message are refused by
name and never by another error.
"""

import enum
import types
import typing

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from citybrain import canonical_json, kinds
from citybrain.clock import Timestamp
from citybrain.domain import agent as agents
from citybrain.domain import event as events
from citybrain.domain.link import DownLetter, UpLetter
from citybrain.errors import MalformedError
from citybrain.geo import Point
from citybrain.link.frames import Frame, LetterFrame, LetterGap, LetterRefused
from citybrain.structs import Struct, replace
from citybrain.vocabulary import EventKind, IncidentKind
from citybrain.wire import agent, event, link
from citybrain.wire.evidence import evidence_of
from citybrain.wire.validation import limits

CODECS = {
    "said_batch": (event.encode_event_batch, event.decode_event_batch, events.EventBatch),
    "agent_hello": (agent.encode_agent_hello, agent.decode_agent_hello, agents.AgentHello),
    "ack": (agent.encode_ack, agent.decode_ack, agents.Ack),
    "request_batch": (agent.encode_request_batch, agent.decode_request_batch, agents.RequestBatch),
    "request_ack": (agent.encode_request_ack, agent.decode_request_ack, agents.RequestAck),
    "agent_status": (agent.encode_agent_status, agent.decode_agent_status, agents.AgentStatus),
    "link_frame": (link.encode_frame, link.decode_frame, Frame),
    "up_letter": (link.encode_up_letter, link.decode_up_letter, UpLetter),
    "down_letter": (link.encode_down_letter, link.decode_down_letter, DownLetter),
}

IDS = st.text(st.characters(categories=("L", "N", "P", "S")), min_size=1, max_size=8)
TEXTS = st.text(max_size=8)
TIMES = st.integers(0, 2**53)
COUNTS = st.integers(0, 2**61)
REALS = st.floats(-1e9, 1e9)
AMOUNTS = st.floats(0, 3e7)  # the longest duration is a year
PLACES = st.builds(Point, lat=st.floats(-90, 90), lon=st.floats(-180, 180))

KINDS = {
    EventKind: st.from_regex(kinds.EVENT_KIND_PATTERN, fullmatch=True).filter(kinds.is_event_kind),
    IncidentKind: st.from_regex(kinds.INCIDENT_KIND_PATTERN, fullmatch=True).filter(
        kinds.is_incident_kind
    ),
}
ID_FIELDS = {"order", "operator", "officer"}  # plain strings that must not be empty all the same
SIGNED_FIELDS = {
    "left",
    "top",
    "right",
    "bottom",
    "score",
    "cost",
    "bound",
    "next_best_cost",
    "coverage_price",
    "priority",
    "age_s",
}


SEQUENCE_FIELDS = {"seq", "first", "last", "contiguous", "lowest_unacked", "next_seq"}
NUMBERS = st.integers(0, limits.SEQUENCE_NUMBER.value)
COUNTED_FIELDS = {
    "cameras", "cameras_blind", "cameras_degraded", "cameras_unknown", "agents", "agents_offline",
}  # fmt: skip
COUNTED = st.integers(0, limits.COUNTED_SOURCES.value)


def values(kind, name=""):
    """A strategy for every legal value of a domain type, read off its annotations."""
    if kind is Point:
        return PLACES
    if kind is Timestamp:
        return TIMES
    if kind in KINDS:
        return KINDS[kind]
    if isinstance(kind, typing.NewType):
        return IDS if kind.__supertype__ is str else COUNTS
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return st.sampled_from(list(kind))
    if name == "evidence":  # its bytes come from a message and go into one
        return st.none() | values(events.Evidence)
    if kind in PLAIN:
        return PLAIN[kind](name)
    if isinstance(kind, type) and issubclass(kind, Struct):
        return _struct(kind)
    return _generic(kind, name)


PLAIN = {
    bool: lambda _name: st.booleans(),
    bytes: lambda _name: st.binary(max_size=8),
    int: lambda name: _whole(name),
    float: lambda name: REALS if name in SIGNED_FIELDS else AMOUNTS,
    str: lambda name: IDS if name in ID_FIELDS else TEXTS,
}


def _whole(name):
    if name in SEQUENCE_FIELDS:
        return NUMBERS
    return COUNTED if name in COUNTED_FIELDS else COUNTS


def _generic(kind, name):
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        return st.one_of(*(st.none() if a is type(None) else values(a, name) for a in arguments))
    if origin is tuple and arguments[-1] is Ellipsis:
        return st.lists(values(arguments[0], name), max_size=2).map(tuple)
    if origin is tuple:
        return st.tuples(*(REALS for _ in arguments))
    assert origin is dict, f"no strategy for {kind}"
    return st.dictionaries(IDS, REALS, max_size=2)


def _struct(kind):
    hints = typing.get_type_hints(kind)
    built = st.builds(kind, **{name: values(hints[name], name) for name in kind.__struct_fields__})
    ordered = {
        agents.SeqRange: ("first", "last"),
        events.Gap: ("first", "last"),
        agents.AgentHello: ("lowest_unacked", "next_seq"),
    }.get(kind)
    if kind in (LetterFrame, LetterGap, LetterRefused):
        return built.map(lambda v: replace(v, position=v.after + v.position // 2 + 1))  # < 2**63
    if kind is agents.ViewCone:
        return built.map(_as_cameras_look)
    if kind is events.OutboxItem:
        return built.map(_at_its_number)
    return built.map(lambda v: _in_order(v, *ordered)) if ordered else built


def _at_its_number(item):
    """A gap begins at its item's number, and numbers begin at 1."""
    if not isinstance(item.content, events.Gap):
        return item
    first = max(item.content.first, 1)
    gap = replace(item.content, first=first, last=max(item.content.last, first))
    return events.OutboxItem(seq=first, content=gap)


def _as_cameras_look(cone):
    """Within a turn and the range that a camera has."""
    return agents.ViewCone(
        heading_deg=cone.heading_deg % 360,
        field_of_view_deg=cone.field_of_view_deg % 359 + 1,
        range_m=cone.range_m % 4_999 + 1,
    )


def _in_order(value, low, high):
    first, last = sorted((getattr(value, low), getattr(value, high)))
    return replace(value, **{low: first, high: last})


def as_shown(value):
    """With the evidence of each event as a screen gets it; it comes in undecoded."""
    if not isinstance(value, events.EventBatch):
        return value
    return replace(value, items=tuple(_with_evidence_shown(item) for item in value.items))


def _with_evidence_shown(item):
    event = item.content
    if not isinstance(event, events.Event):
        return item
    shown = evidence_of(event.evidence)
    return replace(item, content=replace(event, evidence=shown))


@pytest.mark.parametrize("name", sorted(CODECS))
def test_a_message_comes_back_as_it_was(name):
    encode, decode, kind = CODECS[name]

    @settings(
        max_examples=60,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(values(kind))
    def comes_back(value):
        assert as_shown(decode(encode(value))) == value

    comes_back()


@settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(values(events.EventBatch))
def test_a_batch_of_events_is_what_its_canonical_text_reads_back_as(value):
    """A district journals it without reading it back."""
    batch = event.decode_event_batch(event.encode_event_batch(value))
    text = canonical_json.encode(batch)
    again = canonical_json.decode(text, events.EventBatch)
    assert again == batch
    assert structure(again) == structure(batch)


def structure(value):
    """With the type of each part and the order of each dictionary, which `==` does not tell."""
    if isinstance(value, Struct):
        parts = [(name, structure(getattr(value, name))) for name in value.__struct_fields__]
        return type(value), parts
    if isinstance(value, dict):
        return dict, [(name, structure(entry)) for name, entry in value.items()]
    if isinstance(value, tuple):
        return tuple, [structure(entry) for entry in value]
    return type(value), repr(value)  # a zero has a sign


@pytest.mark.parametrize("name", sorted(CODECS))
def test_any_bytes_are_a_message_or_refused_by_name(name):
    encode, decode, _ = CODECS[name]

    @settings(max_examples=200, deadline=None)
    @given(st.binary(max_size=200))
    @example(b"")
    @example(b"\x08\x01")
    def is_total(payload):
        _decodes_or_refuses(encode, decode, payload)

    is_total()


@pytest.mark.parametrize("name", sorted(CODECS))
def test_a_damaged_message_is_a_message_or_refused_by_name(name):
    encode, decode, kind = CODECS[name]

    @settings(
        max_examples=60,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(values(kind), st.data())
    def is_total(value, data):
        payload = bytearray(encode(value))
        for _ in range(data.draw(st.integers(1, 3)) if payload else 0):
            payload[data.draw(st.integers(0, len(payload) - 1))] = data.draw(st.integers(0, 255))
        cut = data.draw(st.integers(0, len(payload)))
        _decodes_or_refuses(encode, decode, bytes(payload[:cut]))

    is_total()


def _decodes_or_refuses(encode, decode, payload):
    try:
        value = decode(payload)
    except MalformedError:
        return
    assert decode(encode(value)) == value, "what was let in must be fit to go on"
