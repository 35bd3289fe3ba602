"""How boxes move: a constant-velocity Kalman filter over (centre x, centre y, width, height), all
tracks at once. No matching here.

ByteTrack's filter has diagonal noise, so its 8 x 8 covariance is four independent 2 x 2 blocks
(value, rate). We keep just those, as three [N, 4] arrays: the same mathematics without a matrix
product. Noise grows with the box's own size (widths for x, heights for y) and with the seconds that
passed, so that any and changing frame rates give the same filter.
"""

import numpy as np
from numpy.typing import NDArray

from citybrain.structs import Struct

Floats = NDArray[np.float64]

MEASUREMENT_NOISE = 0.05  # of the size: how far a detector's box edge is off (ByteTrack: 1/20)
START_RATE = 1.0  # sizes a second: what a new object may do
PROCESS_NOISE = 0.1  # sizes² / s³: how much its rate may wander


class Motion(Struct, frozen=True, kw_only=True, eq=False):
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
        return Motion(
            value=self.value[index],
            rate=self.rate[index],
            var_value=self.var_value[index],
            cov=self.cov[index],
            var_rate=self.var_rate[index],
        )

    def boxes(self) -> Floats:
        """[N, 4] left, top, right, bottom."""
        half = self.value[:, 2:] / 2
        return np.concatenate((self.value[:, :2] - half, self.value[:, :2] + half), axis=1)


def begin(measured: Floats) -> Motion:
    """New filters at `measured` [N, 4], standing still but free to move."""
    size = _size(measured)
    var = (2 * MEASUREMENT_NOISE * size) ** 2
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
    noise = PROCESS_NOISE * _size(motion.value) ** 2
    value = motion.value + motion.rate * seconds
    # A shrinking box never turns inside out.
    value[:, 2:] = np.maximum(value[:, 2:], motion.value[:, 2:] * 0.5)
    return Motion(
        value=value,
        rate=motion.rate,
        var_value=motion.var_value
        + 2 * seconds * motion.cov
        + seconds**2 * motion.var_rate
        + noise * (seconds**3 / 3),
        cov=motion.cov + seconds * motion.var_rate + noise * (seconds**2 / 2),
        var_rate=motion.var_rate + noise * seconds,
    )


def correct(motion: Motion, measured: Floats) -> Motion:
    """The filters after seeing `measured` [N, 4], row for row."""
    noise = (MEASUREMENT_NOISE * _size(motion.value)) ** 2
    inverse_variance = 1.0 / (motion.var_value + noise)
    gain_value, gain_rate = motion.var_value * inverse_variance, motion.cov * inverse_variance
    innovation = measured - motion.value
    return Motion(
        value=motion.value + gain_value * innovation,
        rate=motion.rate + gain_rate * innovation,
        var_value=(1 - gain_value) * motion.var_value,
        cov=(1 - gain_value) * motion.cov,
        var_rate=motion.var_rate - gain_rate * motion.cov,
    )


def put(motion: Motion, rows: NDArray[np.int64], other: Motion) -> Motion:
    """`motion` with `rows` replaced by `other`."""
    return Motion(
        value=_with_rows(motion.value, rows, other.value),
        rate=_with_rows(motion.rate, rows, other.rate),
        var_value=_with_rows(motion.var_value, rows, other.var_value),
        cov=_with_rows(motion.cov, rows, other.cov),
        var_rate=_with_rows(motion.var_rate, rows, other.var_rate),
    )


def join(first: Motion, second: Motion) -> Motion:
    """The filters of both, `first` first."""
    return Motion(
        value=np.concatenate((first.value, second.value)),
        rate=np.concatenate((first.rate, second.rate)),
        var_value=np.concatenate((first.var_value, second.var_value)),
        cov=np.concatenate((first.cov, second.cov)),
        var_rate=np.concatenate((first.var_rate, second.var_rate)),
    )


def _with_rows(column: Floats, rows: NDArray[np.int64], other: Floats) -> Floats:
    column = column.copy()
    column[rows] = other
    return column


def _size(value: Floats) -> Floats:
    """[N, 4] the extent that each of the four values is judged by: w, h, w, h."""
    return np.concatenate((value[:, 2:], value[:, 2:]), axis=1)
