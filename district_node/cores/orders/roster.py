"""Units, and the orders that they were given: the unit owner's side. One unit, one live order;
every step by the stage tables.
"""

from collections import Counter

from citybrain.clock import SECOND_US, Timestamp, later, seconds_between
from citybrain.domain.order import FoundNeed, Task
from citybrain.domain.unit import UnitStatus
from citybrain.errors import IllegalTriggerError
from citybrain.geo import Point
from citybrain.ids import DistrictId, IncidentId, OrderId, PlanId, SlotId, UnitId
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
from citybrain.vocabulary import Capability, Finding, OrderStage, RefusalClass, UnitState

NEVER = Timestamp(0)


class Fix(Struct, frozen=True, kw_only=True):
    """Where a unit was believed to be, and when that was received here."""

    place: Point
    at: Timestamp


class DoubtfulPosition(Struct, frozen=True, kw_only=True):
    """Where a unit says that it is, though it could not have come there: the last of `reports`
    that agree with one another, received from `since` to `at`."""

    place: Point
    since: Timestamp
    at: Timestamp
    reports: int


class Unit(Struct, frozen=True, kw_only=True):
    """A unit of this district, and the last assignment number that it was given. `place` is where
    it is believed to be (see `positions`)."""

    unit: UnitId
    name: str
    capabilities: tuple[Capability, ...]
    speed_mps: float
    state: UnitState
    place: Point
    at: Timestamp  # when its state or place last changed
    order: OrderId | None = None  # the live one
    assignment_number: int = 0  # the last number given
    fix: Fix | None = None  # what its reach is reckoned from; None: it never reported a position
    doubtful: DoubtfulPosition | None = None
    # why it takes no order, with one that its crew has accepted from its end on (see `duty`)
    status: UnitStatus | None = None
    lost_capabilities: tuple[Capability, ...] = ()  # not among `capabilities` until it is ready
    # cases that its crew gave back, and until when it is not sent there again
    avoids: SortedMap[IncidentId, Timestamp] = field(default_factory=SortedMap)
    heard_at: Timestamp = NEVER  # when its crew or its device was last heard of
    crew_due: Timestamp | None = None  # when its crew should take its order's next step …
    overdue: str = ""  # … which it has not: "accept", "depart", "arrive", "finish"


class Order(Struct, frozen=True, kw_only=True):
    """An order of one of this district's units."""

    order: OrderId
    plan: PlanId | None  # None: the district's own decision
    unit: UnitId
    task: Task
    stage: OrderStage
    changed_at: Timestamp
    reserved_until: Timestamp | None = None
    assignment_number: int = 0
    issued_at: Timestamp | None = None
    reason: str = ""
    reason_class: RefusalClass | None = None  # where its crew refused it
    finding: Finding = Finding.UNKNOWN  # what its crew found, the last that it said
    needs: tuple[FoundNeed, ...] = ()


class NextOrder(Struct, frozen=True, kw_only=True):
    """What a busy unit does next: a person's word, kept in this district alone. It becomes an order
    when the unit's present one ends; until then it has no id, no stage and no assignment number.
    """

    incident: IncidentId
    slot: SlotId
    place: Point  # of the incident, when it was given
    actor: str
    at: Timestamp


class Roster(Struct, frozen=True, kw_only=True):
    """The district's units and their orders: what the unit's owner decides on."""

    units: SortedMap[UnitId, Unit] = field(default_factory=SortedMap)
    orders: SortedMap[OrderId, Order] = field(default_factory=SortedMap)
    # of the units that have some, what they do next, the first of them first (see `next_orders`)
    next_orders: SortedMap[UnitId, tuple[NextOrder, ...]] = field(default_factory=SortedMap)


# After a restore numbers go on from the seconds since then. What is counted from the backup alone
# is given again when a backup is put back twice; by time a later restore, of whichever backup,
# begins above all that an earlier one gave, for no crew gets an order a second. The public API has
# room for them until 2088.
NUMBERS_SINCE = Timestamp(1_577_836_800 * SECOND_US)  # 2020-01-01T00:00:00Z
# where the clock stands behind the numbers: more than a crew is given between a backup and its use
RESTORE_NUMBER_STEP = 1_000_000

# order's trigger: the unit's trigger that goes with it (None: the unit's state stays)
UNIT_TRIGGERS: dict[OrderTrigger, UnitTrigger | None] = {
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
    """Whether the unit may be reserved."""
    return unit.state in FREE_UNIT_STATES and unit.order is None and unit.status is None


def able(roster: Roster) -> Counter[Capability]:
    """How many units in service have each capability, busy ones too."""
    return Counter(
        capability
        for unit in roster.units.values()
        if unit.state is not UnitState.OUT_OF_SERVICE and unit.status is None
        for capability in unit.capabilities
    )


def is_live(order: Order) -> bool:
    """Whether the order binds its unit."""
    return order.stage in LIVE_ORDER_STAGES


def has_ended(order: Order) -> bool:
    """Whether the order is done, refused, expired or withdrawn."""
    return order.stage in ENDED_ORDER_STAGES


def reserve(
    roster: Roster,
    order: OrderId,
    unit: UnitId,
    at: Timestamp,
    *,
    task: Task,
    plan: PlanId | None,
    ttl_s: float,
) -> Roster:
    """Promise a free `unit` to a new `order` for `ttl_s`; the caller has checked that they are."""
    proposed = Order(
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
        orders=roster.orders.put(order, proposed),
        units=roster.units.put(unit, replace(roster.units[unit], order=order)),
    )
    return move(roster, order, OrderTrigger.RESERVE, at)


def move(
    roster: Roster,
    order: OrderId,
    trigger: OrderTrigger,
    at: Timestamp,
    *,
    reason: str = "",
    reason_class: RefusalClass | None = None,
) -> Roster:
    """The order's next stage and what it does to its unit, in one step.

    Raises `IllegalTriggerError` with nothing changed.
    """
    known = roster.orders[order]
    stage = next_order(known.stage, trigger)
    unit = roster.units[known.unit]
    unit_trigger = UNIT_TRIGGERS[trigger]
    if unit_trigger is not None:
        unit = replace(unit, state=next_unit(unit.state, unit_trigger), at=at)
    known = replace(known, stage=stage, changed_at=at, reason=reason, reason_class=reason_class)
    if trigger is OrderTrigger.ISSUE:
        unit = replace(unit, assignment_number=unit.assignment_number + 1)
        known = replace(
            known, assignment_number=unit.assignment_number, issued_at=at, reserved_until=None
        )
    if has_ended(known):
        unit = replace(unit, order=None)
    orders, units = roster.orders.put(order, known), roster.units.put(known.unit, unit)
    return replace(roster, orders=orders, units=units)


def with_place(roster: Roster, order: OrderId, slot: SlotId, version: int) -> Roster:
    """The order as it was, for another place of its incident."""
    known = roster.orders[order]
    task = replace(known.task, slot=slot, slot_version=version)
    return replace(roster, orders=roster.orders.put(order, replace(known, task=task)))


def with_task(roster: Roster, order: OrderId, task: Task) -> Roster:
    """The order as it was, for what its incident is now."""
    known = replace(roster.orders[order], task=task)
    return replace(roster, orders=roster.orders.put(order, known))


def note_finding(
    roster: Roster,
    order: OrderId,
    finding: Finding,
    needs: tuple[FoundNeed, ...],
    *,
    reason: str,
) -> Roster:
    """What the order's crew found at the scene, and its words for it."""
    known = replace(roster.orders[order], finding=finding, needs=needs, reason=reason)
    return replace(roster, orders=roster.orders.put(order, known))


def expire_if_due(roster: Roster, order: OrderId, at: Timestamp) -> Roster:
    """A reservation whose time is over expires; anything else stays as it is."""
    known = roster.orders.get(order)
    if (
        known is None
        or known.stage is not OrderStage.RESERVED
        or known.reserved_until is None
        or at < known.reserved_until
    ):
        return roster
    return move(roster, order, OrderTrigger.EXPIRE, at, reason="expired")


def recall(roster: Roster, order: OrderId, at: Timestamp, *, reason: str) -> Roster:
    """End an order whose crew has not reached the scene; one that is on the scene or over stays."""
    known = roster.orders.get(order)
    if known is None:
        return roster
    trigger = OrderTrigger.RELEASE if known.stage is OrderStage.RESERVED else OrderTrigger.WITHDRAW
    try:
        return move(roster, order, trigger, at, reason=reason)
    except IllegalTriggerError:
        return roster


def enrol(roster: Roster, unit: Unit) -> Roster:
    """A configured unit: new ones are available, known ones keep their state and place."""
    known = roster.units.get(unit.unit)
    if known is not None:
        lost = known.lost_capabilities
        unit = replace(
            known,
            name=unit.name,
            capabilities=tuple(one for one in unit.capabilities if one not in lost),
            speed_mps=unit.speed_mps,
        )
        if known.state is UnitState.OUT_OF_SERVICE and known.status is None:
            unit = replace(unit, state=next_unit(known.state, UnitTrigger.ENTER))
    return replace(roster, units=roster.units.put(unit.unit, unit))


def retire(roster: Roster, unit: UnitId, at: Timestamp) -> Roster:
    """A unit that the configuration no longer names leaves when it is free; one with a live order
    goes on with it.
    """
    known = roster.units[unit]
    if not is_free(known):
        return roster
    known = replace(known, state=next_unit(known.state, UnitTrigger.LEAVE), at=at)
    return replace(roster, units=roster.units.put(unit, known))


def renumber(roster: Roster, unit: UnitId, at: Timestamp) -> Roster:
    """After a restore: numbers were given that are not remembered, and the crew's device takes none
    at or below them. The live order is shown as new.
    """
    known = roster.units[unit]
    known = replace(known, assignment_number=_number_after_restore(known.assignment_number, at))
    live = roster.orders.get(known.order) if known.order is not None else None
    orders = roster.orders
    if live is not None and live.assignment_number:
        live = replace(live, assignment_number=known.assignment_number)
        orders = orders.put(live.order, live)
    return replace(roster, units=roster.units.put(unit, known), orders=orders)


def _number_after_restore(last: int, at: Timestamp) -> int:
    by_time = int(seconds_between(NUMBERS_SINCE, at))
    return by_time if by_time > last else last + RESTORE_NUMBER_STEP


def is_foreign(order: Order, district: DistrictId) -> bool:
    """Whether the order is for another district's incident."""
    return order.task.incident_district != district
