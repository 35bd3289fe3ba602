"""For every second of a source: observed, degraded or blind, because. Pure; says an interval only when what is known changes.

"No alarm" and "nobody looked" are different answers. What is noticed late (silence, a frozen picture) is booked from the moment at which it began.
"""

from citybrain.clock import SECOND_US, Timestamp
from citybrain.domain.event import VisibilityInterval
from citybrain.ids import SourceId
from citybrain.structs import Struct, replace
from citybrain.vocabulary import Visibility

AGENT_DOWN = (
    "agent_down"  # between the last sign of life of an earlier run and the start of this one
)
STARTING = "starting"


class Ledger(Struct, frozen=True, kw_only=True):
    """What is known since when, and how much time went into each word. The three sums always add up to the time since the start."""

    source: SourceId
    visibility: Visibility
    reason: str
    since: Timestamp
    until: Timestamp  # booked up to here
    observed_us: int = 0
    degraded_us: int = 0
    blind_us: int = 0

    @property
    def booked_us(self) -> int:
        return self.observed_us + self.degraded_us + self.blind_us


def begin(
    source: SourceId, at: Timestamp, *, last_alive: Timestamp | None = None
) -> tuple[Ledger, tuple[VisibilityInterval, ...]]:
    """A ledger that starts blind. With the last sign of life of the run before, the time in between is declared too."""
    ledger = Ledger(source=source, visibility=Visibility.BLIND, reason=STARTING, since=at, until=at)
    down: tuple[VisibilityInterval, ...] = ()
    if last_alive is not None and last_alive < at:
        down = (
            VisibilityInterval(
                source=source,
                visibility=Visibility.BLIND,
                reason=AGENT_DOWN,
                since=last_alive,
                until=at,
            ),
        )
    return ledger, (*down, _interval(ledger))


def book(ledger: Ledger, at: Timestamp) -> Ledger:
    """Book the time up to `at` to what is known."""
    return _add(
        replace(ledger, until=max(at, ledger.until)), ledger.visibility, max(0, at - ledger.until)
    )


def change(
    ledger: Ledger, visibility: Visibility, reason: str, since: Timestamp, at: Timestamp
) -> tuple[Ledger, tuple[VisibilityInterval, ...]]:
    """From `since` on, noticed at `at`, this is what is known: the closed interval before it and the open one from it are said."""
    if (visibility, reason) == (ledger.visibility, ledger.reason):
        return book(ledger, at), ()
    ledger = book(ledger, at)
    since = min(max(since, ledger.since), ledger.until)
    late = ledger.until - since
    moved = _add(_add(ledger, ledger.visibility, -late), visibility, late)
    closed = replace(_interval(ledger), until=since)
    after = replace(moved, visibility=visibility, reason=reason, since=since)
    said = (
        (closed, _interval(after))
        if closed.since < since and closed.reason != STARTING
        else (_interval(after),)
    )
    return after, said


def seconds(ledger: Ledger) -> tuple[float, float, float]:
    """Observed, degraded and blind seconds so far."""
    return (
        ledger.observed_us / SECOND_US,
        ledger.degraded_us / SECOND_US,
        ledger.blind_us / SECOND_US,
    )


def _interval(ledger: Ledger) -> VisibilityInterval:
    return VisibilityInterval(
        source=ledger.source,
        visibility=ledger.visibility,
        reason=ledger.reason,
        since=ledger.since,
        until=None,
    )


def _add(ledger: Ledger, visibility: Visibility, micros: int) -> Ledger:
    if visibility is Visibility.OBSERVED:
        return replace(ledger, observed_us=ledger.observed_us + micros)
    if visibility is Visibility.DEGRADED:
        return replace(ledger, degraded_us=ledger.degraded_us + micros)
    return replace(ledger, blind_us=ledger.blind_us + micros)
