"""What a refusal of a verb says of stages, states and capabilities: an operator's words, where the
code has its own. Decides nothing.
"""

from collections.abc import Iterable

from citybrain.permissions import ActionRefusal
from citybrain.vocabulary import Capability, IncidentStage, OperatorVerb, UnitState
from district_node.cores.incidents.incident import Incident
from district_node.cores.orders.roster import Roster

NAMED = 20  # units that a sentence lists

STAGES: dict[IncidentStage, str] = {
    IncidentStage.UNKNOWN: "is at a stage that this version does not know",
    IncidentStage.REPORTED: "is reported and not opened yet",
    IncidentStage.OPENED: "is open and waits for a crew",
    IncidentStage.DISPATCHED: "has a crew on its way",
    IncidentStage.WORKING: "has a crew at work",
    IncidentStage.HANDLED: "is handled and waits to be verified",
    IncidentStage.VERIFIED: "is verified",
    IncidentStage.CLOSED: "is closed",
    IncidentStage.MERGED: "was merged with another one",
    IncidentStage.REJECTED: "was rejected",
    IncidentStage.DEFERRED: "is put aside",
    IncidentStage.REOPENED: "is open again and waits for a crew",
}
# what follows for whoever asked for the verb at a stage that does not allow it
CANNOT: dict[OperatorVerb, str] = {
    OperatorVerb.OPEN: "there is nothing to open. What is there again is reported again",
    OperatorVerb.ASSIGN: "nobody can be sent to it. Open it first, if help is wanted",
    OperatorVerb.CLOSE: "it cannot be closed. Open it first, or reject it",
    OperatorVerb.REJECT: "it cannot be rejected any more. Open it first, if it was none",
    OperatorVerb.VERIFY: "there is no work on it to verify. Close it, if it is over",
    OperatorVerb.ESCALATE: "the city is asked only where help is wanted. Open it first",
    OperatorVerb.ACKNOWLEDGE: "nobody has to see to it any more",
    OperatorVerb.DEFER: "it cannot be put aside. That is for what is open and has no crew",
    OperatorVerb.MESSAGE: "crews are written to about what is open. Open it again first",
    OperatorVerb.RECLASSIFY: "its kind stays. Open it again first, or write a note",
    OperatorVerb.RELOCATE: "its place stays. Open it again first, or write a note",
    OperatorVerb.SET_SEVERITY: "its severity stays. Open it again first, or write a note",
    OperatorVerb.TAKE: "it belongs to nobody any more. Open it again first",
    OperatorVerb.GIVE: "it belongs to nobody any more. Open it again first",
    OperatorVerb.ATTACH: "files are added to what is open. Open it again first, or take the one"
    " that goes on",
    OperatorVerb.MERGE: "only open ones are merged. Open it again first",
    OperatorVerb.SPLIT: "only open ones are split. Open it again first",
    OperatorVerb.LINK: "only an open one is linked to its cause. Open it again first",
    OperatorVerb.RETURN: "departments deal with what is open",
    OperatorVerb.ROUTE: "departments deal with what is open",
}
UNIT_STATES: dict[UnitState, str] = {
    UnitState.UNKNOWN: "is in a state that this version does not know",
    UnitState.AVAILABLE: "is free",
    UnitState.RESERVED: "is promised to an order of the city",
    UnitState.COMMITTED: "has an order",
    UnitState.EN_ROUTE: "is on its way to a case",
    UnitState.ON_SCENE: "is at work on a case",
    UnitState.RETURNING: "is on its way back",
    UnitState.DELAYED: "is on its way to a case, and late",
    UnitState.OUT_OF_SERVICE: "is out of service",
    UnitState.ON_BREAK: "is on a break",
    UnitState.OFF_DUTY: "is off duty",
}


def stage_refusal(stage: IncidentStage, verb: OperatorVerb) -> str:
    """Why the verb is refused at a stage that does not allow it, and what can be done."""
    return f"The case {STAGES[stage]}: {CANNOT.get(verb, 'that cannot be done now')}."


def called(incident: Incident) -> str:
    """How a sentence names a case: by its number; by its id where a version before gave none."""
    return incident.number or incident.incident


def no_such_unit(roster: Roster, said: str | None) -> ActionRefusal:
    """Why nobody can be meant by `said`, and whom this district has."""
    names = [unit.name for unit in roster.units.values()]
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    has = f"{', '.join(names[:NAMED])}{more}" if names else "none"
    return ActionRefusal(
        reason="no_such_unit",
        detail=f"This district has no unit {said or ''}. It has: {has}."
        " A unit of another district is reached through the city.",
    )


def listed(capabilities: Iterable[Capability]) -> str:
    """Capabilities in a sentence, each once."""
    words = [capability.replace("_", " ") for capability in dict.fromkeys(capabilities)]
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]])) or "nothing"
