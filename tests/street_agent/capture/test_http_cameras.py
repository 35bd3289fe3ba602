"""Cameras that send JPEGs over HTTP, with no times of their own: their pictures are timed by their
arrival."""

import itertools
from contextlib import closing, contextmanager

import pytest
from http_camera import HttpCamera, part
from odd_videos import jpegs

from citybrain.clock import SECOND_US
from citybrain.ids import CountingIds, SourceId
from citybrain.system_clock import SystemClock
from citybrain.vocabulary import Visibility
from street_agent.capture.live import LiveCamera

CLOCK = SystemClock()
SLOW_FPS = 12


@pytest.fixture(scope="module")
def pictures():
    return jpegs(60)


@contextmanager
def watched(address):
    camera = LiveCamera(source=SourceId("cam"), address=address, clock=CLOCK, ids=CountingIds())
    camera.start()
    try:
        yield camera
    finally:
        camera.stop()


def take(camera, count, *, within_s=20.0):
    """The next `count` frames, and how long after its capture each was there."""
    taken, until = [], CLOCK.instant() + round(within_s * SECOND_US)
    while len(taken) < count and CLOCK.instant() < until:
        frame = camera.latest(taken[-1][0].seq if taken else 0, wait_s=0.2)
        if frame is not None:
            camera.release(frame.seq, used=True)
            taken.append((frame, (CLOCK.now() - frame.captured_at) / 1000))
    return taken


def test_a_camera_of_twelve_pictures_a_second_lives_in_real_time(pictures):
    def served():
        return itertools.cycle(part(jpeg) for jpeg in pictures)

    with (
        closing(HttpCamera(served, every_s=1 / SLOW_FPS)) as serving,
        watched(serving.address) as camera,
    ):
        frames = [frame for frame, _ in take(camera, 4 * SLOW_FPS)]
    lived_s = (frames[-1].captured_at - frames[SLOW_FPS].captured_at) / SECOND_US
    expected_s = (frames[-1].seq - frames[SLOW_FPS].seq) / SLOW_FPS
    assert lived_s == pytest.approx(expected_s, rel=0.2), "not at 25 a second, as libav makes up"
    assert [frame.seq for frame in frames if frame.discontinuity] == [frames[0].seq]


def test_what_is_given_out_was_taken_as_long_ago_as_is_said_at_most(pictures):
    def served():
        return itertools.cycle(part(jpeg) for jpeg in pictures)

    with (
        closing(HttpCamera(served, every_s=1 / SLOW_FPS)) as serving,
        watched(serving.address) as camera,
    ):
        frames = take(camera, 2 * SLOW_FPS)
        assert camera.visibility().visibility is Visibility.OBSERVED
    assert all(age_ms <= frame.error_ms for frame, age_ms in frames)
