"""The same numbers by OpenTelemetry: those there were and those to come."""

import pytest
from opentelemetry.sdk.metrics.export import InMemoryMetricReader

from citybrain.telemetry.metrics import MetricsRegistry
from citybrain.telemetry.otlp_push import OtlpPush


@pytest.fixture
def registry():
    return MetricsRegistry()


def pushed(reader):
    data = reader.get_metrics_data()
    found = {}
    for metric in data.resource_metrics[0].scope_metrics[0].metrics:
        for point in metric.data.data_points:
            found[metric.name, *sorted(dict(point.attributes).items())] = point.value
    return found


def test_every_kind_of_metric_is_pushed_whenever_it_was_made(registry):
    reader = InMemoryMetricReader()
    before = registry.counter("events", "Events.", ("severity",))
    push = OtlpPush(registry, "district", [reader])
    registry.gauge("rows", "Rows.").set(7)
    registry.histogram("commit_seconds", "Commits.").observe(0.5)
    before.add(3, "Severe")
    assert pushed(reader) == {
        ("citybrain_events", ("severity", "Severe")): 3,
        ("citybrain_rows",): 7,
        ("citybrain_commit_seconds_count",): 1,
        ("citybrain_commit_seconds_sum",): 0.5,
    }
    assert (
        reader.get_metrics_data().resource_metrics[0].resource.attributes["service.name"]
        == "district"
    )
    push.close()


def test_nothing_is_pushed_unless_the_environment_names_an_endpoint(registry):
    OtlpPush.from_environment(registry, "district", {}).close()
    assert registry._on_made == []


def test_a_collector_on_the_network_gets_the_metrics(registry, collector):
    push = OtlpPush.from_environment(registry, "district")
    registry.counter("events", "Events.").add(3)
    push.close()
    path, body = collector.posts.get(timeout=20)
    assert path == "/v1/metrics"
    assert b"citybrain_events" in body
