"""The verb `attach`: a person, or the crew of an order for it, adds a file to a case. The bytes are
durable before it is asked; what is refused here is swept away by the shell.
"""

from citybrain.domain.console import UploadedFile
from citybrain.ids import AttachmentId, IncidentId, UnitId
from citybrain.permissions import ActionRefusal
from citybrain.structs import replace
from district_node.cores.attachments.attached_files import bytes_of
from district_node.cores.attachments.attachment import Attachment, kept
from district_node.cores.attachments.limits import ATTACHED_BYTES, ATTACHED_FILES, ATTACHMENTS
from district_node.cores.decision_draft import DecisionDraft
from district_node.cores.flows.verbs.request import ActionNote, ActionRequest
from district_node.cores.incidents.incident import Incident
from district_node.cores.incidents.lifecycle import add_history
from district_node.cores.state import DistrictState

MIB = 1024 * 1024
OFF = ActionRefusal(
    reason="attachments_off",
    detail="This district takes no files. Whoever runs it can switch that on: `enabled = true`"
    " under [attachments] in its configuration, and a restart.",
)
NO_FILE = ActionRefusal(
    reason="no_file",
    detail="There is no file with it. Send it with `citybrain district incident attach`, or as the"
    " body of POST /api/v1/incidents/INCIDENT/attachments.",
)
NOT_ITS_CASE = ActionRefusal(
    reason="not_its_case",
    detail="A crew attaches files to the cases of its own orders, and sees those of no other. Ask"
    " the district.",
)


def attach(
    draft: DecisionDraft, incident: Incident, request: ActionRequest
) -> ActionRefusal | ActionNote:
    """The note says under which id. What the case has already is not added once more."""
    upload = request.action.upload
    refused = refusal_now(draft.before, incident, request.unit)
    if refused is not None:
        return refused
    if upload is None:
        return NO_FILE
    files = incident.case_file.attachments
    known = next((one for one in kept(files) if one.sha256 == upload.sha256), None)
    if known is not None:
        return ActionNote(
            reason="attached_already",
            detail=f"The case has this file already: {known.attachment}, {known.name}.",
        )
    refused = _no_room(draft, incident, upload)
    if refused is not None:
        return refused
    made = Attachment(
        attachment=AttachmentId(draft.new_id("file")),
        at=draft.at,
        actor=request.actor,
        name=upload.name,
        media_type=upload.media_type,
        size=upload.size,
        sha256=upload.sha256,
    )
    case_file = replace(incident.case_file, attachments=(*files, made))
    incident = replace(incident, case_file=case_file)
    draft.put_incident(
        add_history(incident, "attached", draft.at, actor=request.actor, reason=made.name)
    )
    return ActionNote(reason="attached", detail=f"It is kept as {made.attachment}.")


def refusal_now(state: DistrictState, incident: Incident, unit: str) -> ActionRefusal | None:
    """Why nothing can be attached, whatever it is: asked before a file is read, too. `unit`: whose
    crew asks; "": no crew does."""
    if not state.setup.takes_files:
        return OFF
    if unit and not is_case_of(state, UnitId(unit), incident.incident):
        return NOT_ITS_CASE
    return None


def is_case_of(state: DistrictState, unit: UnitId, incident: IncidentId) -> bool:
    """Whether the unit has, or had, an order for the incident, or for one that was merged into
    it."""
    return any(
        order.unit == unit and incident in _lineage(state, order.task.incident)
        for order in state.roster.orders.values()
    )


def _lineage(state: DistrictState, name: IncidentId) -> set[IncidentId]:
    """The incident and those that it was merged into."""
    found: set[IncidentId] = set()
    step: IncidentId | None = name
    while step is not None and step not in found:
        found.add(step)
        known = state.incidents.get(step)
        step = known.merged_into if known is not None else None
    return found


def _no_room(
    draft: DecisionDraft, incident: Incident, upload: UploadedFile
) -> ActionRefusal | None:
    files, most = incident.case_file.attachments, ATTACHMENTS.value
    if len(files) >= most:
        return ActionRefusal(
            reason="too_many_files",
            detail=f"The case has {len(files)} files, with those that were taken back; {most} is"
            " the most. Put several pictures into one PDF, or write a note.",
        )
    stored, is_new = draft.attached_files, upload.sha256 not in draft.attached_files
    too_much = bytes_of(stored) + upload.size > ATTACHED_BYTES.value
    if is_new and (too_much or len(stored) >= ATTACHED_FILES.value):
        return ActionRefusal(
            reason="no_room_for_files",
            detail=f"The district keeps {len(stored)} files of {bytes_of(stored) // MIB} MiB, and"
            f" takes {ATTACHED_FILES.value} of {ATTACHED_BYTES.value // MIB} MiB at most. There is"
            " room again when cases have ended, or files are taken back.",
        )
    return None
