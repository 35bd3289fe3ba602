"""Says in the log and on every screen, as long as it lasts, that the working calendar does not know
the holidays of today: a district that nobody looks after must not be silently wrong.
"""

import logging
from collections.abc import Sequence

from citybrain.clock import Clock
from citybrain.conditions import ConditionCode, Conditions
from citybrain.decider.decider import Committed
from district_node.calendars.calendar import Day
from district_node.calendars.upkeep import upkeep_of
from district_node.cores.state import DistrictState

NO_DAY = Day(-1)

log = logging.getLogger(__name__)


class CalendarWatch:
    """Called with what was committed: looks once a day, and at each other calendar."""

    def __init__(self, clock: Clock, conditions: Conditions) -> None:
        self._clock, self._conditions = clock, conditions
        self._seen: tuple[object, Day] = (None, NO_DAY)

    def __call__(self, state: DistrictState, _: Sequence[Committed]) -> None:
        calendar, now = state.setup.calendar, self._clock.now()
        today = calendar.day_of(now) if calendar is not None else NO_DAY
        if calendar is self._seen[0] and today == self._seen[1]:
            return
        self._seen = calendar, today
        upkeep = upkeep_of(calendar, now) if calendar is not None else None
        if upkeep is not None and upkeep.has_ended:
            self._conditions.begin(
                ConditionCode.CALENDAR_ENDED, f"{upkeep.problem}. {upkeep.remedy}"
            )
            return
        self._conditions.end(ConditionCode.CALENDAR_ENDED)
        if upkeep is not None:
            log.warning("the working calendar: %s. %s", upkeep.problem, upkeep.remedy)
