"""Orders of the city that this store does not remember: given before it went back in time, or by a
store that was lost. What their owners report of them counts.

A crew's progress is relayed to the incident's owner whatever is known. An orphaned order that its
incident's owner still names is adopted as committed: both owners are asked for the committed steps
again, and their answers show how it really stands. One that no slot names any more is called back.
And the other way round: an order that this store saw end, and that an owner whose store went back
in time still holds, is ended there once more.
"""

from citybrain.clock import Timestamp
from citybrain.decider.command import Command, Post
from citybrain.domain.incident import IncidentReport
from citybrain.domain.order import OrderProgress, Task
from citybrain.domain.unit import UnitReport
from citybrain.ids import DistrictId, IncidentId, OrderId, PlanId, StoreEpoch, UnitId
from citybrain.sorted_map import SortedMap
from citybrain.stages import LIVE_ORDER_STAGES
from citybrain.structs import Struct, field, replace
from citybrain.vocabulary import OrderStep, SlotState
from coordinator.cores import order_saga, sagas
from coordinator.cores.order_saga import IncidentOwnerStage, OrderSaga, SagaStage
from coordinator.cores.sagas import Sagas
from coordinator.cores.world import World, task_for
from coordinator.policy import Policy

UNKNOWN_PLAN = PlanId("unknown")  # in the place of the plan, which this store does not remember
PROMISED = (SlotState.CLAIMED, SlotState.CONFIRMED)


class OrphanedOrders(Struct, frozen=True, kw_only=True):
    """Orphaned orders that could not be adopted yet: a slot whose unit is not known, a crew whose
    incident is not.
    """

    slots: SortedMap[OrderId, IncidentId] = field(default_factory=SortedMap)
    crews: SortedMap[OrderId, OrderProgress] = field(default_factory=SortedMap)


Step = tuple[OrphanedOrders, Sagas, tuple[Command, ...]]


class OrphanContext(Struct, frozen=True, kw_only=True):
    """How an orphaned order is recognised, and what is known for adopting it."""

    epoch: StoreEpoch
    world: World
    policy: Policy
    at: Timestamp


def order_owner(epoch: StoreEpoch) -> str:
    """The part of the ids of plans and orders that names the store of `epoch`."""
    return f"city.{epoch[:8]}"


def on_incident(
    orphaned: OrphanedOrders, all_sagas: Sagas, incident: IncidentReport, context: OrphanContext
) -> Step:
    """Adopt, or remember, the orphaned orders that its slots name; call back the crews under way to
    it that no slot names.
    """
    named = {
        s.order
        for s in incident.slots
        if s.order is not None
        and s.state in PROMISED
        and is_orphaned(all_sagas, s.order, context.epoch)
    }
    waiting = SortedMap(
        (order, name) for order, name in orphaned.slots.items() if name != incident.incident
    )
    waiting = waiting.put_all((order, incident.incident) for order in sorted(named))
    orphaned = replace(orphaned, slots=waiting)
    commands: tuple[Command, ...] = ()
    for order, progress in orphaned.crews.items():
        if progress.incident == incident.incident and order not in named:
            orphaned, all_sagas, more = _recall(orphaned, all_sagas, progress, incident, context)
            commands += more
    orphaned, all_sagas, more = _adopt(orphaned, all_sagas, context)
    return orphaned, all_sagas, commands + more + _ended_slots(all_sagas, incident, context)


def on_unit(
    orphaned: OrphanedOrders, all_sagas: Sagas, unit: UnitReport, context: OrphanContext
) -> Step:
    """A unit is known (again): the orders that wait for it can be adopted."""
    commands: tuple[Command, ...] = ()
    if len(orphaned.slots):
        orphaned, all_sagas, commands = _adopt(orphaned, all_sagas, context)
    if unit.order is not None:
        ended = _ended_before(all_sagas, unit.order, unit.district, context)
        if ended is not None:
            again = order_saga.request(ended, OrderStep.WITHDRAW, reason="ended")
            commands = (*commands, again)
    return orphaned, all_sagas, commands


def on_progress(
    orphaned: OrphanedOrders, all_sagas: Sagas, progress: OrderProgress, context: OrphanContext
) -> Step:
    """Relayed to the incident's owner; a crew under way is remembered until that owner reports."""
    if not is_orphaned(all_sagas, progress.order, context.epoch):
        return orphaned, all_sagas, ()
    relayed: tuple[Command, ...] = ()
    if progress.incident_district != progress.unit_district:
        relayed = (Post(to=order_saga.peer(progress.incident_district), letter=progress),)
    if progress.stage not in LIVE_ORDER_STAGES:
        return _without_crew(orphaned, progress.order), all_sagas, relayed
    orphaned = replace(orphaned, crews=orphaned.crews.put(progress.order, progress))
    incident = context.world.incidents.get(progress.incident)
    if incident is None:
        return orphaned, all_sagas, relayed
    orphaned, all_sagas, more = on_incident(orphaned, all_sagas, incident, context)
    return orphaned, all_sagas, relayed + more


def is_orphaned(all_sagas: Sagas, order: OrderId, epoch: StoreEpoch) -> bool:
    """Whether a city gave the order, and not this store in its present life: neither live nor seen
    to end.
    """
    is_citys = order.startswith("order-city.") and not order.startswith(
        f"order-{order_owner(epoch)}-"
    )
    return is_citys and order not in all_sagas.live and order not in all_sagas.ended


def _ended_slots(
    all_sagas: Sagas, incident: IncidentReport, context: OrphanContext
) -> tuple[Command, ...]:
    """For an incident's owner whose store lost how an order ended."""
    commands: list[Command] = []
    for slot in incident.slots:
        if slot.order is None or slot.state not in PROMISED:
            continue
        ended = _ended_before(all_sagas, slot.order, incident.district, context)
        if ended is not None and ended.stage is SagaStage.DONE:
            commands.append(order_saga.progress(ended, ended.since))
        elif ended is not None:
            commands.append(
                order_saga.request(ended, OrderStep.CLAIM_CANCELLED, reason=ended.reason)
            )
    return tuple(commands)


def _ended_before(
    all_sagas: Sagas, order: OrderId, owner: DistrictId, context: OrphanContext
) -> OrderSaga | None:
    """The saga, if it ended before `owner` came back with an older store: that owner's report of it
    is then older than its end.
    """
    saga, district = all_sagas.ended.get(order), context.world.districts.get(owner)
    is_before = saga is not None and district is not None and saga.since <= district.restored_at
    return saga if is_before else None


def _adopt(orphaned: OrphanedOrders, all_sagas: Sagas, context: OrphanContext) -> Step:
    """Adopt every order whose incident, slot and unit are known by now."""
    commands: tuple[Command, ...] = ()
    for order, name in orphaned.slots.items():
        incident = context.world.incidents.get(name)
        slots = incident.slots if incident is not None else ()
        slot = next((s for s in slots if s.order == order), None)
        if incident is None or slot is None or slot.unit is None:
            continue
        owner = _unit_owner(orphaned, order, slot.unit, context.world)
        if owner is None:
            continue
        task = task_for(context.world, incident, slot)
        saga = _saga(order, slot.unit, owner, task, context.at)
        all_sagas, more = sagas.adopt(all_sagas, saga, context.policy, context.at)
        commands += more
        orphaned = _without_crew(replace(orphaned, slots=orphaned.slots.drop(order)), order)
    return orphaned, all_sagas, commands


def _recall(
    orphaned: OrphanedOrders,
    all_sagas: Sagas,
    progress: OrderProgress,
    incident: IncidentReport,
    context: OrphanContext,
) -> Step:
    """Call a crew back that no slot of its incident names."""
    orphaned = _without_crew(orphaned, progress.order)
    if not incident.slots:
        return orphaned, all_sagas, ()
    task = task_for(context.world, incident, incident.slots[0])
    saga = _saga(progress.order, progress.unit, progress.unit_district, task, context.at)
    saga = replace(
        saga, incident_owner_stage=IncidentOwnerStage.RELEASED, crew_stage=progress.stage
    )
    all_sagas, commands = sagas.recall(all_sagas, saga, "orphaned", context.policy, context.at)
    return orphaned, all_sagas, commands


def _without_crew(orphaned: OrphanedOrders, order: OrderId) -> OrphanedOrders:
    return replace(orphaned, crews=orphaned.crews.drop(order))


def _unit_owner(
    orphaned: OrphanedOrders, order: OrderId, unit: UnitId, world: World
) -> DistrictId | None:
    crew = orphaned.crews.get(order)
    if crew is not None:
        return crew.unit_district
    known = world.units.get(unit)
    return known.district if known is not None else None


def _saga(order: OrderId, unit: UnitId, owner: DistrictId, task: Task, at: Timestamp) -> OrderSaga:
    return OrderSaga(
        order=order,
        plan=UNKNOWN_PLAN,
        unit=unit,
        unit_district=owner,
        task=task,
        stage=SagaStage.COMMITTED,
        version=0,
        since=at,
    )
