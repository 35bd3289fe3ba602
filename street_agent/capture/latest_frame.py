"""The mailbox between the camera's thread and its consumer: the newest frame wins, and every frame
is accounted for."""

import threading

from citybrain.structs import replace
from street_agent.capture.frame import Frame
from street_agent.capture.port import FrameCounts


class LatestFrame:
    """Holds at most one waiting frame and knows of at most one in progress. Thread-safe; waits on a
    condition."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: Frame | None = None
        self._in_progress: int | None = None
        self._counts = FrameCounts()
        self._closed = False

    def put(self, frame: Frame) -> None:
        """Offer the newest frame; the one that waited is dropped, but not the discontinuity that it
        marked."""
        with self._changed:
            if (
                self._waiting is not None
                and self._waiting.discontinuity
                and not frame.discontinuity
            ):
                frame = replace(frame, discontinuity=True)
            self._displace()
            self._waiting = frame
            if self._closed:
                self._displace()
            self._changed.notify_all()

    def take(self, after_seq: int, *, wait_s: float = 0.0) -> Frame | None:
        """The waiting frame when its `seq` is above `after_seq`, waiting for one up to `wait_s`;
        what was in progress and not released is dropped."""
        with self._changed:
            self._changed.wait_for(
                lambda: self._closed or self._is_newer(after_seq), timeout=wait_s
            )
            frame = self._waiting
            if frame is None or frame.seq <= after_seq:
                return None
            self._waiting = None
            self._drop_in_progress()
            self._in_progress = frame.seq
            counts = self._counts
            self._counts = replace(counts, captured=counts.captured + 1, in_progress=1)
            return frame

    def release(self, seq: int, *, used: bool) -> None:
        """What became of the frame in progress. A frame that is no longer in progress was counted
        already: nothing happens."""
        with self._changed:
            if self._in_progress != seq:
                return
            self._in_progress = None
            counts = self._counts
            self._counts = replace(
                counts,
                used=counts.used + used,
                gated=counts.gated + (not used),
                in_progress=0,
            )

    def count_damaged(self) -> None:
        """A frame arrived that nobody may look at. What waits is older, and whole."""
        with self._changed:
            counts = self._counts
            self._counts = replace(counts, captured=counts.captured + 1, damaged=counts.damaged + 1)

    def counts(self) -> FrameCounts:
        with self._changed:
            return self._counts

    def wake(self) -> None:
        """Let a waiting consumer check again (the source has ended)."""
        with self._changed:
            self._changed.notify_all()

    def close(self) -> None:
        """No more frames: what waits and what is in progress is dropped, and waiting ends."""
        with self._changed:
            self._closed = True
            self._displace()
            self._drop_in_progress()
            self._changed.notify_all()

    def _is_newer(self, after_seq: int) -> bool:
        return self._waiting is not None and self._waiting.seq > after_seq

    def _displace(self) -> None:
        if self._waiting is not None:
            self._waiting = None
            counts = self._counts
            self._counts = replace(counts, captured=counts.captured + 1, dropped=counts.dropped + 1)

    def _drop_in_progress(self) -> None:
        if self._in_progress is not None:
            self._in_progress = None
            self._counts = replace(self._counts, dropped=self._counts.dropped + 1, in_progress=0)
