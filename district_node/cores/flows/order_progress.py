"""How far an order is, and what that does to its incident: for own crews and foreign ones alike.
The unit's owner reports the city's orders to the city.
"""

from citybrain.clock import later
from citybrain.domain.order import CORRECTED, OrderProgress, Task
from citybrain.ids import IncidentId, OrderId, UnitId
from citybrain.stages import ENDED_ORDER_STAGES, IncidentTrigger, OrderTrigger
from citybrain.structs import replace
from citybrain.vocabulary import Finding, OrderStage, RefusalClass, SlotState
from district_node.cores.decision_draft import DecisionDraft, FoundAtScene, new_order_id
from district_node.cores.incidents.incident import Incident, Slot, clears_itself
from district_node.cores.incidents.lifecycle import add_history, advance, can
from district_node.cores.orders import roster as own
from district_node.cores.orders import slots
from district_node.cores.timer_keys import TimerKind
from district_node.limits import ORDER_ANSWER_RETENTION

ORDER_STAGE_RANK = {stage: rank for rank, stage in enumerate(OrderStage)}
ABANDONED = (OrderStage.REFUSED, OrderStage.EXPIRED, OrderStage.WITHDRAWN)


def dispatch_unit(
    draft: DecisionDraft, incident: Incident, slot: Slot, unit: UnitId, *, actor: str
) -> Incident:
    """Both owners in one step: the unit is reserved, the slot assigned, and the order issued with
    the unit's next assignment number.
    """
    order = new_order_id(draft)
    task = Task(
        incident=incident.incident,
        incident_district=draft.district,
        slot=slot.slot,
        slot_version=slot.version,
        kind=incident.kind,
        severity=incident.severity,
        place=incident.place,
        traceparent=incident.traceparent,
        number=incident.number,
    )
    roster = own.reserve(draft.roster, order, unit, draft.at, task=task, plan=None, ttl_s=0)
    draft.put_roster(own.move(roster, order, OrderTrigger.ISSUE, draft.at), unit)
    draft.notice("issued", order, incident.traceparent)
    return record_dispatch(
        draft, slots.confirm_claim(incident, slot, order, unit), unit, actor=actor
    )


def record_dispatch(
    draft: DecisionDraft, incident: Incident, unit: UnitId, *, actor: str
) -> Incident:
    """A crew is committed: the first one moves the incident to dispatched."""
    if can(incident, IncidentTrigger.DISPATCH):
        incident = advance(incident, IncidentTrigger.DISPATCH, draft.at, actor=actor, reason=unit)
    else:
        incident = add_history(incident, "issued", draft.at, actor=actor, reason=unit)
    draft.put_incident(incident)
    return incident


def advance_order(
    draft: DecisionDraft,
    order: OrderId,
    trigger: OrderTrigger,
    *,
    reason: str = "",
    reason_class: RefusalClass | None = None,
) -> None:
    """One step of an own unit's order, and all that follows from it.

    Raises `IllegalTriggerError` with nothing changed.
    """
    roster = own.move(
        draft.roster, order, trigger, draft.at, reason=reason, reason_class=reason_class
    )
    _apply(draft, roster, order)


def recall_crew(draft: DecisionDraft, order: OrderId, *, reason: str) -> None:
    """End an own unit's order if its crew is not on the scene; another district's is not ours."""
    _apply(draft, own.recall(draft.roster, order, draft.at, reason=reason), order)


def expire_reservation(draft: DecisionDraft, order: OrderId) -> None:
    """The time of a reservation has come; one that went on is left alone."""
    _apply(draft, own.expire_if_due(draft.roster, order, draft.at), order)


def publish_progress(draft: DecisionDraft, order: own.Order) -> None:
    """After a step of one of our units' orders: report it to the city if the order is the city's,
    and apply it to the incident if that is ours.
    """
    if order.plan is not None:
        draft.post_to_city(progress_report(draft, order))
    if not own.is_foreign(order, draft.district):
        apply_progress(
            draft,
            order.task.incident,
            order.order,
            order.unit,
            order.stage,
            reason=order.reason,
        )
        note_found(draft, progress_report(draft, order))


def apply_progress(
    draft: DecisionDraft,
    name: IncidentId,
    order: OrderId,
    unit: UnitId,
    stage: OrderStage,
    *,
    reason: str = "",
) -> None:
    """What a crew's step means for our incident. Repeats and what comes late change nothing."""
    incident = draft.incidents.get(name)
    if incident is None:
        return
    slot = slots.slot_by_order(incident, order)
    if slot is None:
        if order in incident.retaken and stage in ENDED_ORDER_STAGES:
            draft.put_incident(slots.clear_extra(incident, order))
        return
    known = slot.order_stage
    if known in ENDED_ORDER_STAGES or ORDER_STAGE_RANK[stage] <= ORDER_STAGE_RANK[known]:
        return
    slot = replace(slot, order_stage=stage, is_crew_overdue=False)
    incident = slots.put_slot(incident, slot)
    incident = add_history(incident, stage.value, draft.at, actor=unit, reason=reason)
    draft.put_incident(incident)
    if slot.state is SlotState.CLAIMED and stage not in ENDED_ORDER_STAGES:
        slot = replace(slot, state=SlotState.CONFIRMED, claim_until=None)
        incident = record_dispatch(draft, slots.put_slot(incident, slot), unit, actor=unit)
    if slot.state is not SlotState.CANCELLED:
        _apply_stage(draft, incident, slot, unit, stage)


def note_found(draft: DecisionDraft, progress: OrderProgress) -> None:
    """What a crew says that it found, at our incident; `finalize` acts on it."""
    if progress.finding is not Finding.UNKNOWN:
        draft.findings.append(
            FoundAtScene(
                incident=progress.incident,
                order=progress.order,
                unit=progress.unit,
                finding=progress.finding,
                needs=progress.needs,
                words=progress.reason,
            )
        )


def note_corrected(draft: DecisionDraft, progress: OrderProgress) -> None:
    """Another district's crew has our incident as it is now: its screen shows it."""
    incident = draft.incidents.get(progress.incident)
    is_ours = incident is not None and slots.slot_by_order(incident, progress.order) is not None
    if incident is not None and is_ours and progress.reason == CORRECTED:
        line = add_history(incident, "crew_corrected", draft.at, actor=progress.unit)
        draft.put_incident(line)


def recall_if_unattended(
    draft: DecisionDraft, name: IncidentId, *, actor: str, reason: str
) -> None:
    """An incident to which no crew is coming any more waits for one again."""
    incident = draft.incidents[name]
    if slots.has_crew(incident) or not can(incident, IncidentTrigger.RECALL):
        return
    draft.put_incident(
        advance(incident, IncidentTrigger.RECALL, draft.at, actor=actor, reason=reason)
    )
    if clears_itself(incident):
        settle_s = draft.playbook_of(incident).closes.settle_s
        draft.set_timer(TimerKind.SELF_CLEAR, later(draft.at, settle_s), name)


def progress_report(draft: DecisionDraft, order: own.Order) -> OrderProgress:
    """How far the order is, as a letter to the city."""
    return OrderProgress(
        order=order.order,
        unit=order.unit,
        unit_district=draft.district,
        incident=order.task.incident,
        incident_district=order.task.incident_district,
        stage=order.stage,
        at=order.changed_at,
        reason=order.reason,
        reason_class=order.reason_class,
        finding=order.finding,
        needs=order.needs,
    )


def _apply_stage(
    draft: DecisionDraft, incident: Incident, slot: Slot, unit: UnitId, stage: OrderStage
) -> None:
    if stage is OrderStage.ON_SCENE and can(incident, IncidentTrigger.WORK):
        draft.put_incident(advance(incident, IncidentTrigger.WORK, draft.at, actor=unit))
    elif stage is OrderStage.DONE:
        incident = slots.put_slot(incident, replace(slot, state=SlotState.SERVED))
        draft.put_incident(incident)
        if slots.is_served(incident) and can(incident, IncidentTrigger.HANDLE):
            draft.fully_served[incident.incident] = unit
    elif stage in ABANDONED:
        draft.put_incident(slots.reopen(incident, slot))
        recall_if_unattended(draft, incident.incident, actor=unit, reason=stage.value)


def _apply(draft: DecisionDraft, roster: own.Roster, order: OrderId) -> None:
    """Keep a step of the roster, where it changed `order`, and what follows from it."""
    before, after = draft.roster.orders.get(order), roster.orders.get(order)
    if after is None or after == before:
        return
    draft.put_roster(roster, after.unit)
    if own.has_ended(after):
        draft.set_timer(TimerKind.EVICT_ORDER, later(draft.at, ORDER_ANSWER_RETENTION.value), order)
    publish_progress(draft, after)
