"""State machines of incidents, orders and units as tables, drawn in
`docs/protocols/lifecycles.md`.

An illegal trigger raises `IllegalTriggerError`.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from citybrain.errors import IllegalTriggerError
from citybrain.vocabulary import IncidentStage, OrderStage, UnitState


class IncidentTrigger(StrEnum):
    """What moves an incident from one stage to the next."""

    OPEN = "open"
    DISPATCH = "dispatch"
    WORK = "work"
    HANDLE = "handle"
    RECALL = "recall"
    VERIFY = "verify"
    CLOSE = "close"
    REOPEN = "reopen"
    MERGE = "merge"
    SEPARATE = "separate"
    REJECT = "reject"
    DEFER = "defer"
    RESUME = "resume"


class OrderTrigger(StrEnum):
    """What moves an order from one stage to the next."""

    RESERVE = "reserve"
    ISSUE = "issue"
    ACCEPT = "accept"
    DEPART = "depart"
    ARRIVE = "arrive"
    FINISH = "finish"
    CANNOT = "cannot"
    EXPIRE = "expire"
    RELEASE = "release"
    WITHDRAW = "withdraw"


class UnitTrigger(StrEnum):
    """What moves a unit from one state to the next."""

    RESERVE = "reserve"
    COMMIT = "commit"
    DEPART = "depart"
    ARRIVE = "arrive"
    FREE = "free"
    RETURN = "return"
    DELAY = "delay"
    LEAVE = "leave"
    BREAK = "break"
    SIGN_OFF = "sign_off"
    ENTER = "enter"


NEXT_INCIDENT: Mapping[tuple[IncidentStage, IncidentTrigger], IncidentStage] = {
    (IncidentStage.REPORTED, IncidentTrigger.OPEN): IncidentStage.OPENED,
    (IncidentStage.REPORTED, IncidentTrigger.REJECT): IncidentStage.REJECTED,
    (IncidentStage.REPORTED, IncidentTrigger.MERGE): IncidentStage.MERGED,
    (IncidentStage.REPORTED, IncidentTrigger.DEFER): IncidentStage.DEFERRED,
    (IncidentStage.MERGED, IncidentTrigger.SEPARATE): IncidentStage.REOPENED,
    (IncidentStage.OPENED, IncidentTrigger.DISPATCH): IncidentStage.DISPATCHED,
    (IncidentStage.OPENED, IncidentTrigger.HANDLE): IncidentStage.HANDLED,
    (IncidentStage.OPENED, IncidentTrigger.REJECT): IncidentStage.REJECTED,
    (IncidentStage.OPENED, IncidentTrigger.MERGE): IncidentStage.MERGED,
    (IncidentStage.OPENED, IncidentTrigger.DEFER): IncidentStage.DEFERRED,
    (IncidentStage.DEFERRED, IncidentTrigger.RESUME): IncidentStage.OPENED,
    (IncidentStage.DEFERRED, IncidentTrigger.REJECT): IncidentStage.REJECTED,
    (IncidentStage.DEFERRED, IncidentTrigger.MERGE): IncidentStage.MERGED,
    (IncidentStage.DISPATCHED, IncidentTrigger.WORK): IncidentStage.WORKING,
    (IncidentStage.DISPATCHED, IncidentTrigger.HANDLE): IncidentStage.HANDLED,
    (IncidentStage.DISPATCHED, IncidentTrigger.RECALL): IncidentStage.OPENED,
    (IncidentStage.DISPATCHED, IncidentTrigger.REJECT): IncidentStage.REJECTED,
    (IncidentStage.WORKING, IncidentTrigger.HANDLE): IncidentStage.HANDLED,
    (IncidentStage.WORKING, IncidentTrigger.RECALL): IncidentStage.OPENED,
    (IncidentStage.WORKING, IncidentTrigger.REJECT): IncidentStage.REJECTED,
    (IncidentStage.HANDLED, IncidentTrigger.VERIFY): IncidentStage.VERIFIED,
    (IncidentStage.HANDLED, IncidentTrigger.REOPEN): IncidentStage.REOPENED,
    (IncidentStage.HANDLED, IncidentTrigger.REJECT): IncidentStage.REJECTED,
    (IncidentStage.DISPATCHED, IncidentTrigger.MERGE): IncidentStage.MERGED,
    (IncidentStage.WORKING, IncidentTrigger.MERGE): IncidentStage.MERGED,
    (IncidentStage.HANDLED, IncidentTrigger.MERGE): IncidentStage.MERGED,
    (IncidentStage.VERIFIED, IncidentTrigger.CLOSE): IncidentStage.CLOSED,
    (IncidentStage.VERIFIED, IncidentTrigger.REOPEN): IncidentStage.REOPENED,
    (IncidentStage.CLOSED, IncidentTrigger.REOPEN): IncidentStage.REOPENED,
    (IncidentStage.REOPENED, IncidentTrigger.DISPATCH): IncidentStage.DISPATCHED,
    (IncidentStage.REOPENED, IncidentTrigger.HANDLE): IncidentStage.HANDLED,
    (IncidentStage.REOPENED, IncidentTrigger.REJECT): IncidentStage.REJECTED,
    (IncidentStage.REOPENED, IncidentTrigger.DEFER): IncidentStage.DEFERRED,
    (IncidentStage.REOPENED, IncidentTrigger.MERGE): IncidentStage.MERGED,
}

NEXT_ORDER: Mapping[tuple[OrderStage, OrderTrigger], OrderStage] = {
    (OrderStage.PROPOSED, OrderTrigger.RESERVE): OrderStage.RESERVED,
    (OrderStage.PROPOSED, OrderTrigger.CANNOT): OrderStage.REFUSED,
    (OrderStage.PROPOSED, OrderTrigger.RELEASE): OrderStage.WITHDRAWN,
    (OrderStage.RESERVED, OrderTrigger.ISSUE): OrderStage.ISSUED,
    (OrderStage.RESERVED, OrderTrigger.EXPIRE): OrderStage.EXPIRED,
    (OrderStage.RESERVED, OrderTrigger.RELEASE): OrderStage.WITHDRAWN,
    (OrderStage.ISSUED, OrderTrigger.ACCEPT): OrderStage.ACCEPTED,
    (OrderStage.ISSUED, OrderTrigger.CANNOT): OrderStage.REFUSED,
    (OrderStage.ISSUED, OrderTrigger.WITHDRAW): OrderStage.WITHDRAWN,
    (OrderStage.ACCEPTED, OrderTrigger.DEPART): OrderStage.EN_ROUTE,
    (OrderStage.ACCEPTED, OrderTrigger.ARRIVE): OrderStage.ON_SCENE,
    (OrderStage.ACCEPTED, OrderTrigger.CANNOT): OrderStage.REFUSED,
    (OrderStage.ACCEPTED, OrderTrigger.WITHDRAW): OrderStage.WITHDRAWN,
    (OrderStage.EN_ROUTE, OrderTrigger.ARRIVE): OrderStage.ON_SCENE,
    (OrderStage.EN_ROUTE, OrderTrigger.CANNOT): OrderStage.REFUSED,
    (OrderStage.EN_ROUTE, OrderTrigger.WITHDRAW): OrderStage.WITHDRAWN,
    (OrderStage.ON_SCENE, OrderTrigger.FINISH): OrderStage.DONE,
    (OrderStage.ON_SCENE, OrderTrigger.CANNOT): OrderStage.REFUSED,
}

NEXT_UNIT: Mapping[tuple[UnitState, UnitTrigger], UnitState] = {
    (UnitState.AVAILABLE, UnitTrigger.RESERVE): UnitState.RESERVED,
    (UnitState.RETURNING, UnitTrigger.RESERVE): UnitState.RESERVED,
    (UnitState.RESERVED, UnitTrigger.COMMIT): UnitState.COMMITTED,
    (UnitState.RESERVED, UnitTrigger.FREE): UnitState.AVAILABLE,
    (UnitState.COMMITTED, UnitTrigger.DEPART): UnitState.EN_ROUTE,
    (UnitState.COMMITTED, UnitTrigger.ARRIVE): UnitState.ON_SCENE,
    (UnitState.COMMITTED, UnitTrigger.FREE): UnitState.AVAILABLE,
    (UnitState.EN_ROUTE, UnitTrigger.ARRIVE): UnitState.ON_SCENE,
    (UnitState.EN_ROUTE, UnitTrigger.DELAY): UnitState.DELAYED,
    (UnitState.EN_ROUTE, UnitTrigger.FREE): UnitState.AVAILABLE,
    (UnitState.DELAYED, UnitTrigger.ARRIVE): UnitState.ON_SCENE,
    (UnitState.DELAYED, UnitTrigger.FREE): UnitState.AVAILABLE,
    (UnitState.ON_SCENE, UnitTrigger.FREE): UnitState.AVAILABLE,
    (UnitState.ON_SCENE, UnitTrigger.RETURN): UnitState.RETURNING,
    (UnitState.RETURNING, UnitTrigger.FREE): UnitState.AVAILABLE,
    (UnitState.AVAILABLE, UnitTrigger.LEAVE): UnitState.OUT_OF_SERVICE,
    (UnitState.RETURNING, UnitTrigger.LEAVE): UnitState.OUT_OF_SERVICE,
    (UnitState.AVAILABLE, UnitTrigger.BREAK): UnitState.ON_BREAK,
    (UnitState.RETURNING, UnitTrigger.BREAK): UnitState.ON_BREAK,
    (UnitState.AVAILABLE, UnitTrigger.SIGN_OFF): UnitState.OFF_DUTY,
    (UnitState.RETURNING, UnitTrigger.SIGN_OFF): UnitState.OFF_DUTY,
    (UnitState.OUT_OF_SERVICE, UnitTrigger.ENTER): UnitState.AVAILABLE,
    (UnitState.ON_BREAK, UnitTrigger.ENTER): UnitState.AVAILABLE,
    (UnitState.OFF_DUTY, UnitTrigger.ENTER): UnitState.AVAILABLE,
}

LIVE_ORDER_STAGES = frozenset(
    {
        OrderStage.RESERVED,
        OrderStage.ISSUED,
        OrderStage.ACCEPTED,
        OrderStage.EN_ROUTE,
        OrderStage.ON_SCENE,
    }
)
ENDED_ORDER_STAGES = frozenset(
    {OrderStage.DONE, OrderStage.REFUSED, OrderStage.EXPIRED, OrderStage.WITHDRAWN}
)
ENDED_INCIDENT_STAGES = frozenset(
    {IncidentStage.CLOSED, IncidentStage.MERGED, IncidentStage.REJECTED}
)
# in which open slots may be filled
DISPATCHABLE_INCIDENT_STAGES = frozenset(
    {IncidentStage.OPENED, IncidentStage.DISPATCHED, IncidentStage.WORKING, IncidentStage.REOPENED}
)
FREE_UNIT_STATES = frozenset({UnitState.AVAILABLE, UnitState.RETURNING})


def next_incident(stage: IncidentStage, trigger: IncidentTrigger) -> IncidentStage:
    """The stage after `trigger`; raises `IllegalTriggerError` where the table has none."""
    return next_stage("incident", NEXT_INCIDENT, stage, trigger)


def next_order(stage: OrderStage, trigger: OrderTrigger) -> OrderStage:
    """The stage after `trigger`; raises `IllegalTriggerError` where the table has none."""
    return next_stage("order", NEXT_ORDER, stage, trigger)


def next_unit(state: UnitState, trigger: UnitTrigger) -> UnitState:
    """The state after `trigger`; raises `IllegalTriggerError` where the table has none."""
    return next_stage("unit", NEXT_UNIT, state, trigger)


S = TypeVar("S", bound=StrEnum)
Q = TypeVar("Q", bound=StrEnum)


def next_stage(noun: str, table: Mapping[tuple[S, Q], S], stage: S, trigger: Q) -> S:
    """The entry of `table`, the state machine of a `noun`; raises `IllegalTriggerError`."""
    found = table.get((stage, trigger))
    if found is None:
        legal = ", ".join(sorted(q for s, q in table if s == stage)) or "nothing"
        raise IllegalTriggerError(noun=noun, stage=stage, trigger=trigger, legal=legal)
    return found
