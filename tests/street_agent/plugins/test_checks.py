"""Nothing that cannot be passes the door: values, times and pictures of packages."""

import numpy as np
import pytest
from fake_sources import picture, reading

from citybrain.clock import SECOND_US, Timestamp
from citybrain.plugins.errors import PluginFaultError
from street_agent.limits import PLUGIN_PICTURE_PIXELS
from street_agent.plugins.checks import checked_picture, checked_reading
from street_agent.plugins.port import ArrayPicture

NOW = Timestamp(1_800_000_000 * SECOND_US)


@pytest.mark.parametrize("value", [0, -3, 1.5, np.float32(2.5), np.int64(7), True + 0])
def test_a_number_is_a_reading_of_now(value):
    checked = checked_reading(reading(value), NOW)
    assert (checked.value, checked.at) == (float(value), NOW)
    assert type(checked.value) is float


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (float("nan"), "value nan"),
        (float("inf"), "value inf"),
        ("1.5", "'1.5', which is no number"),
        (None, "no number"),
        (True, "no number"),
        ("x" * 10_000, "no number"),
        (np.zeros(3), "no number"),
    ],
)
def test_what_is_no_finite_number_is_a_fault(value, words):
    with pytest.raises(PluginFaultError, match=words) as error:
        checked_reading(reading(value), NOW)
    assert len(str(error.value)) < 200


def test_what_is_no_reading_is_a_fault():
    with pytest.raises(PluginFaultError, match="float instead of Reading"):
        checked_reading(1.5, NOW)


def test_a_time_of_another_clock_that_is_a_little_ahead_is_now():
    assert checked_reading(reading(1, at=NOW + SECOND_US // 2), NOW).at == NOW
    assert checked_reading(reading(1, at=NOW - SECOND_US), NOW).at == NOW - SECOND_US


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (NOW + 5 * SECOND_US, "5 s from now; set the clock"),
        (NOW // SECOND_US, "more than a day ago; give microseconds"),
        (-1, "more than a day ago"),
        (NOW / 1, "whole microseconds"),
        ("2027-01-01", "whole microseconds"),
        (True, "whole microseconds"),
    ],
)
def test_a_time_that_cannot_be_is_a_fault(at, words):
    with pytest.raises(PluginFaultError, match=words):
        checked_reading(reading(1, at=at), NOW)
    with pytest.raises(PluginFaultError, match=words):
        checked_picture(picture(at=at), NOW)


def test_a_picture_passes_with_its_size():
    assert checked_picture(picture(48, 64), NOW).pixels.shape == (48, 64, 3)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (None, "NoneType instead of ArrayPicture"),
        (ArrayPicture(pixels=[[1]]), "no array of uint8"),
        (ArrayPicture(pixels=np.zeros((48, 64), np.uint8)), "no array of uint8"),
        (ArrayPicture(pixels=np.zeros((48, 64, 3), np.float32)), "no array of uint8"),
        (ArrayPicture(pixels=np.zeros((48, 64, 4), np.uint8)), "64 x 48 x 4"),
        (ArrayPicture(pixels=np.zeros((0, 0, 3), np.uint8)), "at least 16 x 16"),
        (
            ArrayPicture(
                pixels=np.broadcast_to(
                    np.zeros(1, np.uint8), (PLUGIN_PICTURE_PIXELS.value // 16 + 1, 16, 3)
                )
            ),
            "more than",
        ),
        (
            ArrayPicture(pixels=np.zeros((48, 64, 3), np.uint8), error_ms=float("nan")),
            "error_ms is nan",
        ),
        (ArrayPicture(pixels=np.zeros((48, 64, 3), np.uint8), error_ms=-1.0), "error_ms"),
        (ArrayPicture(pixels=np.zeros((48, 64, 3), np.uint8), error_ms="1"), "error_ms"),
    ],
)
def test_what_is_no_picture_is_a_fault(given, words):
    with pytest.raises(PluginFaultError, match=words):
        checked_picture(given, NOW)
