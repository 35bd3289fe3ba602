"""What the agent needs of a camera.

Adapters: `live.LiveCamera` (own thread: RTSP, HTTP, USB, files in real time) and `stepped.SteppedCamera` (files, as fast as asked).
"""

from dataclasses import dataclass
from typing import Protocol

from citybrain.clock import Timestamp
from citybrain.ids import SourceId
from citybrain.vocabulary import Visibility
from street_agent.capture.frame import Frame


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Where every frame went: captured = used + gated + dropped + in_hand, always, and at most one is in hand.

    A frame counts as captured when it was handed over or displaced; the one that still waits in the slot is not counted yet.
    """

    captured: int = 0
    used: int = 0  # looked at by the detector
    gated: int = 0  # taken, and judged not worth a look
    dropped: int = 0  # displaced by a newer one, or given up when the camera stopped
    in_hand: int = 0  # taken and not yet settled


@dataclass(frozen=True, slots=True, kw_only=True)
class VisibilityChange:
    """From `since` on this is what is known of the source. `reason` is "" when observed, else a code of `visibility.BECAUSE`."""

    visibility: Visibility
    reason: str
    since: Timestamp


class Camera(Protocol):
    """One source of frames. All methods may be called from any one consumer thread; none raises because of the source."""

    @property
    def source(self) -> SourceId: ...

    def start(self) -> None:
        """Begin to capture. Returns at once; a source that cannot be opened is tried for ever and shows in `visibility` and `trouble`."""
        ...

    def latest(self, after_seq: int, *, wait_s: float = 0.0) -> Frame | None:
        """Take the newest frame whose `seq` is above `after_seq`; wait for one up to `wait_s`. None: there was none.

        Whatever was taken before and not settled counts as dropped.
        """
        ...

    def settle(self, seq: int, *, used: bool) -> None:
        """Say what became of the frame in hand: used by the detector, or gated."""
        ...

    def tally(self) -> Tally: ...

    def visibility(self) -> VisibilityChange:
        """What is known of the source now, silence included."""
        ...

    def take_changes(self) -> tuple[VisibilityChange, ...]:
        """Every change of sight since the last call, oldest first. Call it at least every half second: silence is noticed here too."""
        ...

    def trouble(self) -> str:
        """What went wrong last and how to mend it, for people; "" when nothing is wrong."""
        ...

    @property
    def ended(self) -> bool:
        """A file that is not looped has been read to its end. Never true for a live source."""
        ...

    def stop(self) -> None:
        """Stop, join the thread, close the source. Safe to call twice."""
        ...
