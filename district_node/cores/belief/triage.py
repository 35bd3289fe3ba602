"""What a playbook makes of an incident: whether it becomes a case, and which slots its needs are."""

from citybrain.clock import Timestamp, later
from citybrain.ids import SlotId, UnitId
from citybrain.structs import replace
from citybrain.vocabulary import SEVERITY_RANK, Capability, OrderStage, SlotState
from district_node.cores.belief.hear import CERTAINTY_RANK
from district_node.cores.belief.incident import Incident, Slot
from district_node.playbook import Playbook


def opens(incident: Incident, playbook: Playbook) -> bool:
    """Whether what is believed suffices to open a case (立案条件)."""
    wanted = playbook.opens
    return (
        SEVERITY_RANK[incident.severity] >= SEVERITY_RANK[wanted.severity]
        and CERTAINTY_RANK[incident.certainty] >= CERTAINTY_RANK[wanted.certainty]
        and incident.starts >= wanted.events
    )


def with_needs(incident: Incident, playbook: Playbook | None, at: Timestamp) -> Incident:
    """The incident with an open slot for every place of its needs. Slots of an earlier round open again at their next version."""
    if incident.slots:
        return replace(incident, slots=tuple(_again(slot, playbook, at) for slot in incident.slots))
    if playbook is None:
        return incident
    wanted = [
        (need.capability, later(at, need.within_s))
        for need in playbook.needs
        for _ in range(need.quantity)
    ]
    slots = tuple(
        Slot(
            slot=SlotId(f"{incident.incident}.{i}"),
            capability=capability,
            version=1,
            state=SlotState.OPEN,
            deadline=deadline,
        )
        for i, (capability, deadline) in enumerate(wanted, start=1)
    )
    return replace(incident, slots=slots)


def with_one_more(incident: Incident, capability: Capability, deadline: Timestamp) -> Incident:
    """The incident with another open slot: an operator wants help that no playbook names."""
    slot = Slot(
        slot=SlotId(f"{incident.incident}.{len(incident.slots) + 1}"),
        capability=capability,
        version=1,
        state=SlotState.OPEN,
        deadline=deadline,
    )
    return replace(incident, slots=(*incident.slots, slot))


def opened_again(slot: Slot, *, declined: UnitId | None = None) -> Slot:
    """The slot, open at its next version; `declined` will not be sent there again."""
    return replace(
        slot,
        version=slot.version + 1,
        state=SlotState.OPEN,
        order=None,
        unit=None,
        crew=OrderStage.PROPOSED,
        claim_until=None,
        declined=(*slot.declined, declined)
        if declined is not None and declined not in slot.declined
        else slot.declined,
    )


def _again(slot: Slot, playbook: Playbook | None, at: Timestamp) -> Slot:
    if slot.state not in (SlotState.SERVED, SlotState.CANCELLED):
        return slot
    within = (
        [need.within_s for need in playbook.needs if need.capability == slot.capability]
        if playbook is not None
        else []
    )
    return replace(
        opened_again(slot),
        deadline=later(at, within[0]) if within else slot.deadline,
        from_city=False,
        declined=(),
    )
