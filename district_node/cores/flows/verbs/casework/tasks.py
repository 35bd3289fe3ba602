"""What a corrected case means for the crews that are on their way to it."""

from citybrain.ids import UnitId
from citybrain.vocabulary import SlotState
from district_node.cores.decision_draft import DecisionDraft
from district_node.cores.flows.verbs.request import ActionNote
from district_node.cores.flows.verbs.staffing import taken_back
from district_node.cores.incidents.incident import Incident, Slot
from district_node.cores.incidents.lifecycle import add_history


def without_claims(draft: DecisionDraft, incident: Incident) -> Incident:
    """What was planned for the case as it was is taken back: the city plans it anew."""
    for slot in incident.slots:
        if slot.state is SlotState.CLAIMED:
            incident, _ = taken_back(draft, incident, slot)
    return incident


def crews_elsewhere(draft: DecisionDraft, incident: Incident) -> tuple[UnitId, ...]:
    """Units of other districts that were sent: their owner alone changes their orders, and hears
    of it through the city."""
    return tuple(
        slot.unit for slot in incident.slots if _is_foreign(draft, slot) and slot.unit is not None
    )


def with_notes(
    draft: DecisionDraft, incident: Incident, *, actor: str
) -> tuple[Incident, ActionNote | None]:
    """What was corrected goes to the crews of other districts through the city: a line in the
    history for each, and what whoever corrected it must know."""
    elsewhere = crews_elsewhere(draft, incident)
    line = "correction_sent" if draft.city.up else "tell_crew"
    for unit in elsewhere:
        incident = add_history(incident, line, draft.at, actor=actor, reason=unit)
    if not elsewhere:
        return incident, None
    units = ", ".join(_unit_names(incident, elsewhere))
    return incident, _note(units, is_city_up=draft.city.up)


def _note(units: str, *, is_city_up: bool) -> ActionNote:
    if not is_city_up:
        return ActionNote(
            reason="tell_crew",
            detail="The link to the city is down: crews of another district keep what their"
            f" screens show until it is up again. Tell them: {units}.",
        )
    return ActionNote(
        reason="correction_sent",
        detail=f"The correction goes to crews of another district ({units}) through the city. The"
        " case's history says when each has it; until then, tell them.",
    )


def _unit_names(incident: Incident, units: tuple[UnitId, ...]) -> list[str]:
    """As the city calls them."""
    names = {slot.unit: slot.unit_name for slot in incident.slots}
    return [names.get(unit) or unit for unit in units]


def _is_foreign(draft: DecisionDraft, slot: Slot) -> bool:
    return slot.state is SlotState.CONFIRMED and slot.order not in draft.roster.orders
