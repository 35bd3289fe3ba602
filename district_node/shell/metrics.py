"""A district's metrics and trace spans, from its commits and its gateway, and what of them its log
should say. Decides nothing.
"""

import logging
from collections.abc import Callable, Sequence

from citybrain.bus.refusals import BusRefusal
from citybrain.clock import Clock, Timestamp, seconds_between
from citybrain.decider.command import Notice
from citybrain.decider.decider import Committed
from citybrain.ids import IdSource
from citybrain.telemetry.metrics import MetricsRegistry
from citybrain.telemetry.spans import Spans
from citybrain.telemetry.trace_context import child_context, parse_traceparent
from district_node.cores.state import DistrictState

log = logging.getLogger(__name__)


class DistrictMetrics:
    """The metrics of one node. `committed` runs on the commit thread."""

    def __init__(
        self, registry: MetricsRegistry, spans: Spans, clock: Clock, ids: IdSource
    ) -> None:
        self._spans, self._clock, self._ids = spans, clock, ids
        self._messages = registry.counter(
            "district_messages", "Messages of agents, by what became of them.", ("result",)
        )
        self._dropped = registry.counter(
            "district_messages_dropped",
            "Messages of agents that were dropped undecoded, for their sender sent too many.",
            ("reason",),
        )
        self._series = registry.counter(
            "district_series_messages",
            "Messages with a point a minute of what sources count and read, by their fate.",
            ("result",),
        )
        self._quarantined = registry.counter(
            "district_quarantined", "Messages that were quarantined.", ("reason",)
        )
        self._stages = registry.counter(
            "district_incident_stages", "Stages that incidents entered.", ("stage",)
        )
        self._ended = registry.counter(
            "district_incidents_ended",
            "Incidents that ended, by kind and by what they turned out to be.",
            ("kind", "disposition"),
        )
        self._orders = registry.counter("district_orders_issued", "Orders issued to own crews.")
        self._doubtful = registry.counter(
            "district_positions_doubtful",
            "Times that a unit began to report positions that it could not have reached.",
        )
        self._letters = registry.counter(
            "district_letters_set_apart",
            "Letters of the link to the city that one side could not take.",
            ("fate",),
        )
        self._travel_faults = registry.counter(
            "district_travel_times_faulty",
            "Matchings that went by great circle, for the travel times in force were faulty.",
        )
        self._logged_fault = ""
        self._refusals = registry.counter(
            "district_broker_refusals",
            "What the broker and this node did not grant each other.",
            ("reason",),
        )
        self._link = registry.gauge("district_link_up", "1 while the link is up.", ("link",))
        self._journal_s = registry.histogram(
            "district_event_to_journal_seconds",
            "From the frame (or reading) at which a live condition started to its commit.",
        )

    def message(self, result: str) -> None:
        self._messages.add(1, result)

    def series_message(self, result: str) -> None:
        self._series.add(1, result)

    def message_dropped(self, reason: str, count: int = 1) -> None:
        self._dropped.add(count, reason)

    def quarantined(self, reason: str) -> None:
        self._quarantined.add(1, reason)

    def refused_by_broker(self, refusal: BusRefusal) -> None:
        self._refusals.add(1, refusal)

    def watch_link(self, name: str, is_up: Callable[[], bool]) -> None:
        """`is_up` is called at every scrape."""
        self._link.read_from(lambda: float(is_up()), name)

    def event_journaled(self, observed_at: Timestamp) -> None:
        self._journal_s.observe(max(0.0, seconds_between(observed_at, self._clock.now())))

    def committed(self, _state: DistrictState, committed: Sequence[Committed]) -> None:
        for one in committed:
            for command in one.commands:
                if isinstance(command, Notice):
                    self._on_notice(command)

    def _on_notice(self, notice: Notice) -> None:
        if notice.code == "stage":
            self._stages.add(1, notice.detail)
        elif notice.code == "ended":
            kind, _, disposition = notice.detail.partition(" ")
            self._ended.add(1, kind, disposition)
        elif notice.code == "position_doubtful":
            self._doubtful.add()
        elif notice.code in ("letter_quarantined", "letter_refused"):
            self._letters.add(1, notice.code.removeprefix("letter_"))
        elif notice.code == "travel_times_faulty":
            self._travel_faults.add()
            if notice.detail != self._logged_fault:  # the same one comes with every matching
                log.error("units are matched by great circle: %s", notice.detail)
            self._logged_fault = notice.detail
        elif notice.code == "issued":
            self._orders.add()
            origin = parse_traceparent(notice.detail)
            if origin is not None:
                now = self._clock.now()
                self._spans.record(
                    "order issued",
                    child_context(origin, self._ids),
                    parent=origin,
                    start=now,
                    end=now,
                    order=notice.subject,
                )
