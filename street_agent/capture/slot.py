"""The one place between the camera's thread and its consumer: the newest frame wins, and every frame is accounted for."""

import threading
from dataclasses import replace

from street_agent.capture.frame import Frame
from street_agent.capture.port import Tally


class Slot:
    """Holds at most one waiting frame and knows of at most one in hand. Thread-safe; waiting is on a condition."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: Frame | None = None
        self._in_hand: int | None = None
        self._tally = Tally()
        self._closed = False

    def put(self, frame: Frame) -> None:
        """Offer the newest frame; the one that waited is dropped, but not the cut that it marked."""
        with self._changed:
            if self._waiting is not None and self._waiting.cut and not frame.cut:
                frame = replace(frame, cut=True)
            self._displace()
            self._waiting = frame
            if self._closed:
                self._displace()
            self._changed.notify_all()

    def take(self, after_seq: int, *, wait_s: float = 0.0) -> Frame | None:
        """The waiting frame when its `seq` is above `after_seq`, waiting for one up to `wait_s`; what was in hand and not settled is dropped."""
        with self._changed:
            self._changed.wait_for(
                lambda: self._closed or self._is_newer(after_seq), timeout=wait_s
            )
            if not self._is_newer(after_seq):
                return None
            frame, self._waiting = self._waiting, None
            assert frame is not None
            self._drop_in_hand()
            self._in_hand = frame.seq
            self._tally = replace(self._tally, captured=self._tally.captured + 1, in_hand=1)
            return frame

    def settle(self, seq: int, *, used: bool) -> None:
        """What became of the frame in hand. A frame that is no longer in hand was counted already: nothing happens."""
        with self._changed:
            if self._in_hand != seq:
                return
            self._in_hand = None
            t = self._tally
            self._tally = replace(t, used=t.used + used, gated=t.gated + (not used), in_hand=0)

    def tally(self) -> Tally:
        with self._changed:
            return self._tally

    def wake(self) -> None:
        """Let a waiting consumer look around (the source has ended)."""
        with self._changed:
            self._changed.notify_all()

    def close(self) -> None:
        """No more frames: what waits and what is in hand is dropped, and waiting ends."""
        with self._changed:
            self._closed = True
            self._displace()
            self._drop_in_hand()
            self._changed.notify_all()

    def _is_newer(self, after_seq: int) -> bool:
        return self._waiting is not None and self._waiting.seq > after_seq

    def _displace(self) -> None:
        if self._waiting is not None:
            self._waiting = None
            self._tally = replace(
                self._tally, captured=self._tally.captured + 1, dropped=self._tally.dropped + 1
            )

    def _drop_in_hand(self) -> None:
        if self._in_hand is not None:
            self._in_hand = None
            self._tally = replace(self._tally, dropped=self._tally.dropped + 1, in_hand=0)
