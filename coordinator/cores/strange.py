"""Orders of the city that this store does not remember: given before it went back in time, or by a store that was lost. Their owners' words stand.

A crew's steps are told on to the incident's owner whatever is known. An order that its incident's owner still names is taken up as committed: both owners
are asked the committed steps again, and their answers say how it really stands. One that no slot names any more is called back.
And the other way round: an order that this store saw end, and that an owner whose store went back in time still holds, is ended there once more.
"""

from dataclasses import dataclass, field, replace

from citybrain.clock import Timestamp
from citybrain.decider.command import Command, Post
from citybrain.domain.incident import IncidentReport, SlotReport
from citybrain.domain.order import OrderProgress, Task
from citybrain.domain.unit import UnitReport
from citybrain.ids import DistrictId, IncidentId, OrderId, PlanId, StoreEpoch, UnitId
from citybrain.sorted_map import SortedMap
from citybrain.stages import LIVE_ORDER_STAGES
from citybrain.vocabulary import OrderStep, SlotState
from coordinator.cores import drives, letters
from coordinator.cores.drive import Drive, DriveStage, SlotSide
from coordinator.cores.drives import Drives
from coordinator.cores.world import World
from coordinator.policy import Policy

PLAN = PlanId("forgotten")  # in the place of the plan that nobody remembers
PROMISED = (SlotState.CLAIMED, SlotState.CONFIRMED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Strange:
    """What was heard of such orders and could not be taken up yet: a slot whose unit is not known, a crew whose incident is not."""

    slots: SortedMap[OrderId, IncidentId] = field(default_factory=SortedMap)
    crews: SortedMap[OrderId, OrderProgress] = field(default_factory=SortedMap)


Step = tuple[Strange, Drives, tuple[Command, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What is needed to judge: the store's name and what it knows."""

    epoch: StoreEpoch
    world: World
    policy: Policy
    at: Timestamp


def order_owner(epoch: StoreEpoch) -> str:
    """What stands in the names of plans and orders that the store of `epoch` gives."""
    return f"city.{epoch[:8]}"


def heard_incident(
    strange: Strange, all_drives: Drives, incident: IncidentReport, ground: Ground
) -> Step:
    """Take up, or remember, the strange orders that its slots name; call back the crews under way to it that none names."""
    named = {
        s.order: s
        for s in incident.slots
        if s.order is not None
        and s.state in PROMISED
        and is_strange(all_drives, s.order, ground.epoch)
    }
    waiting = SortedMap(
        (order, name) for order, name in strange.slots.items() if name != incident.incident
    )
    commands: tuple[Command, ...] = ()
    for order in sorted(named):
        waiting = waiting.put(order, incident.incident)
    strange = replace(strange, slots=waiting)
    for order, progress in strange.crews.items():
        if progress.incident == incident.incident and order not in named:
            strange, all_drives, more = _call_back(strange, all_drives, progress, incident, ground)
            commands += more
    strange, all_drives, more = _take_up(strange, all_drives, ground)
    return strange, all_drives, commands + more + _ended_slots(all_drives, incident, ground)


def heard_unit(strange: Strange, all_drives: Drives, unit: UnitReport, ground: Ground) -> Step:
    """A unit is known (again): the slots that wait for it can be followed."""
    strange, all_drives, commands = (
        _take_up(strange, all_drives, ground) if len(strange.slots) else (strange, all_drives, ())
    )
    ended = (
        _ended_before(all_drives, unit.order, unit.district, ground)
        if unit.order is not None
        else None
    )
    return (
        strange,
        all_drives,
        (*commands, letters.ask(ended, OrderStep.WITHDRAW, reason="ended"))
        if ended is not None
        else commands,
    )


def heard_progress(
    strange: Strange, all_drives: Drives, progress: OrderProgress, ground: Ground
) -> Step:
    """Told on to the incident's owner; a crew under way is remembered until that owner has spoken."""
    if not is_strange(all_drives, progress.order, ground.epoch):
        return strange, all_drives, ()
    told: tuple[Command, ...] = ()
    if progress.incident_district != progress.unit_district:
        told = (Post(to=letters.peer(progress.incident_district), letter=progress),)
    if progress.stage not in LIVE_ORDER_STAGES:
        return replace(strange, crews=strange.crews.drop(progress.order)), all_drives, told
    strange = replace(strange, crews=strange.crews.put(progress.order, progress))
    incident = ground.world.incidents.get(progress.incident)
    if incident is None:
        return strange, all_drives, told
    strange, all_drives, more = heard_incident(strange, all_drives, incident, ground)
    return strange, all_drives, told + more


def is_strange(all_drives: Drives, order: OrderId, epoch: StoreEpoch) -> bool:
    """Whether a city gave it, and not this store in its present life; none that it still drives or saw end."""
    is_citys = order.startswith("order-city.") and not order.startswith(
        f"order-{order_owner(epoch)}-"
    )
    return is_citys and order not in all_drives.live and order not in all_drives.ended


def _ended_slots(
    all_drives: Drives, incident: IncidentReport, ground: Ground
) -> tuple[Command, ...]:
    """For an incident's owner that forgot how an order ended."""
    commands: list[Command] = []
    for slot in incident.slots:
        ended = (
            _ended_before(all_drives, slot.order, incident.district, ground)
            if slot.order is not None and slot.state in PROMISED
            else None
        )
        if ended is not None and ended.stage is DriveStage.DONE:
            commands.append(letters.relay(ended, ended.since))
        elif ended is not None:
            commands.append(letters.ask(ended, OrderStep.CLAIM_CANCELLED, reason=ended.reason))
    return tuple(commands)


def _ended_before(
    all_drives: Drives, order: OrderId, owner: DistrictId, ground: Ground
) -> Drive | None:
    """The drive, if it ended before `owner` came back with an older store: then what that owner says of it is what it forgot."""
    drive, district = all_drives.ended.get(order), ground.world.districts.get(owner)
    return (
        drive
        if drive is not None and district is not None and drive.since <= district.back_at
        else None
    )


def _take_up(strange: Strange, all_drives: Drives, ground: Ground) -> Step:
    commands: tuple[Command, ...] = ()
    for order, name in strange.slots.items():
        incident = ground.world.incidents.get(name)
        slot = (
            next((s for s in incident.slots if s.order == order), None)
            if incident is not None
            else None
        )
        owner = _unit_owner(strange, order, slot.unit if slot is not None else None, ground.world)
        if incident is None or slot is None or slot.unit is None or owner is None:
            continue
        drive = _drive(order, slot.unit, owner, _errand(incident, slot), ground.at)
        all_drives, more = drives.taken_up(all_drives, drive, ground.policy, ground.at)
        commands += more
        strange = Strange(slots=strange.slots.drop(order), crews=strange.crews.drop(order))
    return strange, all_drives, commands


def _call_back(
    strange: Strange,
    all_drives: Drives,
    progress: OrderProgress,
    incident: IncidentReport,
    ground: Ground,
) -> Step:
    slot = next((s for s in incident.slots), None)
    if slot is None:
        return replace(strange, crews=strange.crews.drop(progress.order)), all_drives, ()
    drive = _drive(
        progress.order, progress.unit, progress.unit_district, _errand(incident, slot), ground.at
    )
    drive = replace(drive, slot_side=SlotSide.OVER, crew=progress.stage)
    all_drives, commands = drives.called_back(
        all_drives, drive, "forgotten", ground.policy, ground.at
    )
    return replace(strange, crews=strange.crews.drop(progress.order)), all_drives, commands


def _unit_owner(
    strange: Strange, order: OrderId, unit: UnitId | None, world: World
) -> DistrictId | None:
    crew = strange.crews.get(order)
    if crew is not None:
        return crew.unit_district
    known = world.units.get(unit) if unit is not None else None
    return known.district if known is not None else None


def _drive(order: OrderId, unit: UnitId, owner: DistrictId, task: Task, at: Timestamp) -> Drive:
    return Drive(
        order=order,
        plan=PLAN,
        unit=unit,
        unit_district=owner,
        task=task,
        stage=DriveStage.COMMITTED,
        version=0,
        since=at,
    )


def _errand(incident: IncidentReport, slot: SlotReport) -> Task:
    return Task(
        incident=incident.incident,
        incident_district=incident.district,
        slot=slot.slot,
        slot_version=slot.version,
        kind=incident.kind,
        severity=incident.severity,
        place=incident.place,
        traceparent=incident.traceparent,
    )
