"""A recording stepped through as fast as the consumer asks: no thread, no clock, the same frames and times at every run. For tests, replays and benchmarks."""

from collections.abc import Generator

from citybrain.clock import SECOND_US, ManualClock, Timestamp
from citybrain.ids import SourceId
from street_agent.capture import timeline
from street_agent.capture.frame import Frame
from street_agent.capture.port import Tally, VisibilityChange
from street_agent.capture.slot import Slot
from street_agent.capture.stream import open_stream
from street_agent.capture.timeline import Reel
from street_agent.capture.visibility import SightLimits
from street_agent.capture.watch import Watch


def frames(
    source: SourceId, address: str, *, start_at: Timestamp, loops: int = 1
) -> Generator[Frame, None, None]:
    """Every frame of a file, taken at `start_at` plus its media time. Raises `CameraError`."""
    reel: Reel | None = None
    for _ in range(loops):
        reel = None if reel is None else timeline.rewind(reel)
        with open_stream(address) as stream:
            for shot in stream.shots():
                reel, media_s, cut = timeline.roll(
                    reel or Reel(frame_s=1 / stream.rate), pts_s=shot.pts_s
                )
                yield Frame(
                    source=source,
                    seq=reel.count,
                    captured_at=Timestamp(start_at + round(media_s * SECOND_US)),
                    error_ms=0.0,
                    width=shot.width,
                    height=shot.height,
                    cut=cut,
                    picture=shot.picture,
                )


class SteppedCamera:
    """`port.Camera` whose `latest` gives the next frame at once; node time is media time (`clock`). Raises `CameraError` at `start`."""

    def __init__(
        self,
        *,
        source: SourceId,
        address: str,
        start_at: Timestamp,
        loops: int = 1,
        limits: SightLimits | None = None,
    ) -> None:
        self._source = source
        self.clock = ManualClock(start_at)
        self._slot, self._watch = Slot(), Watch(self.clock, limits=limits)
        self._frames = frames(source, address, start_at=start_at, loops=loops)
        self._next: Frame | None = None
        self._ended = False

    @property
    def source(self) -> SourceId:
        return self._source

    @property
    def ended(self) -> bool:
        return self._ended

    def start(self) -> None:
        self._next = next(self._frames, None)

    def latest(self, after_seq: int, *, wait_s: float = 0.0) -> Frame | None:
        while (frame := self._step()) is not None:
            self._slot.put(frame)
            if frame.seq > after_seq:
                return self._slot.take(after_seq)
        return None

    def settle(self, seq: int, *, used: bool) -> None:
        self._slot.settle(seq, used=used)

    def tally(self) -> Tally:
        return self._slot.tally()

    def visibility(self) -> VisibilityChange:
        return self._watch.now()

    def take_changes(self) -> tuple[VisibilityChange, ...]:
        return self._watch.take_changes()

    def trouble(self) -> str:
        return ""

    def stop(self) -> None:
        self._frames.close()
        self._slot.close()

    def _step(self) -> Frame | None:
        frame = self._next
        if frame is None:
            if not self._ended:
                self._ended = True
                self._watch.lose("ended")
            return None
        self.clock.advance((frame.captured_at - self.clock.now()) / SECOND_US)
        self._watch.show(frame)
        self._next = next(self._frames, None)
        return frame
