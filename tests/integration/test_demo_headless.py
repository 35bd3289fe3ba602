"""A minute of one whole city on real video ends with exit code 0 and a summary."""

import json
import os
import subprocess
import sys
from collections import defaultdict

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from rigs.otlp_collector import OtlpCollector

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
def test_a_minute_of_the_city_shows_the_whole_loop_and_violates_no_law(tmp_path, otlp_collector):
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
        "100",  # beside two other workers a box has time for a third of its frames
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
    result = json.loads(summary.read_text())
    assert result["missing"] == [] and result["exit_code"] == 0
    assert set(result["full_lifecycle"]) & set(result["cross_district_completed"])
    assert (
        result["plans_issued"] >= 1
        and result["simulated"]["officer issued"] == result["plans_issued"]
    )
    assert {"crowding", "illegal_parking", "waterlogging"} <= set(result["events"])
    assert len(result["frames"]) == 3
    for counts in result["frames"].values():
        assert counts["captured"] > 100 and counts["used"] > 50 and counts["unaccounted"] == 0
    assert not any(law["violations"] for law in result["laws"].values())
    assert result["latency_ms"]["camera_to_order"]["count"] >= 3
    assert result["latency_ms"]["camera_to_order_city"]["count"] >= 1
    assert not any(result["deaths"].values())
    assert "Summary of this run" in done.stdout and "The whole loop was seen" in done.stdout

    traces = _services_by_trace(otlp_collector.posts())
    tiers = [
        {"street" if service.startswith("street-") else service for service, _ in pairs}
        for pairs in traces.values()
    ]
    assert {"street", "citybrain-district", "citybrain-city"} in tiers, (
        f"no one trace went from a frame to an order across districts: {traces}"
    )
