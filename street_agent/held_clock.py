"""A box whose wall clock is not believed says so: there is no screen beside it. Logs; changes
nothing.
"""

import logging

from citybrain.clock import SECOND_US, Clock, iso
from citybrain.node_time.hold import DisciplinedClock

log = logging.getLogger(__name__)


class HeldClock:
    """Whether the box's time follows its wall clock, as `look` found it last."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock if isinstance(clock, DisciplinedClock) else None
        self._is_held = False

    @property
    def is_held(self) -> bool:
        """As of the last look."""
        return self._is_held

    def look(self) -> None:
        """A line in the log where a step of the wall clock began or ceased to be held back."""
        if self._clock is None:
            return
        hold, was_held = self._clock.hold, self._is_held
        self._is_held = hold is not None
        if hold is not None and not was_held:
            log.error(
                "the wall clock shows %s, %.0f s %s this box's time, and nothing proves it: the box"
                " goes on by its own time, and its district takes into account by how much that is"
                " off. Set the machine's clock right. If it is right already, the box's time is"
                " wrong: stop it, move checkpoint.json in its data folder away, start it.",
                iso(self._clock.wall()),
                abs(hold.ahead_us) / SECOND_US,
                "ahead of" if hold.ahead_us > 0 else "behind",
            )
        elif hold is None and was_held:
            log.warning("the box's time follows the wall clock again")
