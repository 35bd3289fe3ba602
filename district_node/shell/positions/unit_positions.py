"""Where units are now, between two positions that are journaled: for screens. Decides nothing."""

from citybrain.clock import SECOND_US, Clock, Instant, Timestamp
from citybrain.domain.crew import CrewPosition
from citybrain.geo import Point
from citybrain.ids import UnitId
from citybrain.structs import Struct, replace
from district_node.cores.orders.positions import is_within_reach
from district_node.cores.orders.roster import Unit
from district_node.limits import POSITION_EVERY
from district_node.shell.positions.course import Course, course_after


class LivePosition(Struct, frozen=True, kw_only=True):
    """The newest position of a unit, and where it heads; None: nobody knows."""

    place: Point
    at: Timestamp
    heading_deg: float | None = None


class UnitPositions:
    """The newest position of every unit that it can have reached, where it heads, and whether it
    is time to journal a position.

    Bounded by the units of the configuration.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._newest: dict[UnitId, LivePosition] = {}
        self._courses: dict[UnitId, Course] = {}
        self._journaled: dict[UnitId, Instant] = {}

    def record(self, position: CrewPosition, unit: Unit) -> bool:
        """Keep it if it is the newest; whether it should be journaled. A time of its phone that is
        still to come is now."""
        received_at = self._clock.now()
        position = replace(position, at=min(position.at, received_at))
        known = self._newest.get(position.unit)
        if known is not None and position.at < known.at:
            return False
        if unit.doubtful is None and is_within_reach(unit, position.place, received_at):
            self._follow(position)
        else:  # the one in the journal is shown, and the doubt beside it
            self._newest.pop(position.unit, None)
            self._courses.pop(position.unit, None)
        now, last = self._clock.instant(), self._journaled.get(position.unit)
        if last is not None and now - last < POSITION_EVERY.value * SECOND_US:
            return False
        self._journaled[position.unit] = now
        return True

    def of(self, unit: UnitId) -> LivePosition | None:
        return self._newest.get(unit)

    def _follow(self, position: CrewPosition) -> None:
        before = self._courses.get(position.unit)
        course = course_after(before, position.place, position.at)
        self._courses[position.unit] = course
        self._newest[position.unit] = LivePosition(
            place=position.place, at=position.at, heading_deg=course.heading_deg
        )
