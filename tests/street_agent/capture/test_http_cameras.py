"""Cameras over HTTP: JPEGs with no times of their own are timed by their arrival, single pictures
are asked for at an interval, and what fails is tried ever more seldom."""

import itertools
import threading
from contextlib import closing, contextmanager

import pytest
from http_camera import HttpCamera, headed, part
from odd_videos import encode, jpegs, lose_packets, street

from citybrain.clock import SECOND_US
from citybrain.ids import CountingIds, SourceId
from citybrain.system_clock import SystemClock
from citybrain.vocabulary import Visibility
from street_agent.capture.geometry import AS_SENT
from street_agent.capture.live import SNAPSHOT_EVERY_S, LiveCamera
from street_agent.capture.trial import try_source

CLOCK, CAM = SystemClock(), SourceId("cam")
SLOW_FPS = 12


@pytest.fixture(scope="module")
def pictures():
    return jpegs(60)


@contextmanager
def watched(address):
    camera = LiveCamera(source=CAM, address=address, clock=CLOCK, ids=CountingIds())
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


def seconds():
    return CLOCK.instant() / SECOND_US


def until(predicate, *, within_s=15.0):
    """Wait on a condition that only another thread changes, checked twenty times a second."""
    end, pause = seconds() + within_s, threading.Event()
    while seconds() < end:
        if predicate():
            return True
        pause.wait(0.05)
    return False


BEGINNINGS = {
    "the first part without its boundary": headed,
    "the first picture without anything": lambda jpeg: jpeg + b"\r\n",
    "a greeting before the first part": lambda jpeg: b"hello\r\n" + part(jpeg),
    "empty lines before the first part": lambda jpeg: b"\r\n\r\n" + part(jpeg),
}


@pytest.mark.parametrize("begin", BEGINNINGS.values(), ids=BEGINNINGS)
def test_a_stream_that_begins_oddly_is_seen(pictures, begin):
    def served():
        yield begin(pictures[0])
        yield from itertools.cycle(part(jpeg) for jpeg in pictures[1:])

    with (
        closing(HttpCamera(served, every_s=1 / SLOW_FPS)) as serving,
        watched(serving.address) as camera,
    ):
        assert len(take(camera, SLOW_FPS)) == SLOW_FPS
        assert camera.visibility().visibility is Visibility.OBSERVED
        assert len(serving.asked) <= 2, "opened, opened as bare JPEGs, and no more"


ADDRESSES = ["/snap.jpg", "/snapshot.cgi?channel=1", "/image.JPEG?size=full"]


@pytest.mark.parametrize("path", ADDRESSES)
def test_an_address_of_single_pictures_is_asked_once_a_second(pictures, path):
    shown = itertools.cycle(pictures)
    serving = HttpCamera(lambda: [next(shown)], content_type="image/jpeg", path=path, now=seconds)
    with closing(serving), watched(serving.address) as camera:
        frames = [frame for frame, _ in take(camera, 4)]
        assert camera.visibility().visibility is Visibility.OBSERVED
        assert camera.last_error() == ""
    pauses = [b - a for a, b in itertools.pairwise(serving.asked)]
    assert all(pause > 0.9 * SNAPSHOT_EVERY_S for pause in pauses), pauses
    assert sum(frame.discontinuity for frame in frames) == 1, "one picture continues the other"
    assert len({frame.captured_at for frame in frames}) == 4


def test_a_check_says_that_an_address_gives_single_pictures(pictures):
    with closing(HttpCamera(lambda: [pictures[0]], content_type="image/jpeg")) as serving:
        assert try_source(CAM, serving.address, AS_SENT).is_snapshot
    with closing(HttpCamera(lambda: [part(one) for one in pictures])) as serving:
        trial = try_source(CAM, serving.address, AS_SENT)
    assert (trial.is_snapshot, trial.is_untimed) == (False, True)


def test_a_page_in_place_of_pictures_is_asked_for_ever_more_seldom():
    page = b"<html><body>Please log in.</body></html>" * 50
    serving = HttpCamera(lambda: [page], content_type="text/html", length=len(page), now=seconds)
    with closing(serving), watched(serving.address) as camera:
        assert until(lambda: len(serving.asked) >= 8)
        assert "gave nothing that is a video" in camera.last_error()
        assert camera.visibility().visibility is Visibility.BLIND
    pauses = [b - a for a, b in itertools.pairwise(serving.asked[::2])]  # each try asks twice
    assert pauses[-1] > 0.8


def test_a_camera_that_breaks_off_again_and_again_is_asked_ever_more_seldom(pictures):
    serving = HttpCamera(lambda: [part(one) for one in pictures[:3]], now=seconds)
    with closing(serving), watched(serving.address) as camera:
        assert until(lambda: len(serving.asked) >= 6)
        assert camera.frame_counts().captured >= 10, "what it gives is seen"
    pauses = [b - a for a, b in itertools.pairwise(serving.asked)]
    assert pauses[-1] > 0.9, "some pictures are no health"


def test_jpegs_that_were_cut_off_are_damaged_and_the_others_seen(pictures):
    sent = [part(one if i % 2 else one[: len(one) // 2]) for i, one in enumerate(pictures)]
    with (
        closing(HttpCamera(lambda: [part(pictures[0]), *sent], every_s=0.04)) as serving,
        watched(serving.address) as camera,
    ):
        take(camera, 20)
        counts = camera.frame_counts()
    assert counts.damaged > 10
    assert counts.used == 20


def test_a_stream_that_stays_damaged_for_want_of_key_frames_is_opened_anew(tmp_path):
    refreshed = {"preset": "ultrafast", "x264-params": "intra-refresh=1:keyint=25:bframes=0"}
    sent = encode(tmp_path / "s.ts", [street(i) for i in range(330)], options=refreshed)
    holed = lose_packets(sent, 0.2, begin=0.1, end=0.12).read_bytes()
    pieces = [holed[at : at + 65_536] for at in range(0, len(holed), 65_536)]
    serving = HttpCamera(lambda: pieces, content_type="video/mp2t")
    with closing(serving), watched(serving.address) as camera:
        assert until(lambda: "no key frame comes" in camera.last_error())
        assert camera.visibility().reason == "picture_damaged"
        assert until(lambda: len(serving.asked) >= 2)
        assert camera.frame_counts().damaged >= 250
