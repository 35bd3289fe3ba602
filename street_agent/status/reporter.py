"""What the agent publishes of itself once a second: one entry for each source, the outbox beside
it. Counts; decides nothing."""

from collections.abc import Callable, Sequence
from typing import Protocol

from citybrain.clock import SECOND_US, Instant, Timestamp
from citybrain.domain.agent import AgentStatus, SourceStatus, ViewCone
from citybrain.geo import Point
from citybrain.ids import AgentId, SourceId
from citybrain.structs import Struct
from street_agent.capture.port import FrameCounts
from street_agent.core import coverage_log
from street_agent.core.agent_setup import AgentSetup
from street_agent.core.coverage_log import CoverageLog
from street_agent.core.decide import AgentState
from street_agent.outbox.port import OutboxStats


class FrameCounter(Protocol):
    """What a status reads of a camera."""

    @property
    def source(self) -> SourceId: ...

    def frame_counts(self) -> FrameCounts: ...


class CameraProgress(Protocol):
    """A camera, and how long the detector takes with its pictures."""

    @property
    def camera(self) -> FrameCounter: ...

    @property
    def infer_ms(self) -> float: ...


class _Count(Struct, frozen=True, kw_only=True):
    captured: int
    at: Instant


class StatusReporter:
    """Remembers the last count of each source, for the rates."""

    def __init__(
        self,
        *,
        setup: AgentSetup,
        cameras: Sequence[CameraProgress],
        version: str,
        stats: Callable[[], OutboxStats],
    ) -> None:
        self._setup, self._version, self._stats = setup, version, stats
        self._cameras = {progress.camera.source: progress for progress in cameras}
        self._last: dict[str, _Count] = {}

    @property
    def agent(self) -> AgentId:
        return self._setup.agent

    def status(
        self, state: AgentState, at: Timestamp, now: Instant, *, online: bool
    ) -> AgentStatus:
        """The agent at `at`."""
        cameras = tuple(self._camera(name, state, at, now) for name in self._setup.cameras)
        sensors = tuple(self._sensor(name, state, at, now) for name in self._setup.sensors)
        stats = self._stats()
        return AgentStatus(
            agent=self._setup.agent,
            online=online,
            at=at,
            software_version=self._version,
            outbox_rows=stats.rows,
            outbox_bytes=stats.bytes,
            lost=stats.lost,
            sources=(*cameras, *sensors),
            set_apart=stats.set_apart,
            outboxes_damaged=stats.files_damaged,
        )

    def frame_counts(self) -> dict[str, FrameCounts]:
        """By source."""
        return {name: p.camera.frame_counts() for name, p in sorted(self._cameras.items())}

    def _camera(self, name: str, state: AgentState, at: Timestamp, now: Instant) -> SourceStatus:
        setup = self._setup.cameras[name]
        progress = self._cameras[setup.source]
        counts = progress.camera.frame_counts()
        return _source_status(
            coverage_log.extend(state.cameras[name].source.coverage, at),
            setup.place,
            is_camera=True,
            fps=self._rate(name, counts.captured, now),
            infer_ms=round(progress.infer_ms, 2),
            counts=counts,
            view_cone=setup.view_cone,
        )

    def _sensor(self, name: str, state: AgentState, at: Timestamp, now: Instant) -> SourceStatus:
        readings = state.sensors[name].readings
        return _source_status(
            coverage_log.extend(state.sensors[name].source.coverage, at),
            self._setup.sensors[name].place,
            is_camera=False,
            fps=self._rate(name, readings, now),
            infer_ms=0.0,
            counts=FrameCounts(captured=readings, used=readings),
        )

    def _rate(self, name: str, captured: int, now: Instant) -> float:
        last, self._last[name] = self._last.get(name), _Count(captured=captured, at=now)
        if last is None or now <= last.at:
            return 0.0
        return round((captured - last.captured) / (now - last.at) * SECOND_US, 2)


def _source_status(
    coverage: CoverageLog,
    place: Point,
    *,
    is_camera: bool,
    fps: float,
    infer_ms: float,
    counts: FrameCounts,
    view_cone: ViewCone | None = None,
) -> SourceStatus:
    observed_s, degraded_s, blind_s = coverage_log.seconds(coverage)
    return SourceStatus(
        source=coverage.source,
        is_camera=is_camera,
        place=place,
        visibility=coverage.visibility,
        reason=coverage.reason,
        fps=fps,
        infer_ms=infer_ms,
        captured=counts.captured,
        used=counts.used,
        gated=counts.gated,
        dropped=counts.dropped + counts.damaged,  # neither was looked at
        observed_s=round(observed_s, 3),
        degraded_s=round(degraded_s, 3),
        blind_s=round(blind_s, 3),
        view_cone=view_cone,
    )
