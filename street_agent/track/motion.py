"""How boxes move: a constant-velocity Kalman filter over (centre x, centre y, width, height), all tracks at once. No matching here.

ByteTrack's filter has diagonal noise, so its 8 x 8 covariance is four independent 2 x 2 blocks (value, rate). We keep just those, as three
[N, 4] arrays: the same mathematics without a matrix product. Noise grows with the box's own size (widths for x, heights for y) and with the
seconds that passed, so that any and changing frame rates give the same filter.
"""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MEASURED = 0.05  # of the size: how far a detector's box edge is off (ByteTrack: 1/20)
START_RATE = 1.0  # sizes a second: what a new object may do
PUSH = 0.1  # sizes² / s³: how much its rate may wander


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Motion:
    """N filters. Units: picture heights and seconds."""

    value: Floats  # [N, 4] cx, cy, w, h
    rate: Floats  # [N, 4] per second
    var_value: Floats
    cov: Floats
    var_rate: Floats

    @classmethod
    def none(cls) -> "Motion":
        empty = np.zeros((0, 4))
        return cls(value=empty, rate=empty, var_value=empty, cov=empty, var_rate=empty)

    def at(self, index: NDArray[np.int64] | NDArray[np.bool_]) -> "Motion":
        """The filters of these rows."""
        return Motion(**{f.name: getattr(self, f.name)[index] for f in fields(self)})

    def boxes(self) -> Floats:
        """[N, 4] left, top, right, bottom."""
        half = self.value[:, 2:] / 2
        return np.concatenate((self.value[:, :2] - half, self.value[:, :2] + half), axis=1)


def begin(measured: Floats) -> Motion:
    """New filters at `measured` [N, 4], standing still but free to move."""
    size = _size(measured)
    var = (2 * MEASURED * size) ** 2
    return Motion(
        value=measured,
        rate=np.zeros_like(measured),
        var_value=var,
        cov=np.zeros_like(var),
        var_rate=(START_RATE * size) ** 2,
    )


def predict(motion: Motion, seconds: float) -> Motion:
    """Where everything is expected `seconds` later."""
    if seconds <= 0 or not len(motion.value):
        return motion
    push = PUSH * _size(motion.value) ** 2
    value = motion.value + motion.rate * seconds
    value[:, 2:] = np.maximum(
        value[:, 2:], motion.value[:, 2:] * 0.5
    )  # a shrinking box never turns inside out
    return Motion(
        value=value,
        rate=motion.rate,
        var_value=motion.var_value
        + 2 * seconds * motion.cov
        + seconds**2 * motion.var_rate
        + push * (seconds**3 / 3),
        cov=motion.cov + seconds * motion.var_rate + push * (seconds**2 / 2),
        var_rate=motion.var_rate + push * seconds,
    )


def correct(motion: Motion, measured: Floats) -> Motion:
    """The filters after seeing `measured` [N, 4], row for row."""
    noise = (MEASURED * _size(motion.value)) ** 2
    trust = 1.0 / (motion.var_value + noise)
    gain_value, gain_rate = motion.var_value * trust, motion.cov * trust
    surprise = measured - motion.value
    return Motion(
        value=motion.value + gain_value * surprise,
        rate=motion.rate + gain_rate * surprise,
        var_value=(1 - gain_value) * motion.var_value,
        cov=(1 - gain_value) * motion.cov,
        var_rate=motion.var_rate - gain_rate * motion.cov,
    )


def put(motion: Motion, rows: NDArray[np.int64], other: Motion) -> Motion:
    """`motion` with `rows` replaced by `other`."""
    replaced = {}
    for field in fields(motion):
        column = getattr(motion, field.name).copy()
        column[rows] = getattr(other, field.name)
        replaced[field.name] = column
    return Motion(**replaced)


def join(first: Motion, second: Motion) -> Motion:
    """The filters of both, `first` first."""
    return Motion(
        **{
            f.name: np.concatenate((getattr(first, f.name), getattr(second, f.name)))
            for f in fields(first)
        }
    )


def _size(value: Floats) -> Floats:
    """[N, 4] the extent that each of the four values is judged by: w, h, w, h."""
    return np.concatenate((value[:, 2:], value[:, 2:]), axis=1)
