"""What a district's metrics and its log say of notices."""

import logging

from citybrain.clock import ManualClock
from citybrain.decider.command import Notice
from citybrain.ids import CountingIds
from citybrain.telemetry.metrics import MetricsRegistry
from citybrain.telemetry.spans import Spans
from district_node.shell.metrics import DistrictMetrics


class Commit:
    """What a commit has for the metrics: its commands."""

    def __init__(self, *commands):
        self.commands = commands


def test_faulty_travel_times_are_counted_and_logged(caplog):
    registry = MetricsRegistry()
    metrics = DistrictMetrics(registry, Spans("test"), ManualClock(), CountingIds())
    faulty = Notice(code="travel_times_faulty", subject="roads/7", detail="roads/7 hold nan")
    with caplog.at_level(logging.ERROR):
        metrics.committed(None, [Commit(faulty), Commit(faulty)])
    assert registry.value("district_travel_times_faulty_total") == 2
    assert caplog.messages == ["units are matched by great circle: roads/7 hold nan"]
