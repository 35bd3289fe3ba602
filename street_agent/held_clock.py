"""A box whose wall clock is not believed says so: there is no screen beside it. And it comes back
from a time that was ahead: its own time never goes back while it runs, so it begins anew.

That the wall clock is right, though it is behind the box's time, is proved by the kernel or by its
district, which writes its own time on each acknowledgement. An acknowledgement may have waited at
the broker for hours: two are believed that are as far apart as the time that really passed.
"""

import logging

from citybrain.clock import SECOND_US, Clock, Instant, Timestamp, iso
from citybrain.node_time.hold import DisciplinedClock
from citybrain.node_time.limits import CLOCK_STEP_AT_START
from street_agent.limits import DISTRICT_TIME_APART, DISTRICT_TIME_TOLERANCE

log = logging.getLogger(__name__)


class HeldClock:
    """Whether the box's time follows its wall clock, as `look` found it last."""

    def __init__(self, clock: Clock) -> None:
        self._given = clock
        self._clock = clock if isinstance(clock, DisciplinedClock) else None
        self._is_held = False
        self._first_time: tuple[Timestamp, Instant] | None = None

    @property
    def is_held(self) -> bool:
        """As of the last look."""
        return self._is_held

    def resume_after(self, last: Timestamp) -> None:
        """An earlier run used times up to `last`, and this one's are later: the wall clock may have
        been set back. Not where that is far, and the kernel says that the wall clock is right: then
        the earlier run was ahead."""
        clock = self._clock
        if clock is not None and clock.is_synchronised():
            ahead_us = last - clock.wall()
            if ahead_us > CLOCK_STEP_AT_START.value * SECOND_US:
                log.warning(
                    "the run before was %.0f s ahead of the wall clock, which the kernel calls"
                    " synchronised: this one begins at %s",
                    ahead_us / SECOND_US,
                    iso(clock.wall()),
                )
                return
        self._given.not_before(Timestamp(last + 1))

    def compare_district_time(self, at: Timestamp, now: Instant) -> None:
        """An acknowledgement came at `now` and says that it is `at`; 0: it does not say."""
        if self._clock is None or not at:
            return
        first, self._first_time = self._first_time, self._first_time or (at, now)
        if first is None:
            return
        passed_us = now - first[1]
        if abs(at - first[0] - passed_us) > DISTRICT_TIME_TOLERANCE.value * SECOND_US:
            self._first_time = (at, now)  # one of both has waited
        elif passed_us >= DISTRICT_TIME_APART.value * SECOND_US:
            self._clock.compare_peer_time(at)

    @property
    def set_back_to(self) -> Timestamp | None:
        """The right time, where the box's time is ahead of it; None: it is not, or nothing proves
        it."""
        clock = self._clock
        return clock.wall() if clock is not None and clock.is_set_back else None

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
                " off. Set the machine's clock right. If it is right already, the district or a"
                " time daemon proves it within minutes, and the box begins anew with it.",
                iso(self._clock.wall()),
                abs(hold.ahead_us) / SECOND_US,
                "ahead of" if hold.ahead_us > 0 else "behind",
            )
        elif hold is None and was_held:
            log.warning("the box's time follows the wall clock again")
