"""The promise of the README, kept: a minute of one whole city on real video ends with exit code 0 and a summary."""

import json
import os
import subprocess
import sys
from collections import defaultdict

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from otlp import OtlpCollector

from citybrain.telemetry.spans import ENDPOINT


def _services_by_trace(posts: list[tuple[str, bytes]]) -> dict[bytes, set[tuple[str, str]]]:
    """(service, span name) pairs by trace id, of everything that was exported."""
    traces = defaultdict(set)
    for path, body in posts:
        if not path.endswith("/traces"):
            continue
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            service = next(
                pair.value.string_value
                for pair in resource.resource.attributes
                if pair.key == "service.name"
            )
            for span in (span for scope in resource.scope_spans for span in scope.spans):
                traces[span.trace_id].add((service, span.name))
    return traces


@pytest.fixture
def otlp_collector():
    with OtlpCollector() as collector:
        yield collector


@pytest.mark.timeout(420)
def test_a_minute_of_the_city_shows_the_whole_loop_and_breaks_no_law(tmp_path, otlp_collector):
    summary = tmp_path / "summary.json"
    environment = {
        **os.environ,
        ENDPOINT: otlp_collector.endpoint,
        "OTEL_EXPORTER_OTLP_COMPRESSION": "none",
    }
    command = [
        sys.executable,
        "-m",
        "citybrain.cli.main",
        "demo",
        "--duration",
        "75",
        "--headless",
        "--keep",
        str(tmp_path / "run"),
        "--json",
        str(summary),
    ]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=400, check=False, env=environment
    )
    assert done.returncode == 0, f"{done.stdout[-6000:]}\n{done.stderr[-2000:]}"
    told = json.loads(summary.read_text())
    assert told["missing"] == [] and told["exit_code"] == 0
    assert set(told["whole_way"]) & set(told["cross_district_done"])
    assert told["plans_issued"] >= 1 and told["simulated"]["officer issued"] == told["plans_issued"]
    assert {"crowding", "illegal_parking", "waterlogging"} <= set(told["events"])
    assert len(told["frames"]) == 3
    for tally in told["frames"].values():
        assert tally["captured"] > 100 and tally["used"] > 50 and tally["unaccounted"] == 0
    assert not any(law["broken"] for law in told["laws"].values())
    assert told["latency_ms"]["camera_to_order"]["count"] >= 3
    assert told["latency_ms"]["camera_to_order_city"]["count"] >= 1
    assert not any(told["deaths"].values())
    assert "What this run came to" in done.stdout and "The whole loop was seen" in done.stdout

    traces = _services_by_trace(otlp_collector.posts())
    tiers = [
        {"street" if service.startswith("street-") else service for service, _ in pairs}
        for pairs in traces.values()
    ]
    assert {"street", "citybrain-district", "citybrain-city"} in tiers, (
        f"no one trace went from a frame to an order across districts: {traces}"
    )
