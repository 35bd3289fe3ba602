"""What a package's readings and pictures may be; anything else is a fault of the package, not a
fact of the city. Pure: `now` comes in by argument.
"""

import math
from numbers import Real

import numpy as np

from citybrain.clock import SECOND_US, Timestamp
from citybrain.plugins.errors import PluginFaultError
from street_agent.limits import PLUGIN_PICTURE_PIXELS
from street_agent.plugins.port import ArrayPicture, Reading

AHEAD_US_MAX = SECOND_US  # two clocks that are kept by NTP differ by less
OLD_US_MAX = 86_400 * SECOND_US  # older: a time in seconds, or a clock that was never set
SIDE_MIN = 16  # pixels: less shows nothing
ERROR_MS_MAX = 60_000.0


def checked_reading(given: object, now: Timestamp) -> Reading:
    """The reading, with a time. Raises `PluginFaultError`."""
    if not isinstance(given, Reading):
        raise PluginFaultError(f"it gave {type(given).__name__} instead of Reading")
    value: object = given.value
    if not isinstance(value, Real) or isinstance(value, bool):
        raise PluginFaultError(f"it gave the value {value!r:.80}, which is no number")
    if not math.isfinite(value):
        raise PluginFaultError(f"it gave the value {value}; where there is none, give no reading")
    return Reading(value=float(value), at=checked_time(given.at, now))


def checked_picture(given: object, now: Timestamp) -> ArrayPicture:
    """The picture, with a time. Raises `PluginFaultError`."""
    if not isinstance(given, ArrayPicture):
        raise PluginFaultError(f"it gave {type(given).__name__} instead of ArrayPicture")
    pixels: object = given.pixels
    if not isinstance(pixels, np.ndarray) or pixels.dtype != np.uint8 or pixels.ndim != 3:
        raise PluginFaultError("its picture is no array of uint8 [height, width, 3]")
    height, width, channels = pixels.shape
    if channels != 3 or min(height, width) < SIDE_MIN:
        raise PluginFaultError(
            f"its picture is {width} x {height} x {channels}; give at least {SIDE_MIN} x {SIDE_MIN}"
            " pixels of three bytes"
        )
    if height * width > PLUGIN_PICTURE_PIXELS.value:
        raise PluginFaultError(
            f"its picture has {height * width} pixels, more than {PLUGIN_PICTURE_PIXELS.value}"
        )
    error_ms: object = given.error_ms
    if not isinstance(error_ms, int | float) or not 0 <= error_ms <= ERROR_MS_MAX:
        raise PluginFaultError(f"its picture's error_ms is {error_ms!r:.80}, not 0 to 60000")
    return ArrayPicture(pixels=pixels, at=checked_time(given.at, now), error_ms=float(error_ms))


def checked_time(at: object, now: Timestamp) -> Timestamp:
    """`at`, or `now` where none was given; never after `now`. Raises `PluginFaultError`."""
    if at is None:
        return now
    if not isinstance(at, int) or isinstance(at, bool):
        raise PluginFaultError(
            f"it gave the time {at!r:.80}; give whole microseconds since 1970 UTC, or none"
        )
    if at > now + AHEAD_US_MAX:
        ahead_s = (at - now) / SECOND_US
        raise PluginFaultError(
            f"it gave a time {ahead_s:.0f} s from now; set the clock of the device, or give no time"
        )
    if at < now - OLD_US_MAX:
        raise PluginFaultError(
            f"it gave the time {at}, more than a day ago; give microseconds since 1970 UTC"
        )
    return Timestamp(min(at, now))
