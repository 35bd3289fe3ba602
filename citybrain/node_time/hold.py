"""What a node's clock says of itself: whether it holds a step of the wall clock back, and the port
of a clock that can. Reads no clock.
"""

from collections.abc import Callable
from typing import Protocol, runtime_checkable

from citybrain.clock import SECOND_US, Clock, Timestamp
from citybrain.structs import Struct


class ClockHold(Struct, frozen=True, kw_only=True):
    """The wall clock is not followed: node time goes on as the machine's own time passes."""

    ahead_us: int  # of node time; negative: the wall clock is behind it
    is_at_start: bool  # it was so already when the node started

    def described(self, wall: str) -> str:
        """What, why, what to do; `wall`: what the wall clock shows."""
        seconds = abs(self.ahead_us) / SECOND_US
        side = "ahead of" if self.ahead_us > 0 else "behind"
        since = "the journal's last time at the start" if self.is_at_start else "node time"
        return (
            f"the wall clock shows {wall}, {seconds:.0f} s {side} {since}, and nothing proves it; "
            "node time goes on without it. Set the machine's clock right, or say what happened: "
            "`clock confirm` (so much time has passed: what is due fires) or `clock rebase` (the "
            "clock alone was wrong: deadlines keep what is left of them)."
        )


@runtime_checkable
class DisciplinedClock(Clock, Protocol):
    """Node time that does not follow every step of its machine's wall clock."""

    @property
    def stepped_us(self) -> int:
        """The sum of all steps that node time followed or is slewing off."""
        ...

    @property
    def hold(self) -> ClockHold | None:
        """The step that is held back; None: the wall clock is followed."""
        ...

    @property
    def is_set_back(self) -> bool:
        """The wall clock is behind node time, and somebody proved meanwhile that it is right: node
        time was ahead, and does not go back by itself."""
        ...

    def is_synchronised(self) -> bool:
        """Whether the kernel says so of the wall clock, now."""
        ...

    def wall(self) -> Timestamp:
        """What the wall clock shows, believed or not."""
        ...

    def resume_after(self, last: Timestamp) -> None:
        """Before anything was journaled: an earlier run used times up to `last`."""
        ...

    def compare_peer_time(self, at: Timestamp) -> None:
        """A peer that proved who it is says that it is `at` now: one that agrees with the wall
        clock proves it."""
        ...

    def set_to(self, at: Timestamp) -> None:
        """Node time is `at` from now on, back or forward: a person said so, and it is journaled."""
        ...


def compare_peer_time(clock: Clock, at: Timestamp) -> None:
    """Let `clock` know a peer's time, where that means something to it."""
    # `isinstance` would read every property of the port, and so the machine's clocks
    compare: Callable[[Timestamp], None] | None = getattr(clock, "compare_peer_time", None)
    if compare is not None:
        compare(at)
