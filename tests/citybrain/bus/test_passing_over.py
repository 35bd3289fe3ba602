"""A PUBLISH is read as paho reads it, or left to paho."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from paho.mqtt import _packet
from paho.mqtt.enums import MQTTProtocolVersion

from citybrain.bus.paho_client import plain_message
from citybrain.bus.passing_over import behind_unwanted, puback

topics = st.text(min_size=1, max_size=40).map(lambda text: text.encode("utf-8", "ignore"))
mids = st.integers(1, 65_535)
QOS_1 = 0x32


def packet(topic, mid, payload, *, properties=b"\x00"):
    return struct.pack("!H", len(topic)) + topic + struct.pack("!H", mid) + properties + payload


@given(topics, mids, st.binary(max_size=300), st.booleans(), st.booleans(), st.booleans())
def test_it_is_read_as_paho_reads_it(topic, mid, payload, dup, retain, mutable):
    header = QOS_1 | (0x08 if dup else 0) | (0x01 if retain else 0)
    raw = packet(topic, mid, payload)
    ours = plain_message(header, bytearray(raw) if mutable else raw)
    paho = _packet.decode_publish(header, raw, MQTTProtocolVersion.MQTTv5)
    read = (ours.dup, ours.qos, ours.retain, ours._topic, ours.mid, ours.payload)
    assert read == (paho.dup, paho.qos, paho.retain, paho.topic, paho.mid, paho.payload)


@given(st.integers(0, 255), st.binary(max_size=60))
def test_whatever_comes_it_raises_nothing(header, raw):
    message = plain_message(header, raw)
    assert message is None or message.qos == 1


@pytest.mark.parametrize(
    ("header", "raw"),
    [
        (0x30, packet(b"a", 1, b"x")),
        (0x34, packet(b"a", 1, b"x")),
        (QOS_1, packet(b"a", 1, b"x", properties=b"\x02\x01\x01")),
        (QOS_1, b""),
        (QOS_1, packet(b"topic", 1, b"")[:-1]),
        (QOS_1, b"\xff\xfftopic"),
    ],
    ids=["QoS 0", "QoS 2", "with properties", "empty", "cut off", "a topic beyond its end"],
)
def test_another_one_is_left_to_paho(header, raw):
    assert plain_message(header, raw) is None


def behind_unreliable(data, at):
    return behind_unwanted(data, at, None, bytearray())


def sized(header, body):
    """A packet with its length before it."""
    length, rest = bytearray(), len(body)
    while True:
        length.append(rest % 128 | (0x80 if rest >= 128 else 0))
        rest //= 128
        if not rest:
            return bytes([header]) + bytes(length) + body


@given(
    st.lists(st.tuples(st.sampled_from([0x30, 0x31, 0x38]), st.binary(max_size=400)), max_size=9),
    st.sampled_from([0x32, 0x34, 0x40, 0xD0, 0x20]),
    st.binary(max_size=40),
)
def test_messages_with_qos_0_are_passed_over_up_to_the_next_other_packet(unreliable, header, body):
    others = sized(header, body)
    flood = b"".join(sized(*one) for one in unreliable)
    assert behind_unreliable(b"before" + flood + others, 6) == 6 + len(flood)


@given(st.binary(max_size=2_000), st.integers(1, 2_000))
def test_one_that_is_not_whole_is_left(body, missing):
    whole = sized(0x30, body)
    cut = whole[: max(0, len(whole) - missing)]
    assert behind_unreliable(cut, 0) == 0
    assert behind_unreliable(whole + cut, 0) == len(whole)


@given(st.binary(max_size=300), st.integers(0, 300))
def test_whatever_is_buffered_it_ends_at_a_packet_s_end_or_stays(data, at):
    at = min(at, len(data))
    assert at <= behind_unreliable(data, at) <= len(data)


FLOOD = b"box/flooder/events"


@given(
    st.lists(st.tuples(mids, st.binary(max_size=300), st.booleans()), max_size=9),
    st.sampled_from([b"\x00", b"\x02\x01\x01", b"\x80\x01" + b"\x26" * 128]),
    topics.filter(lambda topic: topic != FLOOD),
)
def test_what_is_unwanted_is_passed_over_and_acknowledged_up_to_the_next_that_is_wanted(
    flood, properties, wanted
):
    """Whatever properties it has: they are no way around it."""
    unwanted = b"".join(
        sized(QOS_1 | 0x08 * again, packet(FLOOD, mid, payload, properties=properties))
        for mid, payload, again in flood
    )
    asked, acks = [], bytearray()

    def is_unwanted(topic, payload):
        asked.append((topic, payload))
        return topic == FLOOD

    end = sized(QOS_1, packet(wanted, 1, b"x"))
    assert behind_unwanted(unwanted + end, 0, is_unwanted, acks) == len(unwanted)
    assert acks == b"".join(puback(mid) for mid, _, _ in flood)
    assert asked == [*((FLOOD, payload) for _, payload, _ in flood), (wanted, b"x")]


@given(st.binary(max_size=300), st.integers(0, 300), st.booleans())
def test_whatever_is_buffered_as_many_are_acknowledged_as_are_passed_over(data, at, unwanted):
    at, acks = min(at, len(data)), bytearray()
    behind = behind_unwanted(data, at, lambda _topic, _payload: unwanted, acks)
    assert at <= behind <= len(data)
    assert len(acks) % 4 == 0 and (behind > at or not acks)


def test_one_with_qos_1_that_is_cut_off_is_left():
    whole, acks = sized(QOS_1, packet(FLOOD, 7, b"payload")), bytearray()
    for length in range(len(whole)):
        assert behind_unwanted(whole[:length], 0, lambda _t, _p: True, acks) == 0
    assert not acks
