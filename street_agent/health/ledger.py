"""For every second of a source: observed, degraded or blind, because. Pure; says an interval only when what is known changes.

"No alarm" and "nobody looked" are different answers. What is noticed late (silence, a frozen picture) is booked from the moment at which it began.
"""

from citybrain.clock import SECOND_US, Timestamp
from citybrain.domain.event import SightInterval
from citybrain.ids import SourceId
from citybrain.value import Value, replace
from citybrain.vocabulary import Sight

AGENT_DOWN = (
    "agent_down"  # between the last sign of life of an earlier run and the start of this one
)
STARTING = "starting"


class Ledger(Value, frozen=True, kw_only=True):
    """What is known since when, and how much time went into each word. The three sums always add up to the time since the start."""

    source: SourceId
    sight: Sight
    because: str
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
) -> tuple[Ledger, tuple[SightInterval, ...]]:
    """A ledger that starts blind. With the last sign of life of the run before, the time in between is declared too."""
    ledger = Ledger(source=source, sight=Sight.BLIND, because=STARTING, since=at, until=at)
    down: tuple[SightInterval, ...] = ()
    if last_alive is not None and last_alive < at:
        down = (
            SightInterval(
                source=source, sight=Sight.BLIND, because=AGENT_DOWN, since=last_alive, until=at
            ),
        )
    return ledger, (*down, _interval(ledger))


def book(ledger: Ledger, at: Timestamp) -> Ledger:
    """Book the time up to `at` to what is known."""
    return _add(
        replace(ledger, until=max(at, ledger.until)), ledger.sight, max(0, at - ledger.until)
    )


def change(
    ledger: Ledger, sight: Sight, because: str, since: Timestamp, at: Timestamp
) -> tuple[Ledger, tuple[SightInterval, ...]]:
    """From `since` on, noticed at `at`, this is what is known: the closed interval before it and the open one from it are said."""
    if (sight, because) == (ledger.sight, ledger.because):
        return book(ledger, at), ()
    ledger = book(ledger, at)
    since = min(max(since, ledger.since), ledger.until)
    late = ledger.until - since
    moved = _add(_add(ledger, ledger.sight, -late), sight, late)
    closed = replace(_interval(ledger), until=since)
    after = replace(moved, sight=sight, because=because, since=since)
    said = (
        (closed, _interval(after))
        if closed.since < since and closed.because != STARTING
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


def _interval(ledger: Ledger) -> SightInterval:
    return SightInterval(
        source=ledger.source,
        sight=ledger.sight,
        because=ledger.because,
        since=ledger.since,
        until=None,
    )


def _add(ledger: Ledger, sight: Sight, micros: int) -> Ledger:
    if sight is Sight.OBSERVED:
        return replace(ledger, observed_us=ledger.observed_us + micros)
    if sight is Sight.DEGRADED:
        return replace(ledger, degraded_us=ledger.degraded_us + micros)
    return replace(ledger, blind_us=ledger.blind_us + micros)
