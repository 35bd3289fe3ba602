"""The smallest number of steps of which something is so, by halving. Pure."""

import math
from collections.abc import Callable


def earliest(
    holds_at: Callable[[float], bool],
    end_s: float,
    *,
    step_s: float = 0.1,
    may_go_on: Callable[[], bool] = lambda: True,
) -> float:
    """A moment (a multiple of the step) at which it holds and a step before which it did not. It holds at the end, rounded up to a step; that is not asked.

    What comes and goes again has several such moments; this is one of them. When it may no longer go on: the earliest that is known.
    """
    before, at = 0, math.ceil(end_s / step_s - 1e-6)
    while at - before > 1 and may_go_on():
        middle = (before + at) // 2
        before, at = (before, middle) if holds_at(_moment(middle, step_s)) else (middle, at)
    return _moment(at, step_s)


def _moment(steps: int, step_s: float) -> float:
    """As it is written on a command line."""
    return round(steps * step_s, 3)
