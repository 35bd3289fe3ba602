"""Pushes the metrics by OTLP, for cities that do not scrape: an OpenTelemetry instrument observes
each of ours. Measures nothing itself.
"""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence

from opentelemetry.metrics import CallbackOptions, Observation
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import MetricReader, PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource

from citybrain.telemetry.metrics import PREFIX, Counter, Gauge, Histogram, MetricsRegistry
from citybrain.telemetry.spans import ENDPOINT, missing_exporter

EVERY_MS = 15_000


class OtlpPush:
    """Exports `registry` until closed. A histogram's count and sum are exported, its buckets are
    not."""

    def __init__(
        self, registry: MetricsRegistry, service: str, readers: Sequence[MetricReader]
    ) -> None:
        self._provider = MeterProvider(
            metric_readers=readers,
            resource=Resource.create({"service.name": service}),
            shutdown_on_exit=False,
        )
        self._meter = self._provider.get_meter(PREFIX)
        if readers:
            registry.on_made(self._observe)

    @classmethod
    def from_environment(
        cls, registry: MetricsRegistry, service: str, environment: Mapping[str, str] = os.environ
    ) -> "OtlpPush":
        """Pushes when OTEL_EXPORTER_OTLP_ENDPOINT is set, else does nothing; raises `ConfigError`
        when it is set and the exporter is not installed."""
        return cls(registry, service, (_otlp_reader(),) if environment.get(ENDPOINT) else ())

    def close(self) -> None:
        """Push what is pending and end the exporter's thread."""
        self._provider.shutdown()

    def _observe(self, name: str, metric: Counter | Gauge | Histogram) -> None:
        match metric:
            case Counter():
                self._meter.create_observable_counter(
                    f"{PREFIX}_{name}", [_observer(metric, f"{name}_total")]
                )
            case Gauge():
                self._meter.create_observable_gauge(f"{PREFIX}_{name}", [_observer(metric, name)])
            case Histogram():
                for part in ("count", "sum"):
                    self._meter.create_observable_counter(
                        f"{PREFIX}_{name}_{part}", [_observer(metric, f"{name}_{part}")]
                    )


def _observer(
    metric: Counter | Gauge | Histogram, sample: str
) -> Callable[[CallbackOptions], Iterable[Observation]]:
    def observe(_: CallbackOptions) -> Iterable[Observation]:
        return [
            Observation(value, labels) for name, labels, value in metric.samples() if name == sample
        ]

    return observe


def _otlp_reader() -> MetricReader:
    try:
        from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
    except ImportError as error:
        raise missing_exporter() from error
    return PeriodicExportingMetricReader(OTLPMetricExporter(), export_interval_millis=EVERY_MS)
