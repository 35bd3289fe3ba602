"""What the agent says of itself once a second: one line for each source, the outbox beside it. Counts; decides nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from citybrain.clock import SECOND_US, Instant, Timestamp
from citybrain.domain.agent import AgentStatus, SourceStatus
from citybrain.geo import Point
from citybrain.ids import AgentId, SourceId
from street_agent.capture.port import Tally
from street_agent.core.decide import AgentState
from street_agent.core.setup import AgentSetup
from street_agent.health import ledger
from street_agent.health.ledger import Ledger
from street_agent.outbox.port import OutboxStats


class Counted(Protocol):
    """What of a camera a status tells."""

    @property
    def source(self) -> SourceId: ...

    def tally(self) -> Tally: ...


class Gaze(Protocol):
    """A camera, and how long the detector takes with its pictures."""

    @property
    def camera(self) -> Counted: ...

    @property
    def infer_ms(self) -> float: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _Count:
    captured: int
    at: Instant


class Reporter:
    """Remembers the last count of each source, for the rates."""

    def __init__(
        self,
        *,
        setup: AgentSetup,
        eyes: Sequence[Gaze],
        version: str,
        stats: Callable[[], OutboxStats],
    ) -> None:
        self._setup, self._version, self._stats = setup, version, stats
        self._eyes = {eye.camera.source: eye for eye in eyes}
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
        kept = self._stats()
        return AgentStatus(
            agent=self._setup.agent,
            online=online,
            at=at,
            version=self._version,
            outbox_rows=kept.rows,
            outbox_bytes=kept.bytes,
            lost=kept.lost,
            sources=(*cameras, *sensors),
        )

    def tallies(self) -> dict[str, Tally]:
        return {name: eye.camera.tally() for name, eye in sorted(self._eyes.items())}

    def _camera(self, name: str, state: AgentState, at: Timestamp, now: Instant) -> SourceStatus:
        eye, setup = self._eyes[self._setup.cameras[name].source], self._setup.cameras[name]
        tally = eye.camera.tally()
        book = ledger.book(state.cameras[name].source.ledger, at)
        fps = self._rate(name, tally.captured, now)
        return _line(
            book, setup.place, is_camera=True, fps=fps, infer_ms=round(eye.infer_ms, 2), tally=tally
        )

    def _sensor(self, name: str, state: AgentState, at: Timestamp, now: Instant) -> SourceStatus:
        readings = state.sensors[name].readings
        book = ledger.book(state.sensors[name].source.ledger, at)
        tally = Tally(captured=readings, used=readings)
        return _line(
            book,
            self._setup.sensors[name].place,
            is_camera=False,
            fps=self._rate(name, readings, now),
            infer_ms=0.0,
            tally=tally,
        )

    def _rate(self, name: str, captured: int, now: Instant) -> float:
        last, self._last[name] = self._last.get(name), _Count(captured=captured, at=now)
        if last is None or now <= last.at:
            return 0.0
        return round((captured - last.captured) / (now - last.at) * SECOND_US, 2)


def _line(
    book: Ledger, place: Point, *, is_camera: bool, fps: float, infer_ms: float, tally: Tally
) -> SourceStatus:
    observed_s, degraded_s, blind_s = ledger.seconds(book)
    return SourceStatus(
        source=book.source,
        is_camera=is_camera,
        place=place,
        visibility=book.visibility,
        reason=book.reason,
        fps=fps,
        infer_ms=infer_ms,
        captured=tally.captured,
        used=tally.used,
        gated=tally.gated,
        dropped=tally.dropped,
        observed_s=round(observed_s, 3),
        degraded_s=round(degraded_s, 3),
        blind_s=round(blind_s, 3),
    )
