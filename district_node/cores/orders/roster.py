"""The unit owner's side: units, and the orders they were given. One unit, one live order; every step by the tables, every answer repeatable."""

from citybrain.clock import Timestamp, later
from citybrain.domain.order import Task
from citybrain.errors import IllegalTriggerError
from citybrain.geo import Point
from citybrain.ids import DistrictId, OrderId, PlanId, UnitId
from citybrain.sorted_map import SortedMap
from citybrain.stages import (
    ENDED_ORDER_STAGES,
    FREE_UNIT_STATES,
    LIVE_ORDER_STAGES,
    OrderTrigger,
    UnitTrigger,
    next_order,
    next_unit,
)
from citybrain.structs import Struct, field, replace
from citybrain.vocabulary import Capability, OrderStage, UnitState


class Unit(Struct, frozen=True, kw_only=True):
    unit: UnitId
    name: str
    capabilities: tuple[Capability, ...]
    speed_mps: float
    state: UnitState
    place: Point
    at: Timestamp  # when its state or place last changed
    order: OrderId | None = None  # the live one
    assignment: int = 0  # the last number given


class Order(Struct, frozen=True, kw_only=True):
    order: OrderId
    plan: PlanId | None  # None: the district's own decision
    unit: UnitId
    task: Task
    stage: OrderStage
    changed_at: Timestamp
    reserved_until: Timestamp | None = None
    assignment: int = 0
    issued_at: Timestamp | None = None
    reason: str = ""


class Roster(Struct, frozen=True, kw_only=True):
    units: SortedMap[UnitId, Unit] = field(default_factory=SortedMap)
    orders: SortedMap[OrderId, Order] = field(default_factory=SortedMap)


RESTORED_ON = 1_000_000  # assignment numbers that a restore leaves out: more than a crew is given between a backup and its use

# order's cue: the unit's cue that goes with it (None: the unit's state stays)
UNIT_FOLLOWS: dict[OrderTrigger, UnitTrigger | None] = {
    OrderTrigger.RESERVE: UnitTrigger.RESERVE,
    OrderTrigger.ISSUE: UnitTrigger.COMMIT,
    OrderTrigger.ACCEPT: None,
    OrderTrigger.DEPART: UnitTrigger.DEPART,
    OrderTrigger.ARRIVE: UnitTrigger.ARRIVE,
    OrderTrigger.FINISH: UnitTrigger.FREE,
    OrderTrigger.CANNOT: UnitTrigger.FREE,
    OrderTrigger.EXPIRE: UnitTrigger.FREE,
    OrderTrigger.RELEASE: UnitTrigger.FREE,
    OrderTrigger.WITHDRAW: UnitTrigger.FREE,
}


def is_free(unit: Unit) -> bool:
    return unit.state in FREE_UNIT_STATES and unit.order is None


def is_live(order: Order) -> bool:
    return order.stage in LIVE_ORDER_STAGES


def has_ended(order: Order) -> bool:
    return order.stage in ENDED_ORDER_STAGES


def reserve(
    roster: Roster,
    order: OrderId,
    unit: UnitId,
    task: Task,
    plan: PlanId | None,
    at: Timestamp,
    ttl_s: float,
) -> Roster:
    """Promise a free `unit` to a new `order` for `ttl_s`. The caller has checked that both are so."""
    kept = Order(
        order=order,
        plan=plan,
        unit=unit,
        task=task,
        stage=OrderStage.PROPOSED,
        changed_at=at,
        reserved_until=later(at, ttl_s),
    )
    roster = replace(
        roster,
        orders=roster.orders.put(order, kept),
        units=roster.units.put(unit, replace(roster.units[unit], order=order)),
    )
    return move(roster, order, OrderTrigger.RESERVE, at)


def move(
    roster: Roster, order: OrderId, trigger: OrderTrigger, at: Timestamp, *, reason: str = ""
) -> Roster:
    """The order's next stage and what it does to its unit, in one step. Raises `IllegalTriggerError` with nothing changed."""
    kept = roster.orders[order]
    stage = next_order(kept.stage, trigger)
    unit = roster.units[kept.unit]
    follows = UNIT_FOLLOWS[trigger]
    unit = (
        replace(unit, state=next_unit(unit.state, follows), at=at) if follows is not None else unit
    )
    kept = replace(kept, stage=stage, changed_at=at, reason=reason)
    if trigger is OrderTrigger.ISSUE:
        unit = replace(unit, assignment=unit.assignment + 1)
        kept = replace(kept, assignment=unit.assignment, issued_at=at, reserved_until=None)
    if has_ended(kept):
        unit = replace(unit, order=None)
    return replace(
        roster, orders=roster.orders.put(order, kept), units=roster.units.put(kept.unit, unit)
    )


def lapse(roster: Roster, order: OrderId, at: Timestamp) -> Roster:
    """A reservation whose time is over expires; anything else stays as it is."""
    kept = roster.orders.get(order)
    if (
        kept is None
        or kept.stage is not OrderStage.RESERVED
        or kept.reserved_until is None
        or at < kept.reserved_until
    ):
        return roster
    return move(roster, order, OrderTrigger.EXPIRE, at, reason="expired")


def call_back(roster: Roster, order: OrderId, at: Timestamp, *, reason: str) -> Roster:
    """End an order that its crew has not reached the scene with; one on the scene (or over) stays."""
    kept = roster.orders.get(order)
    if kept is None:
        return roster
    trigger = OrderTrigger.RELEASE if kept.stage is OrderStage.RESERVED else OrderTrigger.WITHDRAW
    try:
        return move(roster, order, trigger, at, reason=reason)
    except IllegalTriggerError:
        return roster


def enrol(roster: Roster, unit: Unit) -> Roster:
    """A configured unit: new ones are available, known ones keep their state and place."""
    known = roster.units.get(unit.unit)
    if known is not None:
        unit = replace(
            known, name=unit.name, capabilities=unit.capabilities, speed_mps=unit.speed_mps
        )
        if known.state is UnitState.OUT_OF_SERVICE:
            unit = replace(unit, state=next_unit(known.state, UnitTrigger.ENTER))
    return replace(roster, units=roster.units.put(unit.unit, unit))


def retire(roster: Roster, unit: UnitId, at: Timestamp) -> Roster:
    """A unit that the configuration no longer names leaves when it is free; one with a live order goes on with it."""
    known = roster.units[unit]
    if not is_free(known):
        return roster
    return replace(
        roster,
        units=roster.units.put(
            unit, replace(known, state=next_unit(known.state, UnitTrigger.LEAVE), at=at)
        ),
    )


def renumbered(roster: Roster, unit: UnitId) -> Roster:
    """After a restore: numbers were given that are not remembered, and the crew's device takes none at or below them. The live order is shown as new."""
    known = roster.units[unit]
    known = replace(known, assignment=known.assignment + RESTORED_ON)
    live = roster.orders.get(known.order) if known.order is not None else None
    orders = (
        roster.orders.put(live.order, replace(live, assignment=known.assignment))
        if live is not None and live.assignment
        else roster.orders
    )
    return replace(roster, units=roster.units.put(unit, known), orders=orders)


def is_foreign(order: Order, district: DistrictId) -> bool:
    """Whether the order is for another district's incident."""
    return order.task.incident_district != district
