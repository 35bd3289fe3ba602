"""A recording stepped through as fast as the consumer asks: no thread, no clock, the same frames
and times at every run. For tests, replays and benchmarks."""

from collections.abc import Generator
from contextlib import closing

from citybrain.clock import SECOND_US, ManualClock, Timestamp
from citybrain.ids import SourceId
from citybrain.structs import Struct
from street_agent.capture import timeline
from street_agent.capture.frame import Frame
from street_agent.capture.geometry import AS_SENT, Geometry, Shape
from street_agent.capture.latest_frame import LatestFrame
from street_agent.capture.libav.stream import DamagedFrame, open_stream
from street_agent.capture.port import CameraVisibility, FrameCounts
from street_agent.capture.timeline import FileTimeline
from street_agent.capture.visibility import VisibilityLimits
from street_agent.capture.visibility_monitor import VisibilityMonitor


class DamagedAt(Struct, frozen=True, kw_only=True):
    """A frame arrived damaged at this time: nobody may look at it."""

    at: Timestamp


def frames(
    source: SourceId,
    address: str,
    *,
    start_at: Timestamp,
    loops: int = 1,
    geometry: Geometry = AS_SENT,
) -> Generator[Frame, None, None]:
    """Every frame of a file that is whole, taken at `start_at` plus its media time. Raises
    `CameraError`."""
    given = _frames(source, address, start_at=start_at, loops=loops, geometry=geometry)
    with closing(given):
        yield from (one for one in given if isinstance(one, Frame))


def _frames(
    source: SourceId, address: str, *, start_at: Timestamp, loops: int, geometry: Geometry
) -> Generator[Frame | DamagedAt, None, None]:
    line: FileTimeline | None = None
    shape: Shape | None = None
    for _ in range(loops):
        line = None if line is None else timeline.restart_file(line)
        with open_stream(address, geometry) as stream:
            for decoded in stream.frames():
                line = line or FileTimeline(frame_s=1 / stream.rate)
                if isinstance(decoded, DamagedFrame):
                    line, media_s = timeline.pass_in_file(line, pts_s=decoded.pts_s)
                    yield DamagedAt(at=_at(start_at, media_s))
                    continue
                line, media_s, discontinuity = timeline.place_in_file(line, pts_s=decoded.pts_s)
                was_reshaped, shape = shape not in (None, decoded.shape), decoded.shape
                yield Frame(
                    source=source,
                    seq=line.count,
                    captured_at=_at(start_at, media_s),
                    error_ms=0.0,
                    width=shape.width,
                    height=shape.height,
                    discontinuity=discontinuity or was_reshaped,
                    picture=decoded.picture,
                )


def _at(start_at: Timestamp, media_s: float) -> Timestamp:
    return Timestamp(start_at + round(media_s * SECOND_US))


class SteppedCamera:
    """`port.Camera` whose `latest` gives the next frame at once; node time is media time (`clock`).
    Raises `CameraError` at `start`."""

    def __init__(
        self,
        *,
        source: SourceId,
        address: str,
        start_at: Timestamp,
        loops: int = 1,
        geometry: Geometry = AS_SENT,
        limits: VisibilityLimits | None = None,
    ) -> None:
        self._source = source
        self.clock = ManualClock(start_at)
        self._mailbox = LatestFrame()
        self._monitor = VisibilityMonitor(self.clock, limits=limits)
        self._frames = _frames(source, address, start_at=start_at, loops=loops, geometry=geometry)
        self._next: Frame | DamagedAt | None = None
        self._ended = False

    @property
    def source(self) -> SourceId:
        return self._source

    @property
    def ended(self) -> bool:
        return self._ended

    def start(self) -> None:
        self._next = next(self._frames, None)

    def latest(
        self,
        after_seq: int,
        *,
        wait_s: float = 0.0,  # noqa: ARG002 - the port's signature; this camera never waits
    ) -> Frame | None:
        while (frame := self._step()) is not None:
            self._mailbox.put(frame)
            if frame.seq > after_seq:
                return self._mailbox.take(after_seq)
        return None

    def release(self, seq: int, *, used: bool) -> None:
        self._mailbox.release(seq, used=used)

    def frame_counts(self) -> FrameCounts:
        return self._mailbox.counts()

    def visibility(self) -> CameraVisibility:
        return self._monitor.current()

    def take_changes(self) -> tuple[CameraVisibility, ...]:
        return self._monitor.take_changes()

    def last_error(self) -> str:
        return ""

    def stop(self) -> None:
        self._frames.close()
        self._mailbox.close()

    def _step(self) -> Frame | None:
        while isinstance(self._next, DamagedAt):
            self._advance(self._next.at)
            self._mailbox.count_damaged()
            self._monitor.observe_damaged(self._next.at)
            self._next = next(self._frames, None)
        frame = self._next
        if frame is None:
            if not self._ended:
                self._ended = True
                self._monitor.report_lost("ended")
            return None
        self._advance(frame.captured_at)
        self._monitor.observe(frame)
        self._next = next(self._frames, None)
        return frame

    def _advance(self, at: Timestamp) -> None:
        self.clock.advance(max(0, at - self.clock.now()) / SECOND_US)
