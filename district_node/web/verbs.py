"""Which verbs the queue page offers at which stage, from the stage tables, so that no page has a
table of its own. The cores decide all the same.
"""

from citybrain.stages import NEXT_INCIDENT, IncidentTrigger
from citybrain.vocabulary import IncidentStage, OperatorVerb
from district_node.cores.flows.paging.steps import WANTS_SOMEBODY
from district_node.cores.flows.verbs.casework.stages import NOT_ENDED
from district_node.cores.flows.verbs.casework.stages import STAGES as CASEWORK

# A verb is offered where one of its triggers is legal; `close` also handles and verifies.
TRIGGERS: dict[OperatorVerb, tuple[IncidentTrigger, ...]] = {
    OperatorVerb.OPEN: (IncidentTrigger.OPEN, IncidentTrigger.RESUME, IncidentTrigger.REOPEN),
    OperatorVerb.ASSIGN: (IncidentTrigger.DISPATCH,),
    OperatorVerb.VERIFY: (IncidentTrigger.VERIFY,),
    OperatorVerb.CLOSE: (IncidentTrigger.VERIFY, IncidentTrigger.HANDLE),
    OperatorVerb.REJECT: (IncidentTrigger.REJECT,),
    OperatorVerb.DEFER: (IncidentTrigger.DEFER,),
}
# `assign` is offered here too: it opens a report, and more units may join
STAFFED = frozenset({IncidentStage.REPORTED, IncidentStage.DISPATCHED, IncidentStage.WORKING})
# they are about an open case, whatever its stage
OF_OPEN_CASES = frozenset(
    {
        OperatorVerb.MERGE,
        OperatorVerb.SPLIT,
        OperatorVerb.NOT_SAME,
        OperatorVerb.UNASSIGN,
        OperatorVerb.RETURN,
        OperatorVerb.ROUTE,
    }
)
NEEDS_REASON = (
    OperatorVerb.REJECT,
    OperatorVerb.CLOSE,
    OperatorVerb.DEFER,
    OperatorVerb.RETURN,
    OperatorVerb.REDACT,
)


def offered() -> dict[str, list[str]]:
    """Stage → the verbs that a person may try there, in the order of the vocabulary."""
    return {
        stage.value: [verb.value for verb in OperatorVerb if _fits(stage, verb)]
        for stage in IncidentStage
    }


def _fits(stage: IncidentStage, verb: OperatorVerb) -> bool:
    if stage is IncidentStage.UNKNOWN or verb is OperatorVerb.UNKNOWN:
        return False
    if verb in OF_OPEN_CASES:
        return stage in NOT_ENDED
    if verb is OperatorVerb.UNDO:  # a merged case is parted again by it
        return stage in NOT_ENDED or stage is IncidentStage.MERGED
    if verb in CASEWORK:
        return stage in CASEWORK[verb]
    if verb is OperatorVerb.ACKNOWLEDGE:
        return stage in WANTS_SOMEBODY
    if verb is OperatorVerb.ESCALATE:
        return (stage, IncidentTrigger.DISPATCH) in NEXT_INCIDENT or stage in STAFFED - {
            IncidentStage.REPORTED
        }
    if verb is OperatorVerb.ASSIGN and stage in STAFFED:
        return True
    return any((stage, trigger) in NEXT_INCIDENT for trigger in TRIGGERS[verb])
