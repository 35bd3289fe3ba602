"""How far an order is, and what that does to its incident: own crews and foreign ones alike. The unit owner tells the city about the city's orders."""

from citybrain.clock import later
from citybrain.domain.order import OrderProgress, Task
from citybrain.ids import DistrictId, IncidentId, OrderId, UnitId
from citybrain.stages import ENDED_ORDER_STAGES, IncidentTrigger, OrderTrigger
from citybrain.structs import replace
from citybrain.vocabulary import OrderStage, SlotState
from district_node.cores.belief.incident import Incident, Slot
from district_node.cores.belief.lifecycle import advance, can, note
from district_node.cores.orders import roster as own
from district_node.cores.orders import slots
from district_node.cores.work import CITY, Work, order_name
from district_node.limits import KEEP_ORDERS

ORDER_RANK = {stage: rank for rank, stage in enumerate(OrderStage)}
GIVEN_UP = (OrderStage.REFUSED, OrderStage.EXPIRED, OrderStage.WITHDRAWN)


def send(work: Work, incident: Incident, slot: Slot, unit: UnitId, *, who: str) -> Incident:
    """Both owners in one step: the unit is reserved, the slot taken, the order issued with the unit's next assignment number."""
    order = order_name(work)
    task = Task(
        incident=incident.incident,
        incident_district=DistrictId(work.district),
        slot=slot.slot,
        slot_version=slot.version,
        kind=incident.kind,
        severity=incident.severity,
        place=incident.place,
        traceparent=incident.traceparent,
    )
    roster = own.reserve(work.roster, order, unit, task, None, work.at, 0)
    work.put_roster(own.move(roster, order, OrderTrigger.ISSUE, work.at), unit)
    work.notice("issued", order, incident.traceparent)
    return expect(work, slots.coming(incident, slot, order, unit), unit, who=who)


def expect(work: Work, incident: Incident, unit: UnitId, *, who: str) -> Incident:
    """A crew will come: the first one moves the incident to dispatched."""
    if can(incident, IncidentTrigger.DISPATCH):
        incident = advance(incident, IncidentTrigger.DISPATCH, work.at, who=who, reason=unit)
    else:
        incident = note(incident, "issued", work.at, who=who, reason=unit)
    work.put(incident)
    return incident


def move_order(work: Work, order: OrderId, trigger: OrderTrigger, *, reason: str = "") -> None:
    """One step of an own unit's order, and all that follows from it. Raises `IllegalTriggerError` with nothing changed."""
    _keep(work, own.move(work.roster, order, trigger, work.at, reason=reason), order)


def call_back(work: Work, order: OrderId, *, reason: str) -> None:
    """End an own unit's order if its crew is not on the scene; another district's unit is not ours to call."""
    _keep(work, own.call_back(work.roster, order, work.at, reason=reason), order)


def lapse(work: Work, order: OrderId) -> None:
    _keep(work, own.lapse(work.roster, order, work.at), order)


def tell(work: Work, order: own.Order) -> None:
    """After a step of one of our units' orders: the city hears of its own orders, our incident of its crew."""
    if order.plan is not None:
        work.post(CITY, progress_of(work, order))
    if not own.is_foreign(order, DistrictId(work.district)):
        follow(work, order.task.incident, order.order, order.unit, order.stage, reason=order.reason)


def follow(
    work: Work,
    name: IncidentId,
    order: OrderId,
    unit: UnitId,
    stage: OrderStage,
    *,
    reason: str = "",
) -> None:
    """What a crew's step means for our incident. Repeats and what comes late change nothing."""
    incident = work.incidents.get(name)
    if incident is None:
        return
    slot = slots.slot_of_order(incident, order)
    if slot is None:
        if order in incident.retaken and stage in ENDED_ORDER_STAGES:
            work.put(slots.settled(incident, order))
        return
    if slot.crew in ENDED_ORDER_STAGES or ORDER_RANK[stage] <= ORDER_RANK[slot.crew]:
        return
    slot = replace(slot, crew=stage)
    incident = note(slots.with_slot(incident, slot), stage.value, work.at, who=unit, reason=reason)
    work.put(incident)
    if slot.state is SlotState.CLAIMED and stage not in ENDED_ORDER_STAGES:
        incident = expect(
            work,
            slots.with_slot(incident, replace(slot, state=SlotState.CONFIRMED, claim_until=None)),
            unit,
            who=unit,
        )
    if slot.state is not SlotState.CANCELLED:
        _crew_stepped(work, incident, slots.slot_of_order(incident, order) or slot, unit, stage)


def _crew_stepped(
    work: Work, incident: Incident, slot: Slot, unit: UnitId, stage: OrderStage
) -> None:
    if stage is OrderStage.ON_SCENE and can(incident, IncidentTrigger.WORK):
        work.put(advance(incident, IncidentTrigger.WORK, work.at, who=unit))
    elif stage is OrderStage.DONE:
        incident = slots.with_slot(incident, replace(slot, state=SlotState.SERVED))
        work.put(incident)
        if slots.is_served(incident) and can(incident, IncidentTrigger.HANDLE):
            work.served[incident.incident] = unit
    elif stage in GIVEN_UP:
        work.put(
            slots.reopen(incident, slot, declined=unit if stage is OrderStage.REFUSED else None)
        )
        recall_if_alone(work, incident.incident, who=unit, reason=stage.value)


def recall_if_alone(work: Work, name: IncidentId, *, who: str, reason: str) -> None:
    """An incident that no crew is coming to any more waits for one again."""
    incident = work.incidents[name]
    if not slots.anyone_engaged(incident) and can(incident, IncidentTrigger.RECALL):
        work.put(advance(incident, IncidentTrigger.RECALL, work.at, who=who, reason=reason))
        playbook = work.playbook(incident.kind)
        if incident.live == 0 and playbook is not None:
            work.set_timer("quiet", name, later(work.at, playbook.closes.settle_s))


def _keep(work: Work, roster: own.Roster, order: OrderId) -> None:
    before, after = work.roster.orders.get(order), roster.orders.get(order)
    if after is None or after == before:
        return
    work.put_roster(roster, after.unit)
    if own.has_ended(after):
        work.set_timer("order-forget", order, later(work.at, KEEP_ORDERS.value))
    tell(work, after)


def progress_of(work: Work, order: own.Order) -> OrderProgress:
    return OrderProgress(
        order=order.order,
        unit=order.unit,
        unit_district=DistrictId(work.district),
        incident=order.task.incident,
        incident_district=order.task.incident_district,
        stage=order.stage,
        at=order.changed_at,
        reason=order.reason,
    )
