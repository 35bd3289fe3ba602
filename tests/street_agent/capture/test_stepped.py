"""A recording stepped through: every frame, the same at every run, no waiting."""

from citybrain.clock import SECOND_US, Timestamp
from citybrain.ids import SourceId
from citybrain.vocabulary import Visibility
from street_agent.capture.stepped import SteppedCamera, frames

START = Timestamp(1_750_000_000 * SECOND_US)
CAM = SourceId("cam-1")


def walk(camera):
    camera.start()
    taken = []
    while (frame := camera.latest(taken[-1].seq if taken else 0)) is not None:
        camera.release(frame.seq, used=frame.seq % 3 == 0)
        taken.append(frame)
    return taken


def test_every_frame_comes_once_with_media_time(clip):
    taken = walk(SteppedCamera(source=CAM, address=str(clip), start_at=START))
    assert [f.seq for f in taken] == list(range(1, 41))
    assert [f.captured_at - START for f in taken] == [i * 40_000 for i in range(40)]
    assert {f.error_ms for f in taken} == {0.0}
    assert [f.seq for f in taken if f.discontinuity] == [1]


def test_two_runs_are_the_same(clip):
    runs = [
        [
            (f.seq, f.captured_at, f.picture.grey(160, 90).tobytes())
            for f in frames(CAM, str(clip), start_at=START)
        ]
        for _ in range(2)
    ]
    assert runs[0] == runs[1]


def test_loops_continue_in_time_and_mark_the_seam(clip):
    taken = walk(SteppedCamera(source=CAM, address=str(clip), start_at=START, loops=2))
    assert len(taken) == 80
    assert [f.captured_at - START for f in taken] == [i * 40_000 for i in range(80)]
    assert [f.seq for f in taken if f.discontinuity] == [1, 41]


def test_every_frame_is_accounted_for_and_the_end_is_reported(clip):
    camera = SteppedCamera(source=CAM, address=str(clip), start_at=START)
    walk(camera)
    counts = camera.frame_counts()
    assert (counts.captured, counts.used, counts.gated, counts.dropped, counts.in_progress) == (
        40,
        13,
        27,
        0,
        0,
    )
    assert camera.ended
    assert [(c.visibility, c.reason) for c in camera.take_changes()] == [
        (Visibility.BLIND, "signal_loss"),
        (Visibility.OBSERVED, ""),
        (Visibility.BLIND, "ended"),
    ]
    camera.stop()


def test_frames_that_the_consumer_skips_are_dropped_and_counted(clip):
    camera = SteppedCamera(source=CAM, address=str(clip), start_at=START)
    camera.start()
    assert camera.latest(10).seq == 11
    assert camera.frame_counts().dropped == 10
    camera.stop()
    assert camera.frame_counts().captured == 11 == camera.frame_counts().dropped
