"""The newest frame wins, and every frame is accounted for."""

import threading

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from citybrain.clock import Timestamp
from citybrain.ids import SourceId
from street_agent.capture.frame import Frame
from street_agent.capture.latest_frame import LatestFrame


class Blank:
    def bgr(self, width, height):
        return np.zeros((height, width, 3), np.uint8)

    def grey(self, width, height):
        return np.zeros((height, width), np.uint8)


def frame(seq, *, discontinuity=False):
    return Frame(
        source=SourceId("c"),
        seq=seq,
        captured_at=Timestamp(seq),
        error_ms=0.0,
        width=4,
        height=4,
        discontinuity=discontinuity,
        picture=Blank(),
    )


def accounted_for(counts):
    return counts.used + counts.gated + counts.dropped + counts.damaged + counts.in_progress


@given(
    st.lists(st.sampled_from(["put", "take", "use", "gate", "release_old", "damaged"]), max_size=60)
)
def test_captured_is_used_plus_gated_plus_dropped_plus_in_progress_always(steps):
    mailbox, seq, last = LatestFrame(), 0, 0
    for step in steps:
        if step == "put":
            seq += 1
            mailbox.put(frame(seq))
        elif step == "damaged":
            seq += 1
            mailbox.count_damaged()
        elif step == "take":
            taken = mailbox.take(last)
            last = taken.seq if taken else last
        else:
            mailbox.release(last - (step == "release_old"), used=step == "use")
        counts = mailbox.counts()
        assert counts.captured == accounted_for(counts)
        assert counts.in_progress <= 1
        assert seq - counts.captured in (0, 1), "only the one that waits is not counted yet"
    mailbox.close()
    assert mailbox.counts().captured == seq == accounted_for(mailbox.counts())
    assert mailbox.counts().in_progress == 0


def test_a_newer_frame_displaces_the_one_that_waits():
    mailbox = LatestFrame()
    mailbox.put(frame(1))
    mailbox.put(frame(2))
    assert mailbox.take(0).seq == 2
    assert mailbox.counts().dropped == 1


def test_a_discontinuity_outlives_the_frame_that_marked_it():
    mailbox = LatestFrame()
    mailbox.put(frame(1, discontinuity=True))
    mailbox.put(frame(2))
    mailbox.put(frame(3))
    assert mailbox.take(0).discontinuity, (
        "the consumer must not join what came before with what comes after"
    )
    mailbox.put(frame(4))
    assert not mailbox.take(3).discontinuity


def test_a_damaged_frame_displaces_nothing_and_is_counted():
    mailbox = LatestFrame()
    mailbox.put(frame(1))
    mailbox.count_damaged()
    assert mailbox.take(0).seq == 1
    counts = mailbox.counts()
    assert (counts.captured, counts.damaged, counts.dropped) == (2, 1, 0)


def test_a_frame_that_was_taken_already_is_not_given_again():
    mailbox = LatestFrame()
    mailbox.put(frame(1))
    assert mailbox.take(1) is None
    assert mailbox.take(0).seq == 1


def test_a_frame_that_was_taken_and_never_released_counts_as_dropped():
    mailbox = LatestFrame()
    mailbox.put(frame(1))
    mailbox.take(0)
    mailbox.put(frame(2))
    mailbox.take(1)
    mailbox.release(1, used=True)  # too late: it was given up when the next one was taken
    counts = mailbox.counts()
    assert (counts.captured, counts.used, counts.dropped, counts.in_progress) == (2, 0, 1, 1)


def test_waiting_ends_when_a_frame_comes_and_when_the_mailbox_closes():
    mailbox, got = LatestFrame(), []
    consumer = threading.Thread(
        target=lambda: got.extend([mailbox.take(0, wait_s=20), mailbox.take(1, wait_s=20)])
    )
    consumer.start()
    mailbox.put(frame(1))
    while not got and consumer.is_alive() and mailbox.counts().captured == 0:
        consumer.join(timeout=0.01)
    mailbox.close()
    consumer.join(timeout=10)
    assert [f.seq if f else None for f in got] == [1, None]


def test_frames_after_the_end_count_as_dropped():
    mailbox = LatestFrame()
    mailbox.close()
    mailbox.put(frame(1))
    assert mailbox.take(0) is None
    assert mailbox.counts().dropped == mailbox.counts().captured == 1
