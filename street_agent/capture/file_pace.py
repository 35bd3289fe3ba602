"""Plays a file in real time: each frame waits until it is due, and its time is the due time, not
the moment at which the wait ended."""

import threading

from citybrain.clock import SECOND_US, Clock, Instant, Timestamp
from citybrain.structs import Struct
from street_agent.capture import timeline
from street_agent.capture.timeline import FileTimeline, FrameTime

# A file that falls behind its own time by more (the box was suspended) goes on from now, after a
# discontinuity.
LATE_S_MAX = 5.0


class _Anchor(Struct, frozen=True, kw_only=True):
    """The node time and the instant that media time 0 of a file stands for."""

    at: Timestamp
    instant: Instant


class FilePace:
    """The file of one camera, over its repetitions. Used by the camera's thread alone; a wait ends
    early when `stop` is set."""

    def __init__(self, clock: Clock, stop: threading.Event) -> None:
        self._clock, self._stop = clock, stop
        self._line: FileTimeline | None = None
        self._anchor: _Anchor | None = None

    @property
    def has_begun(self) -> bool:
        """Did it ever hold a frame?"""
        return self._line is not None

    def place(self, pts_s: float | None, rate: float) -> FrameTime:
        """Wait until the frame is due; `rate`: frames a second that the file declares."""
        line, media_s, discontinuity = timeline.place_in_file(self._begun(rate), pts_s=pts_s)
        at, is_new = self._wait(line, media_s)
        return FrameTime(at=at, error_ms=0.0, discontinuity=discontinuity or is_new)

    def skip(self, pts_s: float | None, rate: float) -> None:
        """Wait as long for a frame that shows nothing."""
        line, media_s = timeline.pass_in_file(self._begun(rate), pts_s=pts_s)
        self._wait(line, media_s)

    def restart(self) -> None:
        """Its next frame follows the last one, after a discontinuity."""
        if self._line is not None:
            self._line = timeline.restart_file(self._line)

    def _begun(self, rate: float) -> FileTimeline:
        return self._line or FileTimeline(frame_s=1 / rate)

    def _wait(self, line: FileTimeline, media_s: float) -> tuple[Timestamp, bool]:
        """When the frame is due, after the wait for it; whether its time begins anew."""
        self._line, media_us, anchor = line, round(media_s * SECOND_US), self._anchor
        is_late = (
            anchor is None
            or (self._clock.instant() - anchor.instant - media_us) / SECOND_US > LATE_S_MAX
        )
        if anchor is None or is_late:
            anchor = self._anchor = _Anchor(
                at=Timestamp(self._clock.now() - media_us),
                instant=Instant(self._clock.instant() - media_us),
            )
        wait_s = (anchor.instant + media_us - self._clock.instant()) / SECOND_US
        if wait_s > 0:
            self._stop.wait(wait_s)
        return Timestamp(anchor.at + media_us), is_late
