"""Which files' bytes are kept follows the cases that name them."""

from district_node.cores.attachments.attached_files import with_case
from district_node.cores.attachments.attachment import Attachment
from district_node.cores.decision_draft import DecisionDraft
from district_node.cores.incidents.incident import Incident


def follow(draft: DecisionDraft) -> None:
    """After a decision: of the cases that it changed."""
    for name in draft.changed_incidents:
        had, has = _files(draft.before.incidents.get(name)), _files(draft.incidents.get(name))
        if had is not has:
            draft.attached_files = with_case(draft.attached_files, name, had, has)


def forget(draft: DecisionDraft, incident: Incident) -> None:
    """The case leaves the state."""
    files = _files(incident)
    if files:
        draft.attached_files = with_case(draft.attached_files, incident.incident, files, ())


def _files(incident: Incident | None) -> tuple[Attachment, ...]:
    return incident.case_file.attachments if incident is not None else ()
