"""Whether a stream's own times run as fast as time itself. Pure.

Some cameras count frames and call the count a time, some clocks run at half or double rate, some
stand still. In each stretch of a second and a half the least delay seen (`arrival - pts`) says
where the stream's clock stands, whatever the jitter of single frames; from stretch to stretch it
moves by the rate that the clock is off. A link that is congested looks alike for some seconds and
then catches up: the verdict is taken back.
"""

from citybrain.clock import SECOND_US
from citybrain.structs import Struct, replace

STRETCH_US = 3 * SECOND_US // 2
FRAMES_MIN = 6  # of a stretch: fewer say nothing about the least delay
# Off by so much in the last stretches, all in the same direction: (share of real time, stretches).
OFF = ((0.15, 2), (0.02, 8))
RIGHT = (0.015, 3)  # within so much of real time: what was called wrong is right again
PROVED = (0.05, 2)  # … and what nobody called wrong counts as proved
REMEMBERED = max(count for _, count in OFF)


class PtsRate(Struct, frozen=True, kw_only=True):
    """What is known so far. `drifts`: by how much the clock fell behind in each of the last
    stretches, as a share of real time; negative where it ran ahead."""

    is_wrong: bool = False
    drifts: tuple[float, ...] = ()
    began: float | None = None  # of the stretch under way, by arrival
    frames: int = 0
    least_us: float = 0.0
    before: tuple[float, float] | None = None  # of the stretch before: when it began, least delay


def observe(rate: PtsRate, *, pts_us: float, arrived: float) -> PtsRate:
    """One more frame with a time of its own."""
    delay_us = arrived - pts_us
    if rate.began is None:
        return replace(rate, began=arrived, frames=1, least_us=delay_us)
    if arrived - rate.began < STRETCH_US or rate.frames < FRAMES_MIN:
        return replace(rate, frames=rate.frames + 1, least_us=min(rate.least_us, delay_us))
    before, ended = rate.before, (rate.began, rate.least_us)
    rate = replace(rate, began=arrived, frames=1, least_us=delay_us, before=ended)
    if before is None:
        return rate
    return _judged(rate, (ended[1] - before[1]) / (ended[0] - before[0]))


def is_proved(rate: PtsRate) -> bool:
    """Did the last stretches show that its clock runs as time does?"""
    return _is_within(rate.drifts, *PROVED)


def _judged(rate: PtsRate, drift: float) -> PtsRate:
    drifts = (*rate.drifts, drift)[-REMEMBERED:]
    if rate.is_wrong:
        return replace(rate, drifts=drifts, is_wrong=not _is_within(drifts, *RIGHT))
    return replace(rate, drifts=drifts, is_wrong=any(_is_off(drifts, *how) for how in OFF))


def _is_within(drifts: tuple[float, ...], share: float, count: int) -> bool:
    last = drifts[-count:]
    return len(last) == count and all(abs(one) < share for one in last)


def _is_off(drifts: tuple[float, ...], share: float, count: int) -> bool:
    last = drifts[-count:]
    return len(last) == count and (
        all(one > share for one in last) or all(one < -share for one in last)
    )
