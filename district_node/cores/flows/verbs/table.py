"""The verbs of a version: what each does, and which need a reason."""

from collections.abc import Callable

from citybrain.permissions import ActionRefusal, Permission
from citybrain.vocabulary import OperatorVerb
from district_node.cores.decision_draft import DecisionDraft
from district_node.cores.flows.attachments.attaching import attach
from district_node.cores.flows.attachments.redacting import redact
from district_node.cores.flows.verbs import (
    acknowledging,
    deferring,
    endings,
    linking,
    opening,
    regrouping,
    routing,
    stacking,
    staffing,
)
from district_node.cores.flows.verbs.casework.message import message
from district_node.cores.flows.verbs.casework.note import note
from district_node.cores.flows.verbs.casework.ownership import give, take
from district_node.cores.flows.verbs.casework.reclassify import reclassify
from district_node.cores.flows.verbs.casework.relocate import relocate
from district_node.cores.flows.verbs.casework.set_severity import set_severity
from district_node.cores.flows.verbs.request import ActionNote, ActionRequest
from district_node.cores.incidents.incident import Incident

# whatever a verb that refuses has changed in the draft before is undone by its caller
Verb = Callable[[DecisionDraft, Incident, ActionRequest], ActionRefusal | ActionNote | None]

VERBS: dict[OperatorVerb, Verb] = {
    OperatorVerb.OPEN: opening.open_or_resume,
    OperatorVerb.ASSIGN: stacking.assign,
    OperatorVerb.UNASSIGN: stacking.unassign,
    OperatorVerb.CLOSE: endings.close,
    OperatorVerb.REJECT: endings.reject,
    OperatorVerb.VERIFY: endings.verify,
    OperatorVerb.ESCALATE: staffing.escalate,
    OperatorVerb.DEFER: deferring.defer,
    OperatorVerb.NOTE: note,
    OperatorVerb.MESSAGE: message,
    OperatorVerb.RECLASSIFY: reclassify,
    OperatorVerb.RELOCATE: relocate,
    OperatorVerb.SET_SEVERITY: set_severity,
    OperatorVerb.TAKE: take,
    OperatorVerb.GIVE: give,
    OperatorVerb.MERGE: regrouping.merge,
    OperatorVerb.SPLIT: regrouping.split,
    OperatorVerb.NOT_SAME: regrouping.not_same,
    OperatorVerb.LINK: linking.link,
    OperatorVerb.UNLINK: linking.unlink,
    OperatorVerb.UNDO: regrouping.undo,
    OperatorVerb.ACKNOWLEDGE: acknowledging.acknowledge_page,
    OperatorVerb.RETURN: routing.return_case,
    OperatorVerb.ROUTE: routing.route,
    OperatorVerb.ATTACH: attach,
    OperatorVerb.REDACT: redact,
}
PERMISSIONS = {verb: Permission(verb.value) for verb in VERBS}
# what ends an incident, and may say what it turned out to be
ENDING = (OperatorVerb.CLOSE, OperatorVerb.REJECT, OperatorVerb.VERIFY)
NEEDS_REASON = (
    OperatorVerb.CLOSE,
    OperatorVerb.REJECT,
    OperatorVerb.VERIFY,
    OperatorVerb.RETURN,
    OperatorVerb.REDACT,
)
