"""Whose case an incident is, from its opening on: departments in their order, and a person where
none of them takes it (兜底).
"""

from citybrain.structs import replace
from district_node.cores.assets import find_asset
from district_node.cores.decision_draft import DecisionDraft
from district_node.cores.incidents.incident import Incident
from district_node.cores.incidents.lifecycle import add_history
from district_node.cores.routing.responsibility import ranked
from district_node.routing.departments import NOBODY, Department, DepartmentId

ROUTED, FALLBACK, KEPT = "routed", "fallback", "routing_kept"  # as histories say it


def route(draft: DecisionDraft, incident: Incident, *, actor: str) -> Incident:
    """The case of the first department that has not returned it. After too many, or where there is
    none, a person decides. Nothing where the district has no departments, or a person decided."""
    routing = draft.setup.routing
    if routing is None or incident.is_routed_by_person or incident.responsible:
        return incident
    left = [
        one for one in departments_of(draft, incident) if one.department not in incident.returns
    ]
    if not left or len(incident.returns) >= routing.bounces:
        incident = replace(incident, responsible=NOBODY, decides=routing.decides)
        return add_history(incident, FALLBACK, draft.at, actor=actor, reason=routing.decides)
    return make_responsible(draft, incident, left[0], actor=actor)


def reroute(draft: DecisionDraft, before: Incident, incident: Incident, *, actor: str) -> Incident:
    """The case of whom its new kind or place makes it, where that is another than `before`; nobody
    has returned it as what it is now. Whom a person chose it stays with, and the history says so.
    """
    asked = departments_of(draft, incident)
    if not (incident.responsible or incident.decides) or asked == departments_of(draft, before):
        return incident
    if incident.is_routed_by_person:
        chosen = department_named(draft, incident.responsible)
        reason = _both_names(chosen) if chosen is not None else incident.responsible
        return add_history(incident, KEPT, draft.at, actor=actor, reason=reason)
    if asked and asked[0].department == incident.responsible:
        return incident
    anew = replace(incident, responsible=NOBODY, decides="", returns=())
    return route(draft, anew, actor=actor)


def make_responsible(
    draft: DecisionDraft, incident: Incident, department: Department, *, actor: str
) -> Incident:
    """With a line in the history, by the department's name."""
    incident = replace(incident, responsible=department.department, decides="")
    said = _both_names(department)
    return add_history(incident, ROUTED, draft.at, actor=actor, reason=said)


def departments_of(draft: DecisionDraft, incident: Incident) -> tuple[Department, ...]:
    """Those whose case it can be, the first one first."""
    routing = draft.setup.routing
    if routing is None:
        return ()
    source = incident.first_source.rpartition("/")[2]
    asset = find_asset(draft.setup.assets, source)
    return ranked(routing, draft.playbook_of(incident), incident.place, asset)


def department_named(draft: DecisionDraft, name: str) -> Department | None:
    """The district's department of that id, else the only one of that name."""
    routing, wanted = draft.setup.routing, DepartmentId(name)
    departments = routing.departments if routing is not None else ()
    by_name = [one for one in departments if name in (one.name.en, one.name.zh)]
    by_id = (one for one in departments if one.department == wanted)
    return next(by_id, by_name[0] if len(by_name) == 1 else None)


def _both_names(department: Department) -> str:
    name = department.name
    return name.en if name.en == name.zh else f"{name.en} {name.zh}"
