"""How often the detector looks at a camera: what its configuration asks for, the floor below which
its scene does not count as observed, and what is served. Pure.

The one place that computes them. The coverage log, the status, `street check` and everything above
read them here, so that no two can say different things of one second.
"""

from collections.abc import Sequence

from citybrain.clock import SECOND_US, Timestamp
from citybrain.structs import Struct, replace

TOO_FEW_LOOKS = "too_few_looks"  # degraded: what stays for a few seconds may be missed
NOT_PROCESSED = "not_processed"  # blind: pictures come, but the detector does not process them

FLOOR_FPS = 1.0  # unless a camera asks for less, or its configuration says another
# Below this no tracker knows after ten seconds who has been there all the while.
FLOOR_FPS_MIN = 0.5
INTERVALS = 8  # as many are averaged
INTERVALS_TRUSTED = 3  # fewer do not end a stretch of too few looks
MISSED_SHARE, MET_SHARE = 0.8, 0.9  # of the floor: below it is missed, from here on it is met again
OVERDUE_INTERVALS = 2.0  # of the floor: one look that is later is too few
UNPROCESSED_INTERVALS, UNPROCESSED_S = 5.0, 5.0  # … and this late, nobody looks at all


class RateLimits(Struct, frozen=True, kw_only=True):
    """Looks a second that are asked for, and the floor of them."""

    asked_fps: float
    floor_fps: float

    @property
    def overdue_s(self) -> float:
        """From this interval between two looks on there are too few."""
        return OVERDUE_INTERVALS / self.floor_fps

    @property
    def unprocessed_s(self) -> float:
        """From this interval on the time between was not observed at all."""
        return max(UNPROCESSED_S, UNPROCESSED_INTERVALS / self.floor_fps)


class DetectionRate(Struct, frozen=True, kw_only=True):
    """`looks`: when the last pictures were taken that the detector processed. `began_at`: since
    when there have been pictures for it. `reason`: why there were too few, "" when there were
    enough."""

    began_at: Timestamp | None = None
    looks: tuple[Timestamp, ...] = ()
    reason: str = ""


def floor_of(asked_fps: float, configured_fps: float | None = None) -> float:
    """The floor of a camera that asks for so much."""
    if configured_fps is not None:
        return configured_fps
    return max(FLOOR_FPS_MIN, min(FLOOR_FPS, asked_fps))


def begin(rate: DetectionRate, at: Timestamp) -> DetectionRate:
    """Pictures come again from `at` on: what was before is not connected with it."""
    return replace(rate, began_at=at, looks=())


def look(rate: DetectionRate, limits: RateLimits, at: Timestamp, *, is_gap: bool) -> DetectionRate:
    """A picture was processed. `is_gap`: the time before it is not connected with it."""
    last = last_look(rate)
    is_first = is_gap or last is None or at - last > limits.unprocessed_s * SECOND_US
    looks = (at,) if is_first else (*rate.looks[-INTERVALS:], at)
    return replace(rate, looks=looks)


def wait(rate: DetectionRate, limits: RateLimits, at: Timestamp) -> DetectionRate:
    """Judge what is served at `at`."""
    reason = _reason(rate, limits, at)
    return rate if reason == rate.reason else replace(rate, reason=reason)


def due_at(rate: DetectionRate, limits: RateLimits) -> Timestamp | None:
    """When `wait` will next find another reason if nobody looks until then, None: never."""
    last = last_look(rate)
    if last is None or rate.reason == NOT_PROCESSED:
        return None
    seconds = limits.unprocessed_s if rate.reason else limits.overdue_s
    return Timestamp(last + round(seconds * SECOND_US) + 1)


def last_look(rate: DetectionRate) -> Timestamp | None:
    """The last look, or since when there could have been one."""
    return rate.looks[-1] if rate.looks else rate.began_at


def since(before: DetectionRate, after: DetectionRate, at: Timestamp) -> Timestamp:
    """From when on the reason of `after`, found at `at`, holds; the one of `before` did until
    then."""
    last = last_look(after)
    if last is None or not (after.reason or before.reason == NOT_PROCESSED):
        return at
    was_found_by_a_look = after.looks and last == at and after.reason != NOT_PROCESSED
    return after.looks[0] if was_found_by_a_look else last


def served_fps(rate: DetectionRate, at: Timestamp) -> float:
    """Looks a second by the last ones, or fewer where the next one is overdue; 0 before there are
    two."""
    if len(rate.looks) < 2:
        return 0.0
    overdue_s = (at - rate.looks[-1]) / SECOND_US
    mean_fps = _mean_fps(rate)
    most_fps = MISSED_SHARE * OVERDUE_INTERVALS / overdue_s if overdue_s > 0 else mean_fps
    return min(mean_fps, most_fps)


def predicted_fps(asked_fps: Sequence[float], look_s: Sequence[float]) -> tuple[float, ...]:
    """Looks a second that cameras will be served by one detector that takes turns, by what each
    asks for and the seconds that one look of it takes: all that it asks for, or where that is too
    much an equal rate for those that ask for more."""
    served = [0.0] * len(asked_fps)
    room, hungry_s = 1.0, sum(look_s)  # of each second; one look of all that are not served yet
    for camera in sorted(range(len(asked_fps)), key=lambda n: asked_fps[n]):
        fair_fps = room / hungry_s if hungry_s > 0 else asked_fps[camera]
        served[camera] = min(asked_fps[camera], fair_fps)
        room -= served[camera] * look_s[camera]
        hungry_s -= look_s[camera]
    return tuple(served)


def is_missed(served: float, limits: RateLimits) -> bool:
    """Whether so many looks a second are too few."""
    return served < MISSED_SHARE * limits.floor_fps


def _reason(rate: DetectionRate, limits: RateLimits, at: Timestamp) -> str:
    last = last_look(rate)
    if last is None:
        return rate.reason
    passed_us, intervals = at - last, len(rate.looks) - 1
    if passed_us > limits.unprocessed_s * SECOND_US:
        return NOT_PROCESSED
    if rate.reason == NOT_PROCESSED and intervals < 1:
        return NOT_PROCESSED  # one look says nothing of the time before it
    if passed_us > limits.overdue_s * SECOND_US:
        return TOO_FEW_LOOKS
    if intervals < (1 if rate.reason == NOT_PROCESSED else INTERVALS_TRUSTED):
        return rate.reason
    share = MET_SHARE if rate.reason else MISSED_SHARE
    return TOO_FEW_LOOKS if _mean_fps(rate) < share * limits.floor_fps else ""


def _mean_fps(rate: DetectionRate) -> float:
    return (len(rate.looks) - 1) / (rate.looks[-1] - rate.looks[0]) * SECOND_US
