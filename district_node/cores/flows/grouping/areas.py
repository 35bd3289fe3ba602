"""What it sets in motion that many cases of a family lie close together: one area case stands for
them in the queue, with the needs and the clocks; they keep what they rest on and are verified each
by its own sources. Crews that are under way for one of them go on.
"""

from citybrain.ids import IncidentId
from citybrain.stages import DISPATCHABLE_INCIDENT_STAGES, IncidentTrigger
from citybrain.structs import replace
from citybrain.vocabulary import IncidentStage, SlotState
from district_node.cores.decision_draft import DecisionDraft
from district_node.cores.flows import incident_steps
from district_node.cores.incidents import correlate, triage
from district_node.cores.incidents.grouping.area import area_around, cases_around
from district_node.cores.incidents.grouping.limits import AREA_CHILDREN
from district_node.cores.incidents.grouping.regroup import as_grave
from district_node.cores.incidents.incident import (
    Incident,
    Slot,
    has_ended,
    is_dispatchable,
    rests_on_episodes,
)
from district_node.cores.incidents.lifecycle import add_history, can
from district_node.cores.orders.slots import is_served

FOUNDED, ADOPTED = "area_case", "area_child"  # as histories say it
GROUPED = DISPATCHABLE_INCIDENT_STAGES | {IncidentStage.REPORTED}  # when they begin
AREA_HANDLED, CHILDREN_OVER = "area_handled", "children_over"


def follow(draft: DecisionDraft) -> None:
    """What follows for areas from what the decision has changed."""
    for name in list(draft.changed_incidents):
        before, after = draft.before.incidents.get(name), draft.incidents.get(name)
        if after is None:
            continue
        if before is None and not after.is_area and after.stage in GROUPED:
            _group(draft, name)
        elif before is not None and before.stage is not after.stage:
            _stage_changed(draft, after)


def release(draft: DecisionDraft, child: Incident) -> None:
    """It is a case of its own again, with needs of its own."""
    child = replace(child, parent=None)
    if is_dispatchable(child):
        child = triage.with_needs(child, draft.playbook_of(child), draft.at)
    draft.put_incident(child)


def _stage_changed(draft: DecisionDraft, incident: Incident) -> None:
    if incident.is_area and incident.stage is IncidentStage.REJECTED:
        for child in _children(draft, incident):
            release(draft, child)
    elif incident.is_area and (incident.stage is IncidentStage.HANDLED or has_ended(incident)):
        _handle_children(draft, incident)
    elif incident.parent is not None and has_ended(incident):
        _child_ended(draft, incident)


def _group(draft: DecisionDraft, name: IncidentId) -> None:
    """A case that has just begun goes to the area case that it lies in; with enough others that lie
    in none it begins one."""
    incident = draft.incidents[name]
    joins = draft.playbook_of(incident).joins
    if not joins.area_m or has_ended(incident):
        return
    area = area_around(draft.index, draft.incidents, incident, joins.area_m)
    if area is not None:
        beside = cases_around(draft.index, draft.incidents, incident, joins.area_m / 2)
        _adopt(draft, area.incident, beside or [incident])
        return
    alone = cases_around(draft.index, draft.incidents, incident, joins.area_m)
    if len(alone) >= joins.area_cases:
        _adopt(draft, _found(draft, alone), alone)


def _children(draft: DecisionDraft, area: Incident) -> list[Incident]:
    known = [draft.incidents.get(name) for name in area.children]
    return [one for one in known if one is not None and one.parent == area.incident]


def _handle_children(draft: DecisionDraft, area: Incident) -> None:
    """Its work is done: what no crew of its own is sent to is verified by its own sources. One that
    served it before it was open again is none. What a person reported and nobody has opened waits
    for a person again: no clock puts it aside."""
    for child in _children(draft, area):
        is_sent = any(slot.state is SlotState.CONFIRMED for slot in child.slots)
        if can(child, IncidentTrigger.HANDLE) and not is_sent:
            incident_steps.handle(draft, child, actor=incident_steps.PLAYBOOK, reason=AREA_HANDLED)
        elif child.stage is IncidentStage.REPORTED and not rests_on_episodes(child):
            release(draft, child)


def _child_ended(draft: DecisionDraft, child: Incident) -> None:
    """When the last one is over before a crew came, a person says whether the area is."""
    area = draft.incidents.get(child.parent) if child.parent is not None else None
    if area is None or not incident_steps.is_unattended(area):
        return
    if all(has_ended(one) for one in _children(draft, area)):
        incident_steps.handle(draft, area, actor=incident_steps.PLAYBOOK, reason=CHILDREN_OVER)


def _found(draft: DecisionDraft, cases: list[Incident]) -> IncidentId:
    """By the playbook of the one that was reported first, at the place of it."""
    first = min(cases, key=lambda one: (one.reported_at, one.incident))
    area = Incident(
        incident=IncidentId(draft.new_id("inc")),
        number=draft.new_case_number(),
        kind=first.kind,
        reported_kind=first.reported_kind,
        playbook=first.playbook,
        stage=IncidentStage.REPORTED,
        severity=first.severity,
        urgency=first.urgency,
        certainty=first.certainty,
        place=first.place,
        reported_at=draft.at,
        changed_at=draft.at,
        first_observed_at=first.first_observed_at,
        last_observed_at=first.last_observed_at,
        first_source=first.first_source,
        traceparent=first.traceparent,
        family=first.family,
        is_area=True,
    )
    reason = f"{len(cases)}"
    area = add_history(area, FOUNDED, draft.at, actor=incident_steps.PLAYBOOK, reason=reason)
    draft.index = correlate.index_incident(draft.index, area)
    incident_steps.open_incident(draft, area)
    return area.incident


def _adopt(draft: DecisionDraft, name: IncidentId, cases: list[Incident]) -> None:
    area = draft.incidents[name]
    for child in cases:
        if len(area.children) >= AREA_CHILDREN.value:
            break
        if name in child.apart_from:
            continue
        area = as_grave(replace(area, children=(*area.children, child.incident)), child)
        child = replace(child, parent=name, slots=tuple(map(_left_to_area, child.slots)))
        actor = incident_steps.PLAYBOOK
        child = add_history(child, ADOPTED, draft.at, actor=actor, reason=name)
        draft.put_incident(child)
        _handle_served(draft, child)
    draft.put_incident(area)


def _handle_served(draft: DecisionDraft, child: Incident) -> None:
    """What it still wanted was left to the area case, and all else has been served: no crew of it
    comes any more whose end would say so."""
    if is_served(child) and can(child, IncidentTrigger.HANDLE):
        crews = [slot.unit for slot in child.slots if slot.state is SlotState.SERVED and slot.unit]
        actor = crews[-1] if crews else incident_steps.PLAYBOOK
        incident_steps.handle(draft, child, actor=actor)


def _left_to_area(slot: Slot) -> Slot:
    """What no crew comes for is wanted of the area case."""
    if slot.state not in (SlotState.OPEN, SlotState.CLAIMED):
        return slot
    return replace(slot, state=SlotState.CANCELLED, version=slot.version + 1)
