"""`street check` says how a picture is sent and what is odd about it, while the installer is still
there."""

import numpy as np
import pytest
from odd_videos import encode, lose_packets, street

from citybrain.ids import SourceId
from citybrain.structs import replace
from street_agent.capture.geometry import AS_SENT, Geometry
from street_agent.capture.trial import try_source
from street_agent.cli.picture_check import odd, sent
from street_agent.errors import CameraError


def scaled(i, width, height):
    rows = np.arange(height) * 108 // height
    return street(i)[rows][:, np.arange(width) * 192 // width]


@pytest.fixture
def tried(tmp_path):
    def make(width, height, geometry=AS_SENT, **options):
        pictures = [scaled(i, width, height) for i in range(4)]
        path = encode(tmp_path / "street.mp4", pictures, codec="mpeg4", **options)
        return try_source(SourceId("cam"), str(path), geometry)

    return make


@pytest.mark.parametrize(
    ("width", "height", "words"),
    [
        (640, 480, []),
        (1920, 1080, []),
        (320, 176, ["is small (320x176)"]),
        (2880, 1620, ["is big (2880x1620)", "sub-stream"]),
        (1600, 480, ["is a strip (1600x480)"]),
        (480, 1600, ["is a strip (480x1600)"]),
    ],
)
def test_a_picture_that_is_too_small_too_big_or_too_wide_is_noted(tried, width, height, words):
    found = " ".join(odd(tried(width, height), 5.0))
    assert all(word in found for word in words)
    assert bool(found) is bool(words)


def test_a_picture_that_is_seen_as_it_is_sent_needs_no_word(tried):
    assert sent(tried(640, 480), AS_SENT) == ""


def test_it_says_who_turned_a_picture(tried):
    by_stream = sent(tried(640, 480, rotation=-90), AS_SENT)
    assert by_stream == ", turned by 90° clockwise (its stream says so)"
    said = Geometry(rotate_deg=180)
    assert sent(tried(640, 480, said), said) == ", turned by 180° clockwise (rotate says so)"


def test_it_says_who_shaped_a_picture(tried):
    said = Geometry(aspect=16 / 9)
    trial = tried(640, 480, said)
    assert (trial.frame.width, trial.frame.height) == (853, 480)
    assert sent(trial, said) == ", sent as 640x480 (aspect says so)"


@pytest.mark.parametrize(
    ("detect_fps", "words"), [(5.0, "though detect_fps is 5"), (0.5, "is asked every 1 s")]
)
def test_an_address_of_single_pictures_is_named(tried, detect_fps, words):
    trial = replace(tried(640, 480), is_untimed=True, is_snapshot=True)
    (note,) = odd(trial, detect_fps)
    assert words in note


def test_a_stream_without_times_and_damaged_pictures_are_named(tried):
    trial = replace(tried(640, 480), is_untimed=True, damaged_before=7)
    untimed, damaged = odd(trial, 5.0)
    assert "timed by their arrival" in untimed
    assert "7 pictures arrived damaged" in damaged


def test_a_source_of_which_nothing_arrives_whole_is_a_fault(tmp_path):
    lossy = lose_packets(encode(tmp_path / "s.ts", [street(i) for i in range(80)]), 0.4)
    with pytest.raises(CameraError, match="none arrived whole"):
        try_source(SourceId("cam"), str(lossy), AS_SENT)
