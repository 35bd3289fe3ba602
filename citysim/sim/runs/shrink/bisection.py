"""Bisection: the earliest moment at which a predicate holds. Pure."""

import math
from collections.abc import Callable


def earliest(
    holds_at: Callable[[float], bool],
    end_s: float,
    *,
    step_s: float = 0.1,
    may_continue: Callable[[], bool] = lambda: True,
) -> float:
    """A moment, a multiple of `step_s`, at which it holds and a step before which it does not.

    It must hold at `end_s` rounded up to a step: that is not evaluated. Where it holds in several
    stretches the result begins one of them. When it may no longer continue, the earliest moment
    that is known.
    """
    before, at = 0, math.ceil(end_s / step_s - 1e-6)
    while at - before > 1 and may_continue():
        middle = (before + at) // 2
        before, at = (before, middle) if holds_at(_moment(middle, step_s)) else (middle, at)
    return _moment(at, step_s)


def _moment(steps: int, step_s: float) -> float:
    """As it is written on a command line."""
    return round(steps * step_s, 3)
