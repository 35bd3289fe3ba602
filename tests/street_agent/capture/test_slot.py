"""The newest frame wins, and every frame is accounted for."""

import threading

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from citybrain.clock import Timestamp
from citybrain.ids import SourceId
from street_agent.capture.frame import Frame
from street_agent.capture.slot import Slot


class Blank:
    def bgr(self, width, height):
        return np.zeros((height, width, 3), np.uint8)

    def grey(self, width, height):
        return np.zeros((height, width), np.uint8)


def frame(seq, *, cut=False):
    return Frame(
        source=SourceId("c"),
        seq=seq,
        captured_at=Timestamp(seq),
        error_ms=0.0,
        width=4,
        height=4,
        cut=cut,
        picture=Blank(),
    )


def balance(tally):
    return tally.used + tally.gated + tally.dropped + tally.in_hand


@given(st.lists(st.sampled_from(["put", "take", "use", "gate", "settle_old"]), max_size=60))
def test_captured_is_used_plus_gated_plus_dropped_plus_in_hand_whatever_happens(steps):
    slot, seq, hand = Slot(), 0, 0
    for step in steps:
        if step == "put":
            seq += 1
            slot.put(frame(seq))
        elif step == "take":
            taken = slot.take(hand)
            hand = taken.seq if taken else hand
        else:
            slot.settle(hand - (step == "settle_old"), used=step == "use")
        tally = slot.tally()
        assert tally.captured == balance(tally)
        assert tally.in_hand <= 1
        assert seq - tally.captured in (0, 1), "only the one that waits is not counted yet"
    slot.close()
    assert slot.tally().captured == seq == balance(slot.tally())
    assert slot.tally().in_hand == 0


def test_a_newer_frame_displaces_the_one_that_waits():
    slot = Slot()
    slot.put(frame(1))
    slot.put(frame(2))
    assert slot.take(0).seq == 2
    assert slot.tally().dropped == 1


def test_a_cut_survives_the_frame_that_marked_it():
    slot = Slot()
    slot.put(frame(1, cut=True))
    slot.put(frame(2))
    slot.put(frame(3))
    assert slot.take(0).cut, "the consumer must not join what came before with what comes after"
    slot.put(frame(4))
    assert not slot.take(3).cut


def test_a_frame_that_the_consumer_has_seen_already_is_not_given_again():
    slot = Slot()
    slot.put(frame(1))
    assert slot.take(1) is None
    assert slot.take(0).seq == 1


def test_a_frame_that_was_taken_and_never_settled_counts_as_dropped():
    slot = Slot()
    slot.put(frame(1))
    slot.take(0)
    slot.put(frame(2))
    slot.take(1)
    slot.settle(1, used=True)  # too late: it was given up when the next one was taken
    tally = slot.tally()
    assert (tally.captured, tally.used, tally.dropped, tally.in_hand) == (2, 0, 1, 1)


def test_waiting_ends_when_a_frame_comes_and_when_the_slot_closes():
    slot, got = Slot(), []
    consumer = threading.Thread(
        target=lambda: got.extend([slot.take(0, wait_s=20), slot.take(1, wait_s=20)])
    )
    consumer.start()
    slot.put(frame(1))
    while not got and consumer.is_alive() and slot.tally().captured == 0:
        consumer.join(timeout=0.01)
    slot.close()
    consumer.join(timeout=10)
    assert [f.seq if f else None for f in got] == [1, None]


def test_frames_that_come_after_the_end_are_counted_as_dropped():
    slot = Slot()
    slot.close()
    slot.put(frame(1))
    assert slot.take(0) is None
    assert slot.tally().dropped == slot.tally().captured == 1
