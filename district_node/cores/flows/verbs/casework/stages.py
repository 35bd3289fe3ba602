"""At which stages a verb of casework is legal. A table; the web offers by it, too."""

from collections.abc import Mapping

from citybrain.stages import ENDED_INCIDENT_STAGES
from citybrain.vocabulary import IncidentStage, OperatorVerb

EVERY = frozenset(IncidentStage) - {IncidentStage.UNKNOWN}
NOT_ENDED = EVERY - frozenset(ENDED_INCIDENT_STAGES)
# while crews may still be sent by what it is and where
AT_WORK = NOT_ENDED - {IncidentStage.HANDLED, IncidentStage.VERIFIED}
STAGES: Mapping[OperatorVerb, frozenset[IncidentStage]] = {
    OperatorVerb.NOTE: EVERY,
    OperatorVerb.MESSAGE: NOT_ENDED,
    OperatorVerb.RECLASSIFY: AT_WORK,
    OperatorVerb.RELOCATE: AT_WORK,
    OperatorVerb.SET_SEVERITY: NOT_ENDED,
    OperatorVerb.TAKE: NOT_ENDED,
    OperatorVerb.GIVE: NOT_ENDED,
    OperatorVerb.ATTACH: NOT_ENDED,
    OperatorVerb.REDACT: EVERY,
    OperatorVerb.LINK: NOT_ENDED,
    OperatorVerb.UNLINK: EVERY,
}


def is_legal(stage: IncidentStage, verb: OperatorVerb) -> bool:
    """Whether the stage allows `verb`; of one that moves stages their own table decides."""
    return verb not in STAGES or stage in STAGES[verb]
