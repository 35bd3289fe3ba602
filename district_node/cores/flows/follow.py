"""How far an order is, and what that does to its incident: own crews and foreign ones alike. The unit owner tells the city about the city's orders."""

from citybrain.clock import later
from citybrain.domain.order import Errand, OrderProgress
from citybrain.ids import DistrictId, IncidentId, OrderId, UnitId
from citybrain.stages import ENDED_ORDER_STAGES, IncidentCue, OrderCue
from citybrain.value import replace
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
    errand = Errand(
        incident=incident.incident,
        incident_district=DistrictId(work.district),
        slot=slot.slot,
        slot_version=slot.version,
        kind=incident.kind,
        severity=incident.severity,
        place=incident.place,
        traceparent=incident.traceparent,
    )
    roster = own.reserve(work.roster, order, unit, errand, None, work.at, 0)
    work.put_roster(own.move(roster, order, OrderCue.ISSUE, work.at), unit)
    work.notice("issued", order, incident.traceparent)
    return expect(work, slots.coming(incident, slot, order, unit), unit, who=who)


def expect(work: Work, incident: Incident, unit: UnitId, *, who: str) -> Incident:
    """A crew will come: the first one moves the incident to dispatched."""
    if can(incident, IncidentCue.DISPATCH):
        incident = advance(incident, IncidentCue.DISPATCH, work.at, who=who, because=unit)
    else:
        incident = note(incident, "issued", work.at, who=who, because=unit)
    work.put(incident)
    return incident


def move_order(work: Work, order: OrderId, cue: OrderCue, *, because: str = "") -> None:
    """One step of an own unit's order, and all that follows from it. Raises `IllegalCue` with nothing changed."""
    _keep(work, own.move(work.roster, order, cue, work.at, because=because), order)


def call_back(work: Work, order: OrderId, *, because: str) -> None:
    """End an own unit's order if its crew is not on the scene; another district's unit is not ours to call."""
    _keep(work, own.call_back(work.roster, order, work.at, because=because), order)


def lapse(work: Work, order: OrderId) -> None:
    _keep(work, own.lapse(work.roster, order, work.at), order)


def tell(work: Work, order: own.Order) -> None:
    """After a step of one of our units' orders: the city hears of its own orders, our incident of its crew."""
    if order.plan is not None:
        work.post(CITY, progress_of(work, order))
    if not own.is_foreign(order, DistrictId(work.district)):
        follow(
            work, order.errand.incident, order.order, order.unit, order.stage, because=order.because
        )


def follow(
    work: Work,
    name: IncidentId,
    order: OrderId,
    unit: UnitId,
    stage: OrderStage,
    *,
    because: str = "",
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
    incident = note(
        slots.with_slot(incident, slot), stage.value, work.at, who=unit, because=because
    )
    work.put(incident)
    if slot.state is SlotState.CLAIMED and stage not in ENDED_ORDER_STAGES:
        incident = expect(
            work,
            slots.with_slot(incident, replace(slot, state=SlotState.COMING, claim_until=None)),
            unit,
            who=unit,
        )
    if slot.state is not SlotState.CANCELLED:
        _crew_stepped(work, incident, slots.slot_of_order(incident, order) or slot, unit, stage)


def _crew_stepped(
    work: Work, incident: Incident, slot: Slot, unit: UnitId, stage: OrderStage
) -> None:
    if stage is OrderStage.ON_SCENE and can(incident, IncidentCue.WORK):
        work.put(advance(incident, IncidentCue.WORK, work.at, who=unit))
    elif stage is OrderStage.DONE:
        incident = slots.with_slot(incident, replace(slot, state=SlotState.SERVED))
        work.put(incident)
        if slots.is_served(incident) and can(incident, IncidentCue.HANDLE):
            work.served[incident.incident] = unit
    elif stage in GIVEN_UP:
        work.put(
            slots.reopen(incident, slot, declined=unit if stage is OrderStage.REFUSED else None)
        )
        recall_if_alone(work, incident.incident, who=unit, because=stage.value)


def recall_if_alone(work: Work, name: IncidentId, *, who: str, because: str) -> None:
    """An incident that no crew is coming to any more waits for one again."""
    incident = work.incidents[name]
    if not slots.anyone_engaged(incident) and can(incident, IncidentCue.RECALL):
        work.put(advance(incident, IncidentCue.RECALL, work.at, who=who, because=because))
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
        incident=order.errand.incident,
        incident_district=order.errand.incident_district,
        stage=order.stage,
        at=order.changed_at,
        because=order.because,
    )
