"""Which verbs a console offers at which stage: read off the stage tables, so that no page has a table of its own. The cores decide all the same."""

from citybrain.stages import NEXT_INCIDENT, OVER_INCIDENT_STAGES, IncidentCue
from citybrain.vocabulary import IncidentStage, OperatorVerb

# A verb is offered where one of its cues follows; a person who says "closed" may also say "handled" and "verified" with it.
CUES: dict[OperatorVerb, tuple[IncidentCue, ...]] = {
    OperatorVerb.OPEN: (IncidentCue.OPEN, IncidentCue.RESUME),
    OperatorVerb.ASSIGN: (IncidentCue.DISPATCH,),
    OperatorVerb.VERIFY: (IncidentCue.VERIFY,),
    OperatorVerb.CLOSE: (IncidentCue.CLOSE, IncidentCue.VERIFY, IncidentCue.HANDLE),
    OperatorVerb.REJECT: (IncidentCue.REJECT,),
    OperatorVerb.DEFER: (IncidentCue.DEFER,),
}
STAFFED = frozenset({IncidentStage.DISPATCHED, IncidentStage.WORKING})  # more units may join
NEEDS_REASON = (OperatorVerb.REJECT, OperatorVerb.CLOSE, OperatorVerb.VERIFY)


def offered() -> dict[str, list[str]]:
    """Stage → the verbs that a person may try there, in the order of the vocabulary."""
    return {stage.value: [verb.value for verb in OperatorVerb if _fits(stage, verb)] for stage in IncidentStage}


def _fits(stage: IncidentStage, verb: OperatorVerb) -> bool:
    if stage in OVER_INCIDENT_STAGES or stage is IncidentStage.UNKNOWN or verb is OperatorVerb.UNKNOWN:
        return False
    if verb is OperatorVerb.ESCALATE:
        return stage not in (IncidentStage.HANDLED, IncidentStage.VERIFIED)
    if verb is OperatorVerb.ASSIGN and stage in STAFFED:
        return True
    return any((stage, cue) in NEXT_INCIDENT for cue in CUES[verb])
