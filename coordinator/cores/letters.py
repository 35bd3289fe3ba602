"""The letters and timer rows of a drive: how each is addressed and named. Decides nothing."""

from citybrain.clock import Timestamp, later
from citybrain.decider.command import CancelTimer, Post, SetTimer
from citybrain.domain.order import OrderProgress, OrderRequest
from citybrain.ids import DistrictId, TimerId
from citybrain.vocabulary import OrderStep
from coordinator.cores.drive import Drive

OF_UNIT = frozenset(
    {OrderStep.RESERVE, OrderStep.ISSUE, OrderStep.WITHDRAW}
)  # the unit's owner answers; the incident's owner answers the others
TIMER_PREFIX = "order/"


def peer(district: DistrictId) -> str:
    return f"district/{district}"


def owner_of(drive: Drive, step: OrderStep) -> DistrictId:
    """Who is asked `step` (release goes to both: see `release`)."""
    return drive.unit_district if step in OF_UNIT else drive.task.incident_district


def ask(drive: Drive, step: OrderStep, *, ttl_s: float = 0.0, reason: str = "") -> Post:
    return _to(owner_of(drive, step), drive, step, ttl_s=ttl_s, reason=reason)


def release(drive: Drive, district: DistrictId, reason: str) -> Post:
    return _to(district, drive, OrderStep.RELEASE, ttl_s=0.0, reason=reason)


def relay(drive: Drive, at: Timestamp, reason: str = "") -> Post:
    """How far the crew is, for the incident's owner."""
    progress = OrderProgress(
        order=drive.order,
        unit=drive.unit,
        unit_district=drive.unit_district,
        incident=drive.task.incident,
        incident_district=drive.task.incident_district,
        stage=drive.crew,
        at=at,
        reason=reason,
    )
    return Post(to=peer(drive.task.incident_district), letter=progress)


def deadline(drive: Drive, at: Timestamp, seconds: float) -> SetTimer:
    return SetTimer(
        timer=_timer(drive), due=later(at, seconds), subject=drive.order, version=drive.version
    )


def no_deadline(drive: Drive) -> CancelTimer:
    return CancelTimer(timer=_timer(drive))


def _timer(drive: Drive) -> TimerId:
    return TimerId(TIMER_PREFIX + drive.order)


def _to(district: DistrictId, drive: Drive, step: OrderStep, *, ttl_s: float, reason: str) -> Post:
    request = OrderRequest(
        order=drive.order,
        step=step,
        plan=drive.plan,
        unit=drive.unit,
        unit_district=drive.unit_district,
        task=drive.task,
        ttl_s=ttl_s,
        reason=reason,
    )
    return Post(to=peer(district), letter=request)
