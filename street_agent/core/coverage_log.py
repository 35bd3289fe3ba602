"""For every second of a source: observed, degraded or blind, and for what reason. Pure; emits an
interval only when what is known changes.

"No alarm" and "nobody observed it" are different answers. What is noticed late (silence, a frozen
picture) is accounted for from the moment at which it began.
"""

from citybrain.clock import SECOND_US, Timestamp
from citybrain.domain.event import VisibilityInterval
from citybrain.ids import SourceId
from citybrain.structs import Struct, replace
from citybrain.vocabulary import Visibility

AGENT_DOWN = "agent_down"  # between the last sign of life of an earlier run and this start
STARTING = "starting"


class CoverageLog(Struct, frozen=True, kw_only=True):
    """What is known since when, and how much time was spent in each visibility. The three sums
    always add up to the time since the start."""

    source: SourceId
    visibility: Visibility
    reason: str
    since: Timestamp
    until: Timestamp  # accounted for up to here
    observed_us: int = 0
    degraded_us: int = 0
    blind_us: int = 0

    @property
    def total_us(self) -> int:
        return self.observed_us + self.degraded_us + self.blind_us


def begin(
    source: SourceId, at: Timestamp, *, last_alive: Timestamp | None = None
) -> tuple[CoverageLog, tuple[VisibilityInterval, ...]]:
    """A log that starts blind. With the last sign of life of the run before, the time in between is
    declared too."""
    log = CoverageLog(
        source=source, visibility=Visibility.BLIND, reason=STARTING, since=at, until=at
    )
    if last_alive is None or last_alive >= at:
        return log, (open_interval(log),)
    down = VisibilityInterval(
        source=source,
        visibility=Visibility.BLIND,
        reason=AGENT_DOWN,
        since=last_alive,
        until=at,
    )
    return log, (down, open_interval(log))


def extend(log: CoverageLog, at: Timestamp) -> CoverageLog:
    """Account for the time up to `at` under what is known."""
    return _add(replace(log, until=max(at, log.until)), log.visibility, max(0, at - log.until))


def change(
    log: CoverageLog, visibility: Visibility, reason: str, since: Timestamp, at: Timestamp
) -> tuple[CoverageLog, tuple[VisibilityInterval, ...]]:
    """From `since` on, noticed at `at`, this is what is known. Emits the closed interval before it
    and the open one from it."""
    if (visibility, reason) == (log.visibility, log.reason):
        return extend(log, at), ()
    log = extend(log, at)
    since = min(max(since, log.since), log.until)
    late = log.until - since
    moved = _add(_add(log, log.visibility, -late), visibility, late)
    closed = replace(open_interval(log), until=since)
    after = replace(moved, visibility=visibility, reason=reason, since=since)
    if closed.since < since and closed.reason != STARTING:
        return after, (closed, open_interval(after))
    return after, (open_interval(after),)


def seconds(log: CoverageLog) -> tuple[float, float, float]:
    """Observed, degraded and blind seconds so far."""
    return (log.observed_us / SECOND_US, log.degraded_us / SECOND_US, log.blind_us / SECOND_US)


def open_interval(log: CoverageLog) -> VisibilityInterval:
    """What is known now, since when."""
    return VisibilityInterval(
        source=log.source,
        visibility=log.visibility,
        reason=log.reason,
        since=log.since,
        until=None,
    )


def _add(log: CoverageLog, visibility: Visibility, micros: int) -> CoverageLog:
    if visibility is Visibility.OBSERVED:
        return replace(log, observed_us=log.observed_us + micros)
    if visibility is Visibility.DEGRADED:
        return replace(log, degraded_us=log.degraded_us + micros)
    return replace(log, blind_us=log.blind_us + micros)
