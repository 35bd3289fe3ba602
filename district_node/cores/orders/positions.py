"""Which reported position of a unit is believed. Changes nothing else of the unit.

- One that the unit could have reached since a place where it is known to have been, at
  `POSITION_TOP_SPEED` and with `POSITION_ERROR` to spare. Time is the node's, from receipt to
  receipt: what the phone's clock says gives nobody more of it. Of a unit that never reported one,
  within `POSITION_FIRST_REACH` of the configured place.
- One further away is *doubtful*: kept beside the place that is believed, shown, and not planned
  with. It is believed once `POSITION_HELD_REPORTS` reports over `POSITION_HELD` agree with one
  another: each within reach of the one before. A report that is within reach of the place that is
  believed ends the doubt at once.
- One that a person vouches for: reported under an operator's name, or where the unit's crew says
  that it has arrived.

Reach is reckoned from a place that is at most `POSITION_FIX_EVERY` older than its successor, and
not from every report: else each would add another `POSITION_ERROR`, and a row of small steps leads
anywhere.
"""

from citybrain.clock import Timestamp, seconds_between
from citybrain.domain.principal import Principal, Role
from citybrain.geo import Point, distance_m
from citybrain.structs import replace
from district_node.cores.orders.roster import NEVER, DoubtfulPosition, Fix, Unit
from district_node.limits import (
    POSITION_ERROR,
    POSITION_FIRST_REACH,
    POSITION_FIX_EVERY,
    POSITION_HELD,
    POSITION_HELD_REPORTS,
    POSITION_REACH_TIME,
    POSITION_TOP_SPEED,
)

VOUCHING_ROLES = frozenset({Role.OPERATOR, Role.SUPERVISOR, Role.ADMIN})


def vouches(principal: Principal) -> bool:
    """Whether it is a person of the district, who says where a crew is that has only a radio."""
    return not VOUCHING_ROLES.isdisjoint(principal.roles)


def is_within_reach(unit: Unit, place: Point, at: Timestamp) -> bool:
    """Whether the unit could be at `place`, from where it is believed to have been."""
    return _is_reachable(unit, fix_of(unit), place, at)


def report_position(unit: Unit, place: Point, at: Timestamp) -> Unit:
    """The unit after its device said that it is at `place`, received at `at`."""
    if is_within_reach(unit, place, at):
        return believe_position(unit, place, at)
    doubtful = _one_more(unit, place, at)
    has_held = seconds_between(doubtful.since, at) >= POSITION_HELD.value
    if has_held and doubtful.reports >= POSITION_HELD_REPORTS.value:
        return believe_position(unit, place, at)
    return replace(unit, doubtful=doubtful)


def believe_position(unit: Unit, place: Point, at: Timestamp) -> Unit:
    """The unit at `place`, and no doubt about it: it is within reach, or believed all the same."""
    fix = fix_of(unit)
    is_old = seconds_between(fix.at, at) >= POSITION_FIX_EVERY.value
    if is_old or not is_within_reach(unit, place, at):
        fix = Fix(place=place, at=at)
    if (unit.place, unit.fix, unit.doubtful) == (place, fix, None):
        return unit
    moved_at = unit.at if unit.place == place else at
    return replace(unit, place=place, at=moved_at, fix=fix, doubtful=None)


def fix_of(unit: Unit) -> Fix:
    """The place to reckon from; of a unit that never reported one, the configured one, and nobody
    knows when it was there."""
    return unit.fix or Fix(place=unit.place, at=NEVER)


def _one_more(unit: Unit, place: Point, at: Timestamp) -> DoubtfulPosition:
    """With what agrees with the reports before; else a doubt that begins anew."""
    known = unit.doubtful
    if known is None or not _is_reachable(unit, Fix(place=known.place, at=known.at), place, at):
        return DoubtfulPosition(place=place, since=at, at=at, reports=1)
    return replace(known, place=place, at=at, reports=known.reports + 1)


def _is_reachable(unit: Unit, fix: Fix, place: Point, at: Timestamp) -> bool:
    away_m = distance_m(fix.place, place)
    if fix.at == NEVER:
        return away_m <= POSITION_FIRST_REACH.value
    passed_s = min(max(seconds_between(fix.at, at), 0.0), POSITION_REACH_TIME.value)
    speed_mps = max(unit.speed_mps, POSITION_TOP_SPEED.value)
    return away_m <= POSITION_ERROR.value + speed_mps * passed_s
