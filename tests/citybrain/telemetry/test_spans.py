"""Finished spans carry the ids that travelled, so that a district's span hangs below the
street's.
"""

import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace.status import StatusCode

from citybrain.clock import ManualClock, Timestamp
from citybrain.ids import CountingIds
from citybrain.telemetry.spans import RECENT_SPANS, Spans
from citybrain.telemetry.trace_context import (
    child_context,
    format_traceparent,
    parse_traceparent,
    start_trace,
)


@pytest.fixture
def exporter():
    return InMemorySpanExporter()


@pytest.fixture
def spans(exporter):
    spans = Spans("street-agent", [exporter])
    yield spans
    spans.close()


def test_a_span_below_what_travelled_hangs_below_it(spans, exporter):
    ids, clock = CountingIds(), ManualClock()
    frame = start_trace(ids)
    spans.record(
        "frame", frame, parent=None, start=clock.now(), end=clock.advance(0.02), camera_fps=5.0
    )
    travelled = parse_traceparent(format_traceparent(frame))
    with spans.span("ingest", travelled, clock=clock, ids=ids, kind="crowding") as here:
        clock.advance(0.5)
    spans.close()
    first, second = exporter.get_finished_spans()
    assert first.context.trace_id == second.context.trace_id == int(frame.trace_id, 16)
    assert second.parent.span_id == first.context.span_id
    assert second.context.span_id == int(here.span_id, 16)
    assert second.end_time - second.start_time == 500_000_000
    assert (first.parent, dict(second.attributes)) == (None, {"kind": "crowding"})
    assert first.resource.attributes["service.name"] == "street-agent"


def test_what_is_not_sampled_is_not_recorded(spans):
    trace = start_trace(CountingIds(), sample_ratio=0)
    spans.record("frame", trace, parent=None, start=Timestamp(0), end=Timestamp(1))
    with spans.span("ingest", trace, clock=ManualClock(), ids=CountingIds()) as here:
        assert here.trace_id == trace.trace_id
    assert list(spans.recent) == []


def test_without_a_trace_the_block_runs_all_the_same(spans):
    with spans.span("ingest", None, clock=ManualClock(), ids=CountingIds()) as here:
        assert here is None
    assert list(spans.recent) == []


def test_an_error_in_the_block_is_on_the_span_and_goes_on(spans):
    with (
        pytest.raises(KeyError),
        spans.span("ingest", start_trace(CountingIds()), clock=ManualClock(), ids=CountingIds()),
    ):
        raise KeyError("x")
    assert (spans.recent[0].status.status_code, spans.recent[0].status.description) == (
        StatusCode.ERROR,
        "KeyError",
    )


def test_only_the_recent_spans_are_retained():
    spans, ids = Spans("s"), CountingIds()
    root = start_trace(ids)
    for number in range(RECENT_SPANS + 5):
        spans.record(
            f"n{number}",
            child_context(root, ids),
            parent=root,
            start=Timestamp(0),
            end=Timestamp(1),
        )
    assert len(spans.recent) == RECENT_SPANS
    assert spans.recent[0].name == "n5"


def test_nothing_is_exported_unless_the_environment_names_an_endpoint():
    assert Spans.from_environment("s", {})._processors == []


def test_a_collector_on_the_network_gets_the_spans(collector):
    spans, ids = Spans.from_environment("street-agent"), CountingIds()
    spans.record("frame", start_trace(ids), parent=None, start=Timestamp(0), end=Timestamp(1))
    spans.close()
    path, body = collector.posts.get(timeout=20)
    assert path == "/v1/traces"
    assert b"street-agent" in body
    assert bytes.fromhex("00000000000000010000000000000002") in body
