"""All order sagas: the live ones, found by order, unit and slot, and the last ended ones. What a
saga does at each input stands in `saga_steps`.
"""

from collections.abc import Callable
from typing import TypeVar

from citybrain.clock import Timestamp
from citybrain.decider.command import Command, TimerFired
from citybrain.domain.incident import IncidentReport
from citybrain.domain.order import (
    ORDER_OVER,
    MessageReceipt,
    OrderAnswer,
    OrderMessage,
    OrderProgress,
)
from citybrain.domain.plan import ProposedOrder
from citybrain.ids import DistrictId, OrderId, PlanId, SlotId, UnitId
from citybrain.sorted_map import SortedMap
from citybrain.stages import ENDED_INCIDENT_STAGES
from citybrain.structs import Struct, field, replace
from citybrain.vocabulary import OrderStep, SlotState
from coordinator import limits
from coordinator.cores import corrections, order_messages, repeated_requests, saga_steps
from coordinator.cores.order_saga import (
    ENDED_STAGES,
    IncidentOwnerStage,
    OrderSaga,
    SagaStage,
    UnitOwnerStage,
)
from coordinator.policy import Policy


class Sagas(Struct, frozen=True, kw_only=True):
    """`by_unit` and `by_slot` name the live order of a unit and of a slot: until the owner has
    nothing of it any more.
    """

    live: SortedMap[OrderId, OrderSaga] = field(default_factory=SortedMap)
    by_unit: SortedMap[UnitId, OrderId] = field(default_factory=SortedMap)
    by_slot: SortedMap[SlotId, OrderId] = field(default_factory=SortedMap)
    ended: SortedMap[OrderId, OrderSaga] = field(default_factory=SortedMap)
    ended_order: tuple[OrderId, ...] = ()  # oldest first


Step = tuple[Sagas, tuple[Command, ...]]
K = TypeVar("K", UnitId, SlotId)


def start(
    sagas: Sagas,
    order: ProposedOrder,
    plan: PlanId,
    policy: Policy,
    at: Timestamp,
    *,
    unit_name: str = "",
) -> Step:
    """Begin the saga of an issued plan's order."""
    saga = OrderSaga(
        order=order.order,
        plan=plan,
        unit=order.unit,
        unit_district=order.unit_district,
        task=order.task,
        stage=SagaStage.PROPOSING,
        version=0,
        since=at,
        unit_name=unit_name,
    )
    return _with(sagas, saga_steps.propose(saga, policy, at))


def adopt(sagas: Sagas, saga: OrderSaga, policy: Policy, at: Timestamp) -> Step:
    """Go on with an orphaned order: both owners are asked for the committed steps again."""
    return _with(sagas, saga_steps.recover(saga, policy, at))


def recall(sagas: Sagas, saga: OrderSaga, reason: str, policy: Policy, at: Timestamp) -> Step:
    """Call the crew of an orphaned order back."""
    return _with(sagas, saga_steps.withdraw(saga, reason, policy, at))


def on_answer(
    sagas: Sagas, sender: DistrictId, answer: OrderAnswer, policy: Policy, at: Timestamp
) -> Step:
    """An owner answered a step; see `saga_steps.on_answer`. One that it does not know may have been
    a message to its crew."""
    if answer.step is OrderStep.UNKNOWN:
        return _on(sagas, answer.order, lambda saga: order_messages.refuse_all(saga, sender, at))
    return _on(
        sagas, answer.order, lambda saga: saga_steps.on_answer(saga, sender, answer, policy, at)
    )


def on_progress(
    sagas: Sagas, sender: DistrictId, progress: OrderProgress, policy: Policy, at: Timestamp
) -> Step:
    """A crew went on; see `saga_steps.on_progress`."""
    return _on(
        sagas,
        progress.order,
        lambda saga: saga_steps.on_progress(saga, sender, progress, policy, at),
    )


def on_message(
    sagas: Sagas, sender: DistrictId, message: OrderMessage, at: Timestamp, *, is_orphaned: bool
) -> Step:
    """An incident's owner writes to a crew; see `order_messages`. Of an orphaned order nobody knows
    yet whose crew has it: the incident's owner is told by how it ends."""
    if message.order in sagas.live:
        return _on(
            sagas, message.order, lambda saga: order_messages.forward(saga, sender, message, at)
        )
    is_lost = message.incident_district == sender and not is_orphaned
    return sagas, ((order_messages.not_reached(message, ORDER_OVER, at),) if is_lost else ())


def on_receipt(sagas: Sagas, sender: DistrictId, receipt: MessageReceipt) -> Step:
    """A unit's owner says what became of a message, whatever has become of the order since."""
    known = sagas.live.get(receipt.order) or sagas.ended.get(receipt.order)
    if known is not None and (sender, receipt.incident_district) != (
        known.unit_district,
        known.task.incident_district,
    ):
        return sagas, ()
    sagas, _ = _on(
        sagas, receipt.order, lambda saga: (order_messages.note_receipt(saga, receipt), ())
    )
    return sagas, (order_messages.relay(receipt),)


def on_deadline(sagas: Sagas, fired: TimerFired, policy: Policy, at: Timestamp) -> Step:
    """A saga's deadline passed; see `saga_steps.on_deadline`."""
    return _on(
        sagas,
        OrderId(fired.subject),
        lambda saga: saga_steps.on_deadline(saga, fired.version, policy, at),
    )


def on_incident(
    sagas: Sagas,
    before: IncidentReport | None,
    after: IncidentReport,
    policy: Policy,
    at: Timestamp,
) -> Step:
    """The incident's owner reported it: orders for what is no longer wanted are called back, and
    crews that go to what is elsewhere now are told."""
    slots = {slot.slot for report in (before, after) if report is not None for slot in report.slots}
    commands: tuple[Command, ...] = ()
    for slot in sorted(slots):
        order = sagas.by_slot.get(slot)
        saga = sagas.live.get(order) if order is not None else None
        reason = _why_unwanted(saga, after) if saga is not None else ""
        if saga is None:
            continue
        cancelled = saga_steps.cancel(saga, reason, policy, at) if reason else None
        sagas, more = _with(sagas, cancelled or corrections.correct(saga, after))
        commands += more
    return sagas, commands


def recover(sagas: Sagas, policy: Policy, at: Timestamp) -> Step:
    """The node started again; see `saga_steps.recover`."""
    commands: tuple[Command, ...] = ()
    for saga in list(sagas.live.values()):
        sagas, more = _with(sagas, saga_steps.recover(saga, policy, at))
        commands += more
    return sagas, commands


def restore(sagas: Sagas, policy: Policy, at: Timestamp) -> Step:
    """This store went back in time: as `recover`, and lost answers are asked for once more."""
    waiting = [
        saga
        for saga in sagas.live.values()
        if saga.stage not in (SagaStage.PROPOSING, SagaStage.COMMITTED)
    ]
    sagas, commands = recover(sagas, policy, at)
    for saga in waiting:
        for district in sorted({saga.unit_district, saga.task.incident_district}):
            commands += repeated_requests.repeat_requests(saga, district, policy)
    return sagas, commands


def repeat_requests(sagas: Sagas, district: DistrictId, policy: Policy) -> tuple[Command, ...]:
    """What a district whose store went back in time must receive again."""
    return tuple(
        command
        for saga in sagas.live.values()
        for command in repeated_requests.repeat_requests(saga, district, policy)
    )


def avoided_pairs(sagas: Sagas, at: Timestamp, avoid_s: float) -> tuple[tuple[SlotId, UnitId], ...]:
    """Pairs of slot and unit that were refused lately: another unit is to be tried."""
    return tuple(
        sorted(
            {
                (saga.task.slot, saga.unit)
                for saga in (*sagas.ended.values(), *sagas.live.values())
                if saga.unit_at_fault and at - saga.since <= avoid_s * 1_000_000
            }
        )
    )


def _why_unwanted(saga: OrderSaga, incident: IncidentReport) -> str:
    if incident.stage in ENDED_INCIDENT_STAGES:
        return "incident_over"
    slot = next((s for s in incident.slots if s.slot == saga.task.slot), None)
    if slot is None or slot.state is SlotState.CANCELLED:
        return "slot_gone"
    return (
        "slot_changed" if slot.version > saga.task.slot_version and slot.order != saga.order else ""
    )


def _on(sagas: Sagas, order: OrderId, step: Callable[[OrderSaga], saga_steps.Step]) -> Step:
    saga = sagas.live.get(order)
    return _with(sagas, step(saga)) if saga is not None else (sagas, ())


def _with(sagas: Sagas, stepped: saga_steps.Step) -> Step:
    """The sagas with one that has moved, the indexes following it."""
    saga, commands = stepped
    has_ended = saga.stage in ENDED_STAGES
    sagas = replace(
        sagas,
        live=sagas.live.drop(saga.order) if has_ended else sagas.live.put(saga.order, saga),
        by_unit=_indexed(
            sagas.by_unit,
            saga.unit,
            saga.order,
            holds=not has_ended and saga.unit_owner_stage is not UnitOwnerStage.RELEASED,
        ),
        by_slot=_indexed(
            sagas.by_slot,
            saga.task.slot,
            saga.order,
            holds=not has_ended and saga.incident_owner_stage is not IncidentOwnerStage.RELEASED,
        ),
    )
    return (_with_ended(sagas, saga) if has_ended else sagas), commands


def _indexed(
    index: SortedMap[K, OrderId], key: K, order: OrderId, *, holds: bool
) -> SortedMap[K, OrderId]:
    """The index with `order` under `key`, or without it; another order's entry is left alone."""
    if holds:
        return index.put(key, order)
    return index.drop(key) if index.get(key) == order else index


def _with_ended(sagas: Sagas, saga: OrderSaga) -> Sagas:
    names = (*sagas.ended_order, saga.order)
    ended = sagas.ended.put(saga.order, saga)
    if len(names) > limits.ENDED_ORDERS.value:
        ended, names = ended.drop(names[0]), names[1:]
    return replace(sagas, ended=ended, ended_order=names)
