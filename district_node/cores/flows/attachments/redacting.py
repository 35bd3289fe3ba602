"""The verb `redact`: an attached file's bytes are taken away, for good; the line that names it
stays."""

from citybrain.permissions import ActionRefusal
from citybrain.structs import replace
from district_node.cores.attachments.attachment import (
    Attachment,
    Redaction,
    attachment_of,
    kept,
    redacted,
)
from district_node.cores.decision_draft import DecisionDraft
from district_node.cores.flows.verbs.request import ActionNote, ActionRequest
from district_node.cores.incidents.incident import Incident
from district_node.cores.incidents.lifecycle import add_history


def redact(
    draft: DecisionDraft, incident: Incident, request: ActionRequest
) -> ActionRefusal | ActionNote | None:
    """In each case that lists it. Where the same bytes were attached elsewhere by themselves, the
    note says so: they stay there."""
    name = request.action.attachment
    found = attachment_of(incident.case_file.attachments, name) if name is not None else None
    if found is None:
        return ActionRefusal(
            reason="no_such_attachment",
            detail=f"The case has no file {name or ''}. `citybrain district incident show` lists"
            " those that it has.",
        )
    if found.redaction is not None:
        return ActionRefusal(
            reason="redacted_already",
            detail=f"{found.redaction.actor} took it back already: {found.redaction.reason}",
        )
    redaction = Redaction(at=draft.at, actor=request.actor, reason=request.action.reason)
    known = draft.attached_files.get(found.sha256)
    cases = known.cases if known is not None else (incident.incident,)
    for case in cases:
        _take_back(draft, draft.incidents[case], found, redaction)
    now = [draft.incidents[case] for case in cases]
    elsewhere = [one.number or one.incident for one in now if _keeps(one, found)]
    if not elsewhere:
        return None
    return ActionNote(
        reason="attached_elsewhere",
        detail="The same file is attached to other cases, too, and stays there:"
        f" {', '.join(elsewhere)}. Take it back there as well.",
    )


def _take_back(
    draft: DecisionDraft, incident: Incident, found: Attachment, redaction: Redaction
) -> None:
    files = incident.case_file.attachments
    if attachment_of(files, found.attachment) is None:
        return
    files = redacted(files, found.attachment, redaction)
    incident = replace(incident, case_file=replace(incident.case_file, attachments=files))
    reason = f"{found.name}: {redaction.reason}"
    draft.put_incident(
        add_history(incident, "redacted", draft.at, actor=redaction.actor, reason=reason)
    )


def _keeps(incident: Incident, found: Attachment) -> bool:
    """Whether another line of the case keeps the bytes."""
    return any(one.sha256 == found.sha256 for one in kept(incident.case_file.attachments))
