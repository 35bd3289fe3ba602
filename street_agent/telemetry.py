"""The agent's metrics and spans, their endpoint and their push, as one thing to start and stop."""

from collections.abc import Callable
from pathlib import Path

from citybrain.clock import Clock
from citybrain.enrolment.upkeep import IdentityUpkeep
from citybrain.ids import IdSource
from citybrain.telemetry.metrics import MetricsRegistry
from citybrain.telemetry.metrics_endpoint import MetricsEndpoint, serve
from citybrain.telemetry.otlp_push import OtlpPush
from citybrain.telemetry.spans import Spans
from street_agent.agent_loop import AgentLoop
from street_agent.config import StreetConfig
from street_agent.metrics import StreetMetrics
from street_agent.outbox.disk_full_buffer import DiskFullBuffer
from street_agent.outbox.port import OutboxStats
from street_agent.status.reporter import StatusReporter


class AgentTelemetry:
    """Of one agent."""

    def __init__(self, config: StreetConfig) -> None:
        service = f"street-{config.agent}"
        self._config = config.metrics
        self._registry = MetricsRegistry()
        self._spans = Spans.from_environment(service)
        self._push = OtlpPush.from_environment(self._registry, service)
        self._endpoint: MetricsEndpoint | None = None
        self.metrics = StreetMetrics(self._registry, self._spans)

    def start(
        self,
        loop: AgentLoop,
        outbox: DiskFullBuffer,
        stats: Callable[[], OutboxStats],
        status: StatusReporter,
    ) -> None:
        self.metrics.observe(
            waiting=lambda: loop.waiting,
            buffered=lambda: outbox.buffered,
            stats=stats,
            frame_counts=status.frame_counts,
        )
        if self._config.port:
            self._endpoint = serve(
                self._registry,
                port=self._config.port,
                host=self._config.host,
                allowed_hosts=self._config.allowed_hosts,
            )

    def upkeep(self, data_dir: Path, clock: Clock, ids: IdSource) -> IdentityUpkeep:
        """Of the box's identity, measured here."""
        return IdentityUpkeep(
            data_dir, clock=clock, ids=ids, registry=self._registry, is_server=False
        )

    def stop_endpoint(self) -> None:
        if self._endpoint is not None:
            self._endpoint.stop()

    def close(self) -> None:
        self._push.close()
        self._spans.close()
