"""What the district shows to a Prometheus, and its spans: read off the commits and the door. Decides nothing."""

from collections.abc import Callable, Sequence

from citybrain.clock import Clock, Timestamp, seconds_between
from citybrain.decider.command import Notice
from citybrain.decider.decider import Committed
from citybrain.ids import IdSource
from citybrain.telemetry.metrics import Meters
from citybrain.telemetry.spans import Spans
from citybrain.telemetry.trace import child, parse
from district_node.cores.state import DistrictState


class DistrictMeters:
    """Counters of one node. `committed` runs on the writer thread."""

    def __init__(self, meters: Meters, spans: Spans, clock: Clock, ids: IdSource) -> None:
        self.registry, self._spans, self._clock, self._ids = meters, spans, clock, ids
        self._messages = meters.counter(
            "district_messages", "Messages of agents, by what became of them.", ("result",)
        )
        self._quarantined = meters.counter(
            "district_quarantined", "Messages set aside.", ("reason",)
        )
        self._stages = meters.counter(
            "district_incident_stages", "Stages that incidents entered.", ("stage",)
        )
        self._orders = meters.counter("district_orders_issued", "Orders issued to own crews.")
        self._link = meters.gauge("district_link_up", "1 while the link is up.", ("link",))
        self._journal_s = meters.histogram(
            "district_event_to_journal_seconds",
            "From the frame (or reading) at which a live condition started to its commit.",
        )

    def message(self, result: str) -> None:
        self._messages.add(1, result)

    def quarantined(self, reason: str) -> None:
        self._quarantined.add(1, reason)

    def watch_link(self, name: str, is_up: Callable[[], bool]) -> None:
        """Ask whenever somebody looks."""
        self._link.read_from(lambda: float(is_up()), name)

    def event_journaled(self, observed_at: Timestamp) -> None:
        self._journal_s.observe(max(0.0, seconds_between(observed_at, self._clock.now())))

    def committed(self, _state: DistrictState, taken: Sequence[Committed]) -> None:
        for one in taken:
            for command in one.commands:
                if isinstance(command, Notice):
                    self._noticed(command)

    def _noticed(self, notice: Notice) -> None:
        if notice.what == "stage":
            self._stages.add(1, notice.detail)
        elif notice.what == "issued":
            self._orders.add()
            origin = parse(notice.detail)
            if origin is not None:
                now = self._clock.now()
                self._spans.record(
                    "order issued",
                    child(origin, self._ids),
                    parent=origin,
                    start=now,
                    end=now,
                    order=notice.subject,
                )
