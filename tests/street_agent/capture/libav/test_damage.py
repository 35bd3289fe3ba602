"""A frame that was damaged, or builds on one that was, is never called whole; and a clean stream
has none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from street_agent.capture.libav.damage import (
    PENDING_MAX,
    DamageState,
    JpegEnds,
    Verdict,
    frame_decoded,
    packet_damaged,
)

# of packets in the order of decoding: is it a key frame, was it damaged
PACKETS = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=60)


def verdicts(packets, *, delay=0):
    """By number of packet; the frame of a packet comes out `delay` packets later."""
    state, found, waiting = DamageState(), {}, []
    for number in range(len(packets) + delay):
        if number < len(packets):
            state = packet_damaged(state, number) if packets[number][1] else state
            waiting.append(number)
        if number >= delay:
            out = waiting.pop(0)
            state, found[out] = frame_decoded(state, out, is_key=packets[out][0], is_corrupt=False)
    return found


@given(PACKETS, st.integers(0, 4))
def test_whole_is_only_what_builds_on_nothing_damaged(packets, delay):
    found, is_broken = verdicts(packets, delay=delay), False
    for number, (is_key, is_damaged) in enumerate(packets):
        is_broken = is_damaged or (is_broken and not is_key)
        if is_broken:
            assert found[number] is not Verdict.WHOLE, number


@given(PACKETS)
def test_without_a_delay_all_that_is_whole_is_called_so(packets):
    found, is_broken = verdicts(packets), False
    for number, (is_key, is_damaged) in enumerate(packets):
        is_broken = is_damaged or (is_broken and not is_key)
        assert (found[number] is Verdict.WHOLE) is not is_broken


def test_each_damaged_packet_is_reported_once():
    found = verdicts([(True, False), (False, True), (False, False), (True, False)])
    assert list(found.values()) == [
        Verdict.WHOLE,
        Verdict.KNOWN,  # told when the packet came
        Verdict.DAMAGED,
        Verdict.WHOLE,
    ]


def test_a_frame_that_the_decoder_calls_corrupt_is_damaged_until_a_later_key_frame():
    state, first = frame_decoded(DamageState(), 7, is_key=True, is_corrupt=True)
    state, second = frame_decoded(state, 8, is_key=False, is_corrupt=False)
    state, third = frame_decoded(state, 9, is_key=True, is_corrupt=False)
    assert (first, second, third) == (Verdict.DAMAGED, Verdict.DAMAGED, Verdict.WHOLE)
    assert state == DamageState()


def test_a_key_frame_that_was_decoded_before_the_damage_ends_nothing():
    state = packet_damaged(DamageState(), 5)
    state, key = frame_decoded(state, 4, is_key=True, is_corrupt=False)
    _, after = frame_decoded(state, 6, is_key=False, is_corrupt=False)
    assert (key, after) == (Verdict.WHOLE, Verdict.DAMAGED)


def test_what_is_remembered_of_damaged_packets_is_bounded():
    state = DamageState()
    for number in range(1_000):
        state = packet_damaged(state, number)
    assert len(state.pending) == PENDING_MAX


JPEG = b"\xff\xd8...\xff\xda.... \xff\xd9"
CUT = b"\xff\xd8...\xff\xda...."


@pytest.mark.parametrize(
    ("pictures", "cut_off"),
    [
        ([JPEG, JPEG + bytes(64), JPEG], [False, False, False]),
        ([JPEG, CUT, JPEG], [False, True, False]),
        ([CUT, CUT, CUT], [False, False, False]),  # a camera that never writes the end
        ([JPEG, b"\xff\xd9" + CUT], [False, True]),  # the end of a thumbnail is none
    ],
)
def test_a_jpeg_without_its_end_is_cut_off_where_others_had_one(pictures, cut_off):
    ends = JpegEnds()
    assert [ends.is_cut_off(one) for one in pictures] == cut_off
