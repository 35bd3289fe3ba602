"""Finished spans into the OpenTelemetry SDK, under the trace and span ids that our messages carry. OTLP only where the environment names an endpoint."""

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

from citybrain import __name__ as SCOPE
from citybrain.clock import Clock, Timestamp
from citybrain.errors import ConfigError, Fault
from citybrain.ids import IdSource
from citybrain.telemetry.trace import Trace, child

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
RECENT_SPANS = 1_000  # kept for a look from inside; older ones are forgotten

Value = str | int | float | bool


class Spans:
    """Where a process records what it did. Spans of traces that are not sampled cost one comparison."""

    def __init__(self, service: str, exporters: Sequence[SpanExporter] = ()) -> None:
        self._resource = Resource.create({"service.name": service})
        self._processors = [BatchSpanProcessor(exporter) for exporter in exporters]
        self._scope = InstrumentationScope(SCOPE)
        self.recent: deque[ReadableSpan] = deque(maxlen=RECENT_SPANS)

    @classmethod
    def from_environment(cls, service: str, environment: Mapping[str, str] = os.environ) -> "Spans":
        """Exports by OTLP over HTTP when OTEL_EXPORTER_OTLP_ENDPOINT is set; raises `ConfigError` when it is and the exporter is not installed."""
        return cls(service, (_otlp(),) if environment.get(ENDPOINT) else ())

    def record(
        self,
        name: str,
        at: Trace,
        *,
        parent: Trace | None,
        start: Timestamp,
        end: Timestamp,
        error: str = "",
        **attributes: Value,
    ) -> None:
        """A finished span: it has the ids of `at` and hangs below `parent` (None: it is the first of its trace)."""
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
        self, name: str, parent: Trace | None, *, clock: Clock, ids: IdSource, **attributes: Value
    ) -> Iterator[Trace | None]:
        """Record the block as a child of `parent` and give the child's place for what is sent from inside. Does nothing when there is no trace."""
        if parent is None:
            yield None
            return
        here, start, error = child(parent, ids), clock.now(), ""
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
        """Export what waits and end the exporters' threads."""
        for processor in self._processors:
            processor.shutdown()


def _context(trace: Trace, *, is_remote: bool) -> SpanContext:
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
    fault = Fault(
        key=ENDPOINT,
        wrong="it is set, but the OTLP exporter is not installed",
        right="Install citybrain[otlp], or unset it.",
    )
    return ConfigError("the environment", (fault,))
