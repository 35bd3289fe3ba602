"""What may follow what: the lives of incidents, orders and units as tables. The diagrams in the docs are drawn from them.

An illegal cue raises `IllegalTriggerError` and leaves the thing as it was.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from citybrain.errors import IllegalTriggerError
from citybrain.vocabulary import IncidentStage as I
from citybrain.vocabulary import OrderStage as O
from citybrain.vocabulary import UnitState as U


class IncidentTrigger(StrEnum):
    OPEN = "open"
    DISPATCH = "dispatch"
    WORK = "work"
    HANDLE = "handle"
    RECALL = "recall"
    VERIFY = "verify"
    CLOSE = "close"
    REOPEN = "reopen"
    MERGE = "merge"
    REJECT = "reject"
    DEFER = "defer"
    RESUME = "resume"


class OrderTrigger(StrEnum):
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
    RESERVE = "reserve"
    COMMIT = "commit"
    DEPART = "depart"
    ARRIVE = "arrive"
    FREE = "free"
    RETURN = "return"
    DELAY = "delay"
    LEAVE = "leave"
    ENTER = "enter"


C = IncidentTrigger
NEXT_INCIDENT: Mapping[tuple[I, IncidentTrigger], I] = {
    (I.REPORTED, C.OPEN): I.OPENED,
    (I.REPORTED, C.REJECT): I.REJECTED,
    (I.REPORTED, C.MERGE): I.MERGED,
    (I.REPORTED, C.DEFER): I.DEFERRED,
    (I.OPENED, C.DISPATCH): I.DISPATCHED,
    (I.OPENED, C.HANDLE): I.HANDLED,
    (I.OPENED, C.REJECT): I.REJECTED,
    (I.OPENED, C.MERGE): I.MERGED,
    (I.OPENED, C.DEFER): I.DEFERRED,
    (I.DEFERRED, C.RESUME): I.OPENED,
    (I.DEFERRED, C.REJECT): I.REJECTED,
    (I.DISPATCHED, C.WORK): I.WORKING,
    (I.DISPATCHED, C.HANDLE): I.HANDLED,
    (I.DISPATCHED, C.RECALL): I.OPENED,
    (I.WORKING, C.HANDLE): I.HANDLED,
    (I.WORKING, C.RECALL): I.OPENED,
    (I.HANDLED, C.VERIFY): I.VERIFIED,
    (I.HANDLED, C.REOPEN): I.REOPENED,
    (I.VERIFIED, C.CLOSE): I.CLOSED,
    (I.VERIFIED, C.REOPEN): I.REOPENED,
    (I.CLOSED, C.REOPEN): I.REOPENED,
    (I.REOPENED, C.DISPATCH): I.DISPATCHED,
    (I.REOPENED, C.HANDLE): I.HANDLED,
    (I.REOPENED, C.REJECT): I.REJECTED,
    (I.REOPENED, C.DEFER): I.DEFERRED,
}

K = OrderTrigger
NEXT_ORDER: Mapping[tuple[O, OrderTrigger], O] = {
    (O.PROPOSED, K.RESERVE): O.RESERVED,
    (O.PROPOSED, K.CANNOT): O.REFUSED,
    (O.PROPOSED, K.RELEASE): O.WITHDRAWN,
    (O.RESERVED, K.ISSUE): O.ISSUED,
    (O.RESERVED, K.EXPIRE): O.EXPIRED,
    (O.RESERVED, K.RELEASE): O.WITHDRAWN,
    (O.ISSUED, K.ACCEPT): O.ACCEPTED,
    (O.ISSUED, K.CANNOT): O.REFUSED,
    (O.ISSUED, K.WITHDRAW): O.WITHDRAWN,
    (O.ACCEPTED, K.DEPART): O.EN_ROUTE,
    (O.ACCEPTED, K.ARRIVE): O.ON_SCENE,
    (O.ACCEPTED, K.CANNOT): O.REFUSED,
    (O.ACCEPTED, K.WITHDRAW): O.WITHDRAWN,
    (O.EN_ROUTE, K.ARRIVE): O.ON_SCENE,
    (O.EN_ROUTE, K.CANNOT): O.REFUSED,
    (O.EN_ROUTE, K.WITHDRAW): O.WITHDRAWN,
    (O.ON_SCENE, K.FINISH): O.DONE,
    (O.ON_SCENE, K.CANNOT): O.REFUSED,
}

V = UnitTrigger
NEXT_UNIT: Mapping[tuple[U, UnitTrigger], U] = {
    (U.AVAILABLE, V.RESERVE): U.RESERVED,
    (U.RETURNING, V.RESERVE): U.RESERVED,
    (U.RESERVED, V.COMMIT): U.COMMITTED,
    (U.RESERVED, V.FREE): U.AVAILABLE,
    (U.COMMITTED, V.DEPART): U.EN_ROUTE,
    (U.COMMITTED, V.ARRIVE): U.ON_SCENE,
    (U.COMMITTED, V.FREE): U.AVAILABLE,
    (U.EN_ROUTE, V.ARRIVE): U.ON_SCENE,
    (U.EN_ROUTE, V.DELAY): U.DELAYED,
    (U.EN_ROUTE, V.FREE): U.AVAILABLE,
    (U.DELAYED, V.ARRIVE): U.ON_SCENE,
    (U.DELAYED, V.FREE): U.AVAILABLE,
    (U.ON_SCENE, V.FREE): U.AVAILABLE,
    (U.ON_SCENE, V.RETURN): U.RETURNING,
    (U.RETURNING, V.FREE): U.AVAILABLE,
    (U.AVAILABLE, V.LEAVE): U.OUT_OF_SERVICE,
    (U.RETURNING, V.LEAVE): U.OUT_OF_SERVICE,
    (U.OUT_OF_SERVICE, V.ENTER): U.AVAILABLE,
}

LIVE_ORDER_STAGES = frozenset({O.RESERVED, O.ISSUED, O.ACCEPTED, O.EN_ROUTE, O.ON_SCENE})
ENDED_ORDER_STAGES = frozenset({O.DONE, O.REFUSED, O.EXPIRED, O.WITHDRAWN})
OVER_INCIDENT_STAGES = frozenset({I.CLOSED, I.MERGED, I.REJECTED})
FREE_UNIT_STATES = frozenset({U.AVAILABLE, U.RETURNING})


def next_incident(stage: I, trigger: IncidentTrigger) -> I:
    """The stage after `trigger`; raises `IllegalTriggerError` where the table has none."""
    return _follow("incident", NEXT_INCIDENT, stage, trigger)


def next_order(stage: O, trigger: OrderTrigger) -> O:
    """The stage after `trigger`; raises `IllegalTriggerError` where the table has none."""
    return _follow("order", NEXT_ORDER, stage, trigger)


def next_unit(state: U, trigger: UnitTrigger) -> U:
    """The state after `trigger`; raises `IllegalTriggerError` where the table has none."""
    return _follow("unit", NEXT_UNIT, state, trigger)


S = TypeVar("S", bound=StrEnum)
Q = TypeVar("Q", bound=StrEnum)


def _follow(noun: str, table: Mapping[tuple[S, Q], S], stage: S, trigger: Q) -> S:
    following = table.get((stage, trigger))
    if following is None:
        legal = ", ".join(sorted(q for s, q in table if s == stage)) or "nothing"
        raise IllegalTriggerError(noun=noun, stage=stage, trigger=trigger, legal=legal)
    return following
