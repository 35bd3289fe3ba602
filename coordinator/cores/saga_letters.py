"""The letters and timer rows of an order saga: to whom each goes and what it is called.
Decides nothing.
"""

from citybrain.clock import Timestamp, later
from citybrain.decider.command import CancelTimer, Post, SetTimer
from citybrain.domain.order import OrderProgress, OrderRequest
from citybrain.ids import DistrictId
from citybrain.vocabulary import OrderStep
from coordinator.cores.order_saga import OrderSaga
from coordinator.cores.timer_keys import order_deadline

# the unit's owner answers these, the incident's owner the others (`RELEASE` goes to both)
UNIT_OWNER_STEPS = frozenset({OrderStep.RESERVE, OrderStep.ISSUE, OrderStep.WITHDRAW})


def peer(district: DistrictId) -> str:
    """The name of a district's log in the city's store."""
    return f"district/{district}"


def owner_of(saga: OrderSaga, step: OrderStep) -> DistrictId:
    """Who is asked for `step` (for `RELEASE` see `release`)."""
    return saga.unit_district if step in UNIT_OWNER_STEPS else saga.task.incident_district


def request(saga: OrderSaga, step: OrderStep, *, ttl_s: float = 0.0, reason: str = "") -> Post:
    """The letter that asks the owner concerned for `step`."""
    return _request_to(owner_of(saga, step), saga, step, ttl_s=ttl_s, reason=reason)


def release(saga: OrderSaga, district: DistrictId, reason: str) -> Post:
    """The letter that asks `district` to release the order."""
    return _request_to(district, saga, OrderStep.RELEASE, ttl_s=0.0, reason=reason)


def progress(saga: OrderSaga, at: Timestamp, reason: str = "") -> Post:
    """How far the crew is, for the incident's owner."""
    letter = OrderProgress(
        order=saga.order,
        unit=saga.unit,
        unit_district=saga.unit_district,
        incident=saga.task.incident,
        incident_district=saga.task.incident_district,
        stage=saga.crew_stage,
        at=at,
        reason=reason,
    )
    return Post(to=peer(saga.task.incident_district), letter=letter)


def set_deadline(saga: OrderSaga, at: Timestamp, seconds: float) -> SetTimer:
    """The timer of the saga's stage, `seconds` from `at`."""
    return SetTimer(
        timer=order_deadline(saga.order),
        due=later(at, seconds),
        subject=saga.order,
        version=saga.version,
    )


def cancel_deadline(saga: OrderSaga) -> CancelTimer:
    """The end of the timer of the saga's stage."""
    return CancelTimer(timer=order_deadline(saga.order))


def _request_to(
    district: DistrictId, saga: OrderSaga, step: OrderStep, *, ttl_s: float, reason: str
) -> Post:
    letter = OrderRequest(
        order=saga.order,
        step=step,
        plan=saga.plan,
        unit=saga.unit,
        unit_district=saga.unit_district,
        task=saga.task,
        ttl_s=ttl_s,
        reason=reason,
    )
    return Post(to=peer(district), letter=letter)
