"""Gives finished spans to the OpenTelemetry SDK, under the trace and span ids of our messages.
Exports by OTLP only where the environment names an endpoint.
"""

import os
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import SpanContext, SpanKind, TraceFlags
from opentelemetry.trace.status import Status, StatusCode

from citybrain.clock import Clock, Timestamp
from citybrain.distribution import install_hint
from citybrain.errors import ConfigError, ConfigProblem
from citybrain.ids import IdSource
from citybrain.telemetry.trace_context import TraceContext, child_context

SCOPE = "citybrain"  # of our spans, in OpenTelemetry's sense
ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
RECENT_SPANS = 1_000  # kept for tests and summaries

AttributeValue = str | int | float | bool


class Spans:
    """The spans of one process. A span of a trace that is not sampled costs one comparison."""

    def __init__(self, service: str, exporters: Sequence[SpanExporter] = ()) -> None:
        self._resource = Resource.create({"service.name": service})
        self._processors = [BatchSpanProcessor(exporter) for exporter in exporters]
        self._scope = InstrumentationScope(SCOPE)
        self.recent: deque[ReadableSpan] = deque(maxlen=RECENT_SPANS)

    @classmethod
    def from_environment(cls, service: str, environment: Mapping[str, str] = os.environ) -> "Spans":
        """Exports by OTLP over HTTP when OTEL_EXPORTER_OTLP_ENDPOINT is set; raises `ConfigError`
        when it is set and the exporter is not installed."""
        return cls(service, (_otlp(),) if environment.get(ENDPOINT) else ())

    def record(
        self,
        name: str,
        at: TraceContext,
        *,
        parent: TraceContext | None,
        start: Timestamp,
        end: Timestamp,
        error: str = "",
        **attributes: AttributeValue,
    ) -> None:
        """Record a finished span with the ids of `at` as a child of `parent` (None: the first of
        its trace)."""
        if not at.is_sampled:
            return
        span = ReadableSpan(
            name=name,
            context=_context(at, is_remote=False),
            parent=_context(parent, is_remote=True) if parent is not None else None,
            resource=self._resource,
            attributes=attributes,
            kind=SpanKind.INTERNAL,
            instrumentation_scope=self._scope,
            status=Status(StatusCode.ERROR, error) if error else Status(StatusCode.UNSET),
            start_time=start * 1000,
            end_time=end * 1000,
        )
        self.recent.append(span)
        for processor in self._processors:
            processor.on_end(span)

    @contextmanager
    def span(
        self,
        name: str,
        parent: TraceContext | None,
        *,
        clock: Clock,
        ids: IdSource,
        **attributes: AttributeValue,
    ) -> Iterator[TraceContext | None]:
        """Record the block as a child of `parent`; yields the child's context for messages sent
        from inside. Does nothing when there is no trace."""
        if parent is None:
            yield None
            return
        here, start, error = child_context(parent, ids), clock.now(), ""
        try:
            yield here
        except BaseException as raised:
            error = type(raised).__name__
            raise
        finally:
            self.record(
                name, here, parent=parent, start=start, end=clock.now(), error=error, **attributes
            )

    def close(self) -> None:
        """Export what is pending and end the exporters' threads."""
        for processor in self._processors:
            processor.shutdown()  # type: ignore[no-untyped-call, unused-ignore]  # untyped


def _context(trace: TraceContext, *, is_remote: bool) -> SpanContext:
    flags = TraceFlags(TraceFlags.SAMPLED if trace.is_sampled else TraceFlags.DEFAULT)
    return SpanContext(
        trace_id=int(trace.trace_id, 16),
        span_id=int(trace.span_id, 16),
        is_remote=is_remote,
        trace_flags=flags,
    )


def _otlp() -> SpanExporter:
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    except ImportError as error:
        raise missing_exporter() from error
    return OTLPSpanExporter()


def missing_exporter() -> ConfigError:
    """The error for an endpoint in the environment without an installed exporter."""
    problem = ConfigProblem(
        key=ENDPOINT,
        problem="it is set, but the OTLP exporter is not installed",
        remedy=f"Install it ({install_hint('otlp')}), or unset it.",
    )
    return ConfigError("the environment", (problem,))
