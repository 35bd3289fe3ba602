"""A package's camera is a camera like every other: newest picture, visibility, counts; its faults
are blindness, because plugin."""

import threading

import numpy as np
import pytest
from fake_sources import ScriptedSource, Sources, picture

from citybrain.clock import Timestamp
from citybrain.ids import CountingIds
from citybrain.plugins.errors import PluginFaultError
from citybrain.system_clock import SystemClock
from citybrain.vocabulary import Visibility
from street_agent.capture.geometry import Geometry
from street_agent.capture.plugin import PluginCamera, first_frame
from street_agent.plugins.supervised_source import Pauses

QUICK = Pauses(first_s=0.01, max_s=0.02)


@pytest.fixture
def camera():
    made = []

    def start(*scripted):
        made.append(
            PluginCamera(
                source="cam",
                make=Sources(*scripted),
                clock=SystemClock(),
                ids=CountingIds(),
                pauses=QUICK,
            )
        )
        made[-1].start()
        return made[-1]

    yield start
    for one in made:
        one.stop()


def until(camera, visibility, reason):
    """The changes up to the one that is wanted."""
    changes = []
    never = threading.Event()
    for _ in range(1_000):
        changes += camera.take_changes()
        if changes and (changes[-1].visibility, changes[-1].reason) == (visibility, reason):
            return changes
        never.wait(0.01)
    pytest.fail(f"never {visibility}: {changes}")


def test_its_pictures_are_turned_and_shaped_as_the_configuration_says():
    given = picture(48, 64)
    frame = first_frame(
        "cam", Sources(ScriptedSource(given)), SystemClock(), Geometry(rotate_deg=90)
    )
    assert (frame.width, frame.height) == (48, 64)
    assert np.array_equal(frame.picture.bgr(48, 64), np.rot90(given.pixels, -1))


def test_pictures_are_frames_in_the_pixels_of_the_package(camera):
    given = picture(48, 64)
    one = camera(ScriptedSource(given))
    frame = one.latest(0, wait_s=10)
    assert (frame.width, frame.height, frame.seq, frame.discontinuity) == (64, 48, 1, True)
    assert np.array_equal(frame.picture.bgr(64, 48), given.pixels)
    assert frame.picture.grey(32, 24).shape == (24, 32)
    one.release(frame.seq, used=True)
    assert one.frame_counts().used == 1


def test_the_agent_copies_the_pixels(camera):
    given = picture(48, 64)
    kept = given.pixels.copy()
    one = camera(ScriptedSource(given))
    frame = one.latest(0, wait_s=10)
    given.pixels[:] = 0
    assert np.array_equal(frame.picture.bgr(64, 48), kept)


def test_it_is_observed_then_blind_because_plugin_then_observed_again(camera):
    first = ScriptedSource(picture(), OSError("lens"))
    one = camera(first, ScriptedSource(picture(seed=1)))
    changes = until(one, Visibility.OBSERVED, "")
    while [c.reason for c in changes].count("") < 2:
        changes += until(one, Visibility.OBSERVED, "")
    assert [c.reason for c in changes] == ["signal_loss", "", "plugin", ""]
    assert one.last_error() == ""
    assert one.ended is False


def test_a_picture_that_cannot_be_is_a_fault(camera):
    one = camera(ScriptedSource("no picture"))
    until(one, Visibility.BLIND, "plugin")
    assert "instead of ArrayPicture" in one.last_error()


def test_a_picture_that_is_not_newer_is_none(camera):
    now = SystemClock().now()
    one = camera(
        ScriptedSource(picture(at=now), picture(at=now), picture(at=Timestamp(now - 5)), None)
    )
    assert one.latest(0, wait_s=10).captured_at == now
    assert one.latest(1, wait_s=0.3) is None


def test_after_a_fault_the_first_picture_continues_nothing(camera):
    one = camera(ScriptedSource(picture(), OSError("lens")), ScriptedSource(picture(seed=1)))
    seen, frame = [], None
    while len(seen) < 2:
        frame = one.latest(frame.seq if frame else 0, wait_s=10)
        seen.append(frame.discontinuity)
    assert seen == [True, True]


def test_a_check_takes_one_picture_and_closes():
    source = ScriptedSource(picture(48, 64))
    frame = first_frame("cam", Sources(source), SystemClock())
    assert (frame.width, frame.height) == (64, 48)
    assert source.calls == ["open", "close"]
    with pytest.raises(PluginFaultError, match="OSError: lens"):
        first_frame("cam", Sources(ScriptedSource(OSError("lens"))), SystemClock())
