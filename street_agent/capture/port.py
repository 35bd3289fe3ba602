"""What the agent needs of a camera.

Adapters: `live.LiveCamera` (own thread: RTSP, HTTP, USB, files in real time) and
`stepped.SteppedCamera` (files, as fast as the consumer asks).
"""

from typing import Protocol

from citybrain.clock import Timestamp
from citybrain.ids import SourceId
from citybrain.structs import Struct
from citybrain.vocabulary import Visibility
from street_agent.capture.frame import Frame


class FrameCounts(Struct, frozen=True, kw_only=True):
    """What became of every frame: captured = used + gated + dropped + damaged + in_progress,
    always, and at most one is in progress.

    A frame counts as captured when it was taken or displaced; the one that still waits is not
    counted yet.
    """

    captured: int = 0
    used: int = 0  # processed by the detector
    gated: int = 0  # taken and not processed
    dropped: int = 0  # displaced by a newer one, or given up when the camera stopped
    damaged: int = 0  # arrived damaged, or builds on one that did: never looked at
    in_progress: int = 0  # taken and not yet released


class CameraVisibility(Struct, frozen=True, kw_only=True):
    """What is known of the source from `since` on. `reason` is "" when observed, else a code of
    `visibility.VISIBILITY_OF`."""

    visibility: Visibility
    reason: str
    since: Timestamp


class Camera(Protocol):
    """One source of frames. All methods may be called from any one consumer thread; none raises
    because of the source."""

    @property
    def source(self) -> SourceId: ...

    def start(self) -> None:
        """Begin to capture. Returns at once; a source that cannot be opened is tried for ever and
        shows in `visibility` and `last_error`."""
        ...

    def latest(self, after_seq: int, *, wait_s: float = 0.0) -> Frame | None:
        """Take the newest frame whose `seq` is above `after_seq`; wait for one up to `wait_s`.
        None: there was none.

        Whatever was taken before and not released counts as dropped.
        """
        ...

    def release(self, seq: int, *, used: bool) -> None:
        """What became of the frame in progress: used by the detector, or gated."""
        ...

    def frame_counts(self) -> FrameCounts: ...

    def visibility(self) -> CameraVisibility:
        """What is known of the source now, silence included."""
        ...

    def take_changes(self) -> tuple[CameraVisibility, ...]:
        """Every change of visibility since the last call, oldest first. Call it at least every half
        second: silence is noticed here too."""
        ...

    def last_error(self) -> str:
        """What went wrong last and how to mend it, for people; "" when nothing is wrong."""
        ...

    @property
    def ended(self) -> bool:
        """A file that is not looped has been read to its end. Never true for a live source."""
        ...

    def stop(self) -> None:
        """Stop, join the thread, close the source. Safe to call twice."""
        ...
