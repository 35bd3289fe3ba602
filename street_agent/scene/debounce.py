"""When a condition has lasted long enough to be reported, and been gone long enough to be over.
Pure; counts observed seconds only."""

from citybrain.clock import SECOND_US, Timestamp
from citybrain.structs import Struct, replace
from citybrain.vocabulary import Phase

# Observed seconds that a condition may be missing before its `hold_s` starts anew: three lost
# detections at 5 pictures a second.
DROPOUT_S = 0.6
NEVER = Timestamp(0)
REPEAT_S = 30.0  # an episode that does not change is still reported this often
ROUNDING_S = 1e-9  # of a sum of many short times


class Debounce(Struct, frozen=True, kw_only=True):
    """How long a condition must be present (`hold_s`) and absent (`clear_s`), in observed seconds;
    updates come at most every `update_s`."""

    hold_s: float
    clear_s: float
    update_s: float


class Dwell(Struct, frozen=True, kw_only=True):
    """How long a condition has been present or absent, and what was reported of it."""

    active: bool = False  # its start was reported, its end not yet
    present: bool = False  # in the last observation
    began_at: Timestamp = NEVER  # the first observation of this candidate or episode
    present_s: float = 0.0  # observed since then, with the condition present
    absent_s: float = 0.0  # observed since it was last present
    reported_at: Timestamp = NEVER
    reported_count: float = 0.0


IDLE = Dwell()


def debounce(
    dwell: Dwell,
    times: Debounce,
    *,
    present: bool,
    count: float,
    observed_s: float,
    at: Timestamp,
) -> tuple[Dwell, Phase | None]:
    """One more observation. An interval counts as presence (absence) when the condition was present
    (absent) at both of its ends."""
    if present:
        return _present(dwell, times, count, observed_s, at)
    if not dwell.active and not dwell.began_at:
        return dwell, None
    return _absent(dwell, times, observed_s)


def _present(
    dwell: Dwell, times: Debounce, count: float, observed_s: float, at: Timestamp
) -> tuple[Dwell, Phase | None]:
    began_at = dwell.began_at or at
    lasted = dwell.present_s + (observed_s if dwell.present else 0.0)
    dwell = replace(dwell, present=True, began_at=began_at, present_s=lasted, absent_s=0.0)
    if not dwell.active:
        if lasted + ROUNDING_S < times.hold_s:
            return dwell, None
        return replace(dwell, active=True, reported_at=at, reported_count=count), Phase.START
    silent_s = (at - dwell.reported_at) / SECOND_US
    if silent_s >= REPEAT_S or (count != dwell.reported_count and silent_s >= times.update_s):
        return replace(dwell, reported_at=at, reported_count=count), Phase.UPDATE
    return dwell, None


def _absent(dwell: Dwell, times: Debounce, observed_s: float) -> tuple[Dwell, Phase | None]:
    absent_s = dwell.absent_s + (observed_s if not dwell.present else 0.0)
    if dwell.active and absent_s + ROUNDING_S >= times.clear_s:
        return IDLE, Phase.END
    if not dwell.active and absent_s > min(DROPOUT_S, times.clear_s):
        return IDLE, None
    return replace(dwell, present=False, absent_s=absent_s), None
