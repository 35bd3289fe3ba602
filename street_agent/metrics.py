"""The agent's metrics for a Prometheus and the first span of each trace. Counts what others do;
decides nothing."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import assert_never

from citybrain.bus.refusals import BusRefusal
from citybrain.clock import Timestamp
from citybrain.domain.event import Event, VerificationResult, VisibilityInterval
from citybrain.telemetry import trace_context
from citybrain.telemetry.metrics import MetricsRegistry
from citybrain.telemetry.spans import Spans
from citybrain.vocabulary import Phase
from street_agent.capture.port import FrameCounts
from street_agent.core.draft import Draft
from street_agent.limits import INBOX
from street_agent.outbox.disk_full_buffer import BUFFERED_DRAFTS
from street_agent.outbox.port import OutboxStats
from street_agent.status.readiness import BoxCode
from street_agent.status.readiness_report import ReadinessReport


class StreetMetrics:
    """Given to the agent loop; `observe` registers what is read at each scrape."""

    def __init__(self, registry: MetricsRegistry, spans: Spans) -> None:
        self._registry, self._spans = registry, spans
        self._events = registry.counter(
            "street_events", "Events put into the outbox.", ("kind", "severity")
        )
        self._visibility = registry.counter(
            "street_visibility_intervals", "Changes of what is known of a source.", ("state",)
        )
        self._verifications = registry.counter(
            "street_verifications", "Verification requests that were answered.", ("verdict",)
        )
        self._dropped = registry.counter(
            "street_messages_dropped",
            "Messages from the district dropped because the inbox was full; it sends them again.",
        )
        self._plugin_faults = registry.counter(
            "street_plugin_faults",
            "How often a camera or sensor of an installed package failed and was opened again.",
        )
        self._refused_readings = registry.counter(
            "street_readings_refused",
            "What sensors gave that is no reading: it is skipped.",
            ("reason",),
        )
        self._refusals = registry.counter(
            "street_broker_refusals",
            "What the broker and this box did not grant each other.",
            ("reason",),
        )
        self._age = registry.histogram(
            "street_observation_age_seconds",
            "From the moment a picture was taken to the decision about it.",
        )

    def observe(
        self,
        *,
        waiting: Callable[[], int],
        buffered: Callable[[], int],
        stats: Callable[[], OutboxStats],
        frame_counts: Callable[[], dict[str, FrameCounts]],
    ) -> None:
        """Register the gauges that are read at each scrape."""
        self._registry.limit(INBOX, waiting)
        self._registry.limit(BUFFERED_DRAFTS, buffered)
        self._registry.gauge("street_outbox_rows", "Items not yet acknowledged.").read_from(
            lambda: stats().rows
        )
        self._registry.gauge("street_outbox_bytes", "Their size.").read_from(lambda: stats().bytes)
        self._registry.gauge(
            "street_outbox_lost", "Items given up under a declared bound."
        ).read_from(lambda: stats().lost)
        self._registry.gauge(
            "street_outbox_set_apart", "Rows that could not be read, each declared to the district."
        ).read_from(lambda: stats().set_apart)
        self._registry.gauge(
            "street_outbox_files_damaged",
            "Damaged files kept aside, each replaced by a new outbox.",
        ).read_from(lambda: stats().files_damaged)
        frames = self._registry.gauge(
            "street_frames", "Frames since the start, by what became of them.", ("fate",)
        )
        for fate in ("captured", "used", "gated", "dropped", "damaged"):
            frames.read_from(partial(_sum, frame_counts, fate), fate)

    def frame_observed(self, age_s: float) -> None:
        self._age.observe(age_s)

    def drafts_stored(self, drafts: Sequence[Draft], at: Timestamp) -> None:
        """These are in the outbox now. An episode's start is the first span of its trace: from the
        picture to the outbox."""
        for draft in drafts:
            match draft:
                case Event():
                    self._events.add(1, draft.kind, draft.severity)
                    self._record_start(draft, at)
                case VisibilityInterval():
                    self._visibility.add(1, draft.visibility)
                case VerificationResult():
                    self._verifications.add(1, draft.verdict)
                case _:
                    assert_never(draft)

    def reading_refused(self, reason: str) -> None:
        self._refused_readings.add(1, reason)

    def refused(self, refusal: BusRefusal) -> None:
        self._refusals.add(1, refusal)

    def watch_broker(self, is_connected: Callable[[], bool]) -> None:
        """`is_connected` is called at every scrape."""
        self._registry.gauge(
            "street_broker_up", "1 while the broker is connected and serves this box."
        ).read_from(lambda: float(is_connected()))

    def watch_readiness(self, report: ReadinessReport) -> None:
        """Show which conditions last, at every scrape."""
        gauge = self._registry.gauge(
            "street_condition",
            "1 while it lasts: `citybrain street status` says what to do.",
            ("reason",),
        )
        for code in BoxCode:
            gauge.read_from(partial(_lasts, report, code), code.value)

    def message_dropped(self) -> None:
        self._dropped.add()

    def plugin_failed(self) -> None:
        self._plugin_faults.add()

    def _record_start(self, event: Event, at: Timestamp) -> None:
        context = (
            trace_context.parse_traceparent(event.traceparent)
            if event.phase is Phase.START
            else None
        )
        if context is not None:
            attributes = {
                "citybrain.source": event.source,
                "citybrain.rule": event.rule,
                "citybrain.kind": str(event.kind),
            }
            self._spans.record(
                "street.observe",
                context,
                parent=None,
                start=event.observed_at,
                end=at,
                error="",
                **attributes,
            )


def _lasts(report: ReadinessReport, code: BoxCode) -> float:
    return float(any(one.code is code for one in report.conditions()))


def _sum(frame_counts: Callable[[], dict[str, FrameCounts]], fate: str) -> float:
    return float(sum(getattr(counts, fate) for counts in frame_counts().values()))
