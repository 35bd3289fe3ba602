"""All drives: those under way, found by order, unit and slot, and the last ended ones. What a drive says stands in `orders`."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from citybrain.clock import Timestamp
from citybrain.decider.command import Command, TimerFired
from citybrain.domain.incident import IncidentReport
from citybrain.domain.order import OrderAnswer, OrderProgress
from citybrain.domain.plan import ProposedOrder
from citybrain.ids import DistrictId, OrderId, PlanId, SlotId, UnitId
from citybrain.sorted_map import SortedMap
from citybrain.stages import OVER_INCIDENT_STAGES
from citybrain.vocabulary import SlotState
from coordinator import limits
from coordinator.cores import orders
from coordinator.cores.drive import ENDED_DRIVES, Drive, DriveStage, SlotSide, UnitSide
from coordinator.policy import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Drives:
    """`by_unit` and `by_slot` name the live order of a unit and of a slot: as long as its owner has not let go."""

    live: SortedMap[OrderId, Drive] = field(default_factory=SortedMap)
    by_unit: SortedMap[UnitId, OrderId] = field(default_factory=SortedMap)
    by_slot: SortedMap[SlotId, OrderId] = field(default_factory=SortedMap)
    ended: SortedMap[OrderId, Drive] = field(default_factory=SortedMap)
    ended_order: tuple[OrderId, ...] = ()  # oldest first


Step = tuple[Drives, tuple[Command, ...]]


def start(
    drives: Drives, order: ProposedOrder, plan: PlanId, policy: Policy, at: Timestamp
) -> Step:
    """Begin to drive an issued plan's order."""
    drive = Drive(
        order=order.order,
        plan=plan,
        unit=order.unit,
        unit_district=order.unit_district,
        task=order.task,
        stage=DriveStage.PROPOSING,
        version=0,
        since=at,
    )
    return _keep(drives, orders.propose(drive, policy, at))


def taken_up(drives: Drives, drive: Drive, policy: Policy, at: Timestamp) -> Step:
    """Go on with an order that was forgotten: both owners are asked the committed steps again."""
    return _keep(drives, orders.recovered(drive, policy, at))


def called_back(drives: Drives, drive: Drive, reason: str, policy: Policy, at: Timestamp) -> Step:
    """Call a forgotten order's crew back."""
    return _keep(drives, orders.withdraw(drive, reason, policy, at))


def answered(
    drives: Drives, sender: DistrictId, answer: OrderAnswer, policy: Policy, at: Timestamp
) -> Step:
    return _on(
        drives, answer.order, lambda drive: orders.answered(drive, sender, answer, policy, at)
    )


def progressed(
    drives: Drives, sender: DistrictId, progress: OrderProgress, policy: Policy, at: Timestamp
) -> Step:
    return _on(
        drives, progress.order, lambda drive: orders.progressed(drive, sender, progress, policy, at)
    )


def overdue(drives: Drives, fired: TimerFired, policy: Policy, at: Timestamp) -> Step:
    return _on(
        drives,
        OrderId(fired.subject),
        lambda drive: orders.overdue(drive, fired.version, policy, at),
    )


def reported(
    drives: Drives,
    before: IncidentReport | None,
    after: IncidentReport,
    policy: Policy,
    at: Timestamp,
) -> Step:
    """The incident's owner said how it stands: orders for what is no longer wanted are called back."""
    slots = {slot.slot for report in (before, after) if report is not None for slot in report.slots}
    commands: tuple[Command, ...] = ()
    for slot in sorted(slots):
        order = drives.by_slot.get(slot)
        drive = drives.live.get(order) if order is not None else None
        reason = _why_unwanted(drive, after) if drive is not None else ""
        if drive is not None and reason:
            drives, more = _keep(drives, orders.unwanted(drive, reason, policy, at))
            commands += more
    return drives, commands


def recovered(drives: Drives, policy: Policy, at: Timestamp) -> Step:
    commands: tuple[Command, ...] = ()
    for drive in list(drives.live.values()):
        drives, more = _keep(drives, orders.recovered(drive, policy, at))
        commands += more
    return drives, commands


def restored(drives: Drives, policy: Policy, at: Timestamp) -> Step:
    """This store went back in time: as `recovered`, and answers that it forgot are asked for once more."""
    waiting = [
        drive
        for drive in drives.live.values()
        if drive.stage not in (DriveStage.PROPOSING, DriveStage.COMMITTED)
    ]
    drives, commands = recovered(drives, policy, at)
    for drive in waiting:
        for district in sorted({drive.unit_district, drive.task.incident_district}):
            commands += orders.asked_again(drive, district, policy)
    return drives, commands


def asked_again(drives: Drives, district: DistrictId, policy: Policy) -> tuple[Command, ...]:
    """What a district whose store went back in time must hear again."""
    return tuple(
        command
        for drive in drives.live.values()
        for command in orders.asked_again(drive, district, policy)
    )


def avoided(drives: Drives, at: Timestamp, avoid_s: float) -> tuple[tuple[SlotId, UnitId], ...]:
    """Pairs of slot and unit that were refused lately: another unit is to be tried."""
    all_drives = [*drives.ended.values(), *drives.live.values()]
    return tuple(
        sorted(
            {
                (d.task.slot, d.unit)
                for d in all_drives
                if d.blames_unit and at - d.since <= avoid_s * 1_000_000
            }
        )
    )


def _why_unwanted(drive: Drive, incident: IncidentReport) -> str:
    if incident.stage in OVER_INCIDENT_STAGES:
        return "incident_over"
    slot = next((s for s in incident.slots if s.slot == drive.task.slot), None)
    if slot is None or slot.state is SlotState.CANCELLED:
        return "slot_gone"
    return (
        "slot_changed"
        if slot.version > drive.task.slot_version and slot.order != drive.order
        else ""
    )


def _on(drives: Drives, order: OrderId, step: Callable[[Drive], orders.Step]) -> Step:
    drive = drives.live.get(order)
    return _keep(drives, step(drive)) if drive is not None else (drives, ())


def _keep(drives: Drives, stepped: orders.Step) -> Step:
    drive, commands = stepped
    is_ended = drive.stage in ENDED_DRIVES
    drives = replace(
        drives,
        live=drives.live.drop(drive.order) if is_ended else drives.live.put(drive.order, drive),
        by_unit=_held(
            drives.by_unit,
            drive.unit,
            drive.order,
            by=not is_ended and drive.unit_side is not UnitSide.OVER,
        ),
        by_slot=_held(
            drives.by_slot,
            drive.task.slot,
            drive.order,
            by=not is_ended and drive.slot_side is not SlotSide.OVER,
        ),
    )
    return (_ended(drives, drive) if is_ended else drives), commands


def _held(index: SortedMap, key: str, order: OrderId, *, by: bool) -> SortedMap:
    """The index with `order` under `key`, or without it; another order's entry is left alone."""
    if by:
        return index.put(key, order)
    return index.drop(key) if index.get(key) == order else index


def _ended(drives: Drives, drive: Drive) -> Drives:
    names = (*drives.ended_order, drive.order)
    ended = drives.ended.put(drive.order, drive)
    if len(names) > limits.ENDED_KEPT.value:
        ended, names = ended.drop(names[0]), names[1:]
    return replace(drives, ended=ended, ended_order=names)
