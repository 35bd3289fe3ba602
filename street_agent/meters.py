"""The agent's numbers for a Prometheus and the first span of each trace. Counts what others do; decides nothing."""

from collections.abc import Callable, Sequence
from functools import partial

from citybrain.clock import Timestamp
from citybrain.domain.event import Event, VerificationResult, VisibilityInterval
from citybrain.telemetry import trace
from citybrain.telemetry.metrics import Meters
from citybrain.telemetry.spans import Spans
from citybrain.vocabulary import Phase
from street_agent.capture.port import Tally
from street_agent.limits import INBOX
from street_agent.outbox.holding import HELD_DRAFTS
from street_agent.outbox.port import Draft, OutboxStats


class StreetMeters:
    """Give it to the mind; `watch` what is read when somebody looks."""

    def __init__(self, meters: Meters, spans: Spans) -> None:
        self._meters, self._spans = meters, spans
        self._events = meters.counter(
            "street_events", "Events put into the outbox.", ("kind", "severity")
        )
        self._sights = meters.counter(
            "street_sight_intervals", "Changes of what is known of a source.", ("state",)
        )
        self._answers = meters.counter(
            "street_reobserved", "Requests to look again that were answered.", ("verdict",)
        )
        self._dropped = meters.counter(
            "street_news_dropped",
            "Messages from the district dropped because the inbox was full; it says them again.",
        )
        self._age = meters.histogram(
            "street_look_age_seconds",
            "From the moment a picture was taken to the decision about it.",
        )

    def watch(
        self,
        *,
        waiting: Callable[[], int],
        held: Callable[[], int],
        stats: Callable[[], OutboxStats],
        tallies: Callable[[], dict[str, Tally]],
    ) -> None:
        """Gauges that are read when somebody looks."""
        self._meters.limit(INBOX, waiting)
        self._meters.limit(HELD_DRAFTS, held)
        self._meters.gauge("street_outbox_rows", "Items not yet acknowledged.").read_from(
            lambda: stats().rows
        )
        self._meters.gauge("street_outbox_bytes", "Their size.").read_from(lambda: stats().bytes)
        self._meters.gauge(
            "street_outbox_lost", "Items given up under a declared bound."
        ).read_from(lambda: stats().lost)
        frames = self._meters.gauge(
            "street_frames", "Frames since the start, by what became of them.", ("fate",)
        )
        for fate in ("captured", "used", "gated", "dropped"):
            frames.read_from(partial(_sum, tallies, fate), fate)

    def looked(self, age_s: float) -> None:
        self._age.observe(age_s)

    def said(self, drafts: Sequence[Draft], at: Timestamp) -> None:
        """These are in the outbox now. An episode's start is the first span of its trace: from the picture to the outbox."""
        for draft in drafts:
            match draft:
                case Event():
                    self._events.add(1, draft.kind, draft.severity)
                    self._record(draft, at)
                case VisibilityInterval():
                    self._sights.add(1, draft.visibility)
                case VerificationResult():
                    self._answers.add(1, draft.verdict)

    def _record(self, event: Event, at: Timestamp) -> None:
        place = trace.parse(event.traceparent) if event.phase is Phase.START else None
        if place is not None:
            names = {
                "citybrain.source": event.source,
                "citybrain.rule": event.rule,
                "citybrain.kind": str(event.kind),
            }
            self._spans.record(
                "street.see", place, parent=None, start=event.observed_at, end=at, error="", **names
            )

    def dropped_news(self) -> None:
        self._dropped.add()


def _sum(tallies: Callable[[], dict[str, Tally]], fate: str) -> float:
    return float(sum(getattr(tally, fate) for tally in tallies().values()))
