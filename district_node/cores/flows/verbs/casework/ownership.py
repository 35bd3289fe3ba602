"""The verbs `take` and `give`: whose case it is, a person's and never a program's or a crew's."""

from citybrain.domain.principal import Principal
from citybrain.permissions import ActionRefusal, Permission, may
from citybrain.structs import replace
from district_node.cores.decision_draft import DecisionDraft
from district_node.cores.flows.verbs.request import ActionRequest
from district_node.cores.incidents.incident import Incident
from district_node.cores.incidents.lifecycle import add_history


def take(draft: DecisionDraft, incident: Incident, request: ActionRequest) -> ActionRefusal | None:
    """Whoever asks owns it from now on, whoever did before."""
    if incident.case_file.owner == request.actor:
        return ActionRefusal(reason="yours_already", detail="It is your case already.")
    before = incident.case_file.owner
    draft.put_incident(owned(draft, incident, request.actor, by=request.actor, reason=before))
    return None


def give(draft: DecisionDraft, incident: Incident, request: ActionRequest) -> ActionRefusal | None:
    """Another person owns it from now on: one who may work on cases, as far as that is known."""
    person = request.action.person.strip()
    if not person:
        return ActionRefusal(reason="no_person", detail="Say whose case it will be.")
    if person == incident.case_file.owner:
        return ActionRefusal(reason="theirs_already", detail=f"It is the case of {person} already.")
    refused = recipient_refusal(draft, person, request.recipient)
    if refused is not None:
        return refused
    draft.put_incident(owned(draft, incident, person, by=request.actor, code="given"))
    return None


def recipient_refusal(
    draft: DecisionDraft, person: str, recipient: Principal | None
) -> ActionRefusal | None:
    """Why `person` cannot own a case; None: nothing is known against it. `recipient`: as this
    node's accounts know that name, if they do."""
    units = draft.roster.units.values()
    if any(person.casefold() in (unit.unit.casefold(), unit.name.casefold()) for unit in units):
        return ActionRefusal(
            reason="is_a_crew",
            detail=f"{person} is a crew: assign it, or write it a message. A case belongs to a"
            " person of the district.",
        )
    if recipient is None or may(recipient, Permission.TAKE):
        return None
    if not recipient.roles:
        return ActionRefusal(
            reason="no_such_person",
            detail=f"Nobody signs in here as {person}. Check the name, or let them take it.",
        )
    roles = ", ".join(recipient.roles)
    return ActionRefusal(
        reason="recipient_may_not",
        detail=f"{person} ({roles}) may not work on cases. Give it to somebody who may.",
    )


def owned(
    draft: DecisionDraft,
    incident: Incident,
    person: str,
    *,
    by: str,
    code: str = "taken",
    reason: str = "",
) -> Incident:
    """The incident as the case of `person`, with a line that says who did it."""
    incident = replace(incident, case_file=replace(incident.case_file, owner=person))
    why = person if code == "given" else reason
    return add_history(incident, code, draft.at, actor=by, reason=why)
