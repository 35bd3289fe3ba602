"""The way of a unit that does something else before: by where its order and its next ones lie. What
it does there takes the time that it takes, and is not in it.
"""

from collections.abc import Sequence
from itertools import pairwise

from citybrain.clock import Timestamp
from citybrain.geo import Point
from citybrain.ids import IncidentId, SlotId
from citybrain.travel.port import TravelTimes
from citybrain.vocabulary import Capability, OrderStage, Severity
from district_node.cores.orders.next_orders import next_of
from district_node.cores.orders.roster import Roster, Unit
from district_node.dispatch.matching import Candidate, OpenSlot, etas_s

TO_DRIVE = Capability("")  # what every unit can do


def stops_before(roster: Roster, unit: Unit, incident: IncidentId) -> tuple[Point, ...]:
    """Where it is when it sets off for `incident`, after where it is now: none where it has nothing
    to do next."""
    its = next_of(roster, unit.unit)
    if not its:
        return ()
    order = roster.orders.get(unit.order) if unit.order is not None else None
    goes_there = order is not None and order.stage is not OrderStage.ON_SCENE
    first = (order.task.place,) if order is not None and goes_there else ()
    names = [one.incident for one in its]
    before = names.index(incident) if incident in names else len(its)
    return (*first, *(one.place for one in its[:before]))


def way_s(unit: Unit, stops: Sequence[Point], at: Timestamp, travel: TravelTimes) -> float:
    """Seconds from where it is by way of `stops`. Raises `TravelTimesError`."""
    return sum(
        _leg_s(unit, start, goal, at, travel) for start, goal in pairwise((unit.place, *stops))
    )


def _leg_s(unit: Unit, start: Point, goal: Point, at: Timestamp, travel: TravelTimes) -> float:
    candidate = Candidate(
        unit=unit.unit, capabilities=(TO_DRIVE,), place=start, speed_mps=unit.speed_mps
    )
    goal_slot = OpenSlot(
        incident=IncidentId(""),
        slot=SlotId(""),
        capability=TO_DRIVE,
        severity=Severity.UNKNOWN,
        place=goal,
        max_eta_s=None,
        declined=(),
    )
    return etas_s([goal_slot], [candidate], travel, at)[0][0]
