"""What a playbook makes of an incident: whether its report opens, which slots its needs become."""

from citybrain.clock import Timestamp, later
from citybrain.ids import SlotId
from citybrain.structs import replace
from citybrain.vocabulary import SEVERITY_RANK, Capability, Finding, OrderStage, SlotState
from district_node.cores.incidents.contributions import CERTAINTY_RANK
from district_node.cores.incidents.incident import Incident, Slot
from district_node.playbook import Playbook


def should_open(incident: Incident, playbook: Playbook) -> bool:
    """Whether what is known suffices to open the report (立案条件)."""
    opens = playbook.opens
    return (
        SEVERITY_RANK[incident.severity] >= SEVERITY_RANK[opens.severity]
        and CERTAINTY_RANK[incident.certainty] >= CERTAINTY_RANK[opens.certainty]
        and incident.contribution_count >= opens.events
    )


def with_needs(incident: Incident, playbook: Playbook, at: Timestamp) -> Incident:
    """The incident with an open slot for every place of its needs.

    Slots of an earlier round open again at their next version.
    """
    if incident.slots:
        slots = tuple(_for_next_round(slot, playbook, at) for slot in incident.slots)
        return replace(incident, slots=slots)
    places = [need for need in playbook.needs for _ in range(need.quantity)]
    return replace(
        incident,
        slots=tuple(
            _new_slot(incident, number, need.capability, later(at, need.within_s))
            for number, need in enumerate(places, start=1)
        ),
    )


def with_other_needs(incident: Incident, playbook: Playbook, at: Timestamp) -> Incident:
    """The incident with the needs of another playbook than before: what fits both goes on, what
    only the old one needed is dropped, and the rest is new. An open slot moves to its next version,
    for an order that was planned for the old need must not fill it.
    """
    wanted = [need for need in playbook.needs for _ in range(need.quantity)]
    slots: list[Slot] = []
    for slot in sorted(incident.slots, key=lambda slot: slot.state is SlotState.OPEN):
        need = next((need for need in wanted if need.capability == slot.capability), None)
        if slot.state is SlotState.CANCELLED or need is None:
            slots.append(_dropped(slot))
            continue
        wanted.remove(need)
        is_open = slot.state is SlotState.OPEN
        deadline = later(at, need.within_s)
        slots.append(replace(slot, version=slot.version + is_open, deadline=deadline))
    first = max(map(_number, incident.slots), default=0) + 1
    slots += [
        _new_slot(incident, number, need.capability, later(at, need.within_s))
        for number, need in enumerate(wanted, start=first)
    ]
    return replace(incident, slots=tuple(sorted(slots, key=_number)))


def with_ad_hoc_slot(
    incident: Incident, capability: Capability, deadline: Timestamp, *, is_found: bool = False
) -> Incident:
    """The incident with another open slot: an operator, or a crew at the scene (`is_found`), wants
    help that no playbook names."""
    slot = _new_slot(incident, len(incident.slots) + 1, capability, deadline)
    return replace(incident, slots=(*incident.slots, replace(slot, is_found=is_found)))


def reopened_slot(slot: Slot) -> Slot:
    """The slot, open at its next version."""
    return replace(
        slot,
        version=slot.version + 1,
        state=SlotState.OPEN,
        order=None,
        unit=None,
        order_stage=OrderStage.PROPOSED,
        claim_until=None,
        is_crew_overdue=False,
        is_unfilled=False,
        finding=Finding.UNKNOWN,
        found_needs=(),
    )


def _new_slot(incident: Incident, number: int, capability: Capability, deadline: Timestamp) -> Slot:
    return Slot(
        slot=SlotId(f"{incident.incident}.{number}"),
        capability=capability,
        version=1,
        state=SlotState.OPEN,
        deadline=deadline,
    )


def _for_next_round(slot: Slot, playbook: Playbook, at: Timestamp) -> Slot:
    if slot.dropped or slot.state not in (SlotState.SERVED, SlotState.CANCELLED):
        return slot
    within = [need.within_s for need in playbook.needs if need.capability == slot.capability]
    return replace(
        reopened_slot(slot),
        deadline=later(at, within[0]) if within else slot.deadline,
        from_city=False,
        declined=(),
    )


def _dropped(slot: Slot) -> Slot:
    """No longer wanted, for ever; what was served stays served. It keeps its order, so that its end
    can be followed."""
    if slot.state in (SlotState.SERVED, SlotState.CANCELLED):
        return replace(slot, dropped=True)
    return replace(slot, state=SlotState.CANCELLED, version=slot.version + 1, dropped=True)


def _number(slot: Slot) -> int:
    return int(slot.slot.rsplit(".", 1)[-1])
