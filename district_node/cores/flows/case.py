"""The steps of a case that more than one input sets in motion: open, call off, look again, close, reopen. Orders are followed next door (`follow`)."""

from citybrain.clock import later
from citybrain.domain.event import VerificationRequest
from citybrain.ids import AgentId, RequestId
from citybrain.stages import IncidentTrigger
from citybrain.structs import replace
from citybrain.vocabulary import IncidentStage, SlotState
from district_node.cores.belief import correlate, triage
from district_node.cores.belief.incident import Incident, Look, Voice, is_over
from district_node.cores.belief.lifecycle import advance, note
from district_node.cores.flows.follow import call_back
from district_node.cores.orders.slots import cancel_unserved, still_out
from district_node.cores.work import Work
from district_node.limits import KEEP_OVER, LOOKS

PLAYBOOK = "playbook"  # who, where the district decided by itself


def open_case(work: Work, incident: Incident, *, who: str = PLAYBOOK, reason: str = "") -> Incident:
    """立案: the report becomes a case, and its needs become slots."""
    incident = advance(incident, IncidentTrigger.OPEN, work.at, who=who, reason=reason)
    incident = triage.with_needs(incident, work.playbook(incident.kind), work.at)
    work.put(incident)
    return incident


def escalate(work: Work, incident: Incident, *, reason: str, who: str = PLAYBOOK) -> Incident:
    """Ask the city for every slot that is open; escalation is a flag beside the stage."""
    slots = tuple(
        replace(s, from_city=True) if s.state is SlotState.OPEN else s for s in incident.slots
    )
    if incident.escalated and slots == incident.slots:
        return incident
    incident = note(
        replace(incident, slots=slots, escalated=True),
        "escalated",
        work.at,
        who=who,
        reason=reason,
    )
    work.put(incident)
    return incident


def handle(work: Work, incident: Incident, *, who: str, reason: str = "") -> Incident:
    """The work is done, or the thing went away by itself: nobody else need come, and the camera is asked."""
    incident = advance(incident, IncidentTrigger.HANDLE, work.at, who=who, reason=reason)
    incident = call_off(work, replace(incident, look=None, looks=0), reason="handled")
    return look_again(work, incident)


def look_again(work: Work, incident: Incident) -> Incident:
    """Ask the camera that sees it still, else the one that spoke last (one that is there, if any is); without one, or after enough looks, a person is
    waited for."""
    playbook = work.playbook(incident.kind)
    voice = _best_eye(work, incident)
    if playbook is None or voice is None or incident.looks >= LOOKS.value:
        work.put(incident)
        return incident
    look = Look(
        request=RequestId(work.name("look")),
        agent=voice.agent,
        source=voice.source,
        rule=voice.rule,
        deadline=later(work.at, playbook.clocks.verify_s),
    )
    asked = VerificationRequest(
        request=look.request,
        incident=incident.incident,
        source=look.source,
        rule=look.rule,
        quiet_s=playbook.closes.quiet_s,
        deadline=look.deadline,
    )
    work.post(f"agent/{voice.agent}", asked)
    work.set_timer("look", incident.incident, look.deadline)
    incident = replace(incident, look=look, looks=incident.looks + 1)
    incident = note(incident, "reobserve", work.at, who=f"{voice.agent}/{voice.source}")
    work.put(incident)
    return incident


def close(work: Work, incident: Incident, *, who: str, reason: str) -> Incident:
    """核查结案: seen fixed by a camera or by a named person, therefore closed."""
    incident = advance(incident, IncidentTrigger.VERIFY, work.at, who=who, reason=reason)
    incident = advance(incident, IncidentTrigger.CLOSE, work.at, who=who, reason=reason)
    incident = call_off(work, replace(incident, look=None), reason="closed")
    playbook = work.playbook(incident.kind)
    work.set_timer(
        "guard",
        incident.incident,
        later(work.at, playbook.closes.guard_s if playbook is not None else 0),
    )
    work.cancel_timer("quiet", incident.incident)
    return incident


def reject(work: Work, incident: Incident, *, who: str, reason: str) -> Incident:
    """No case: its place is free for the next one at once."""
    incident = advance(incident, IncidentTrigger.REJECT, work.at, who=who, reason=reason)
    incident = call_off(work, incident, reason="rejected")
    work.index = correlate.leave(work.index, incident)
    work.set_timer("forget", incident.incident, later(work.at, KEEP_OVER.value))
    work.cancel_timer("quiet", incident.incident)
    return incident


def reopen(work: Work, incident: Incident, *, who: str, reason: str) -> Incident:
    """It is there again (or was never gone): a new round with new slots' versions."""
    was_over = is_over(incident)
    incident = advance(incident, IncidentTrigger.REOPEN, work.at, who=who, reason=reason)
    incident = replace(
        incident,
        look=None,
        looks=0,
        escalated=False,
        retaken=(*incident.retaken, *still_out(incident)),
    )
    incident = triage.with_needs(incident, work.playbook(incident.kind), work.at)
    if was_over:
        work.index = correlate.enter(work.index, incident)
        work.cancel_timer("guard", incident.incident)
        work.cancel_timer("forget", incident.incident)
    work.put(incident)
    return incident


def call_off(work: Work, incident: Incident, *, reason: str) -> Incident:
    """No further help: unserved slots are cancelled, and own crews that are not on the scene are called back. The city withdraws its own orders."""
    named = [
        slot.order
        for slot in incident.slots
        if slot.order is not None and slot.state is not SlotState.SERVED
    ]
    incident = cancel_unserved(incident)
    work.put(incident)
    for order in named:
        call_back(work, order, reason=reason)
    return work.incidents[incident.incident]


def who_looked(agent: AgentId, source: str) -> str:
    return f"{agent}/{source}"


def _best_eye(work: Work, incident: Incident) -> Voice | None:
    ranked = [
        (_is_online(work, voice.agent), voice.live, voice.since, key)
        for key, voice in incident.voices.items()
    ]
    return incident.voices[max(ranked)[3]] if ranked else None


def _is_online(work: Work, agent: AgentId) -> bool:
    known = work.agents.get(agent)
    return known is not None and known.online


def is_settling(incident: Incident) -> bool:
    """Whether the condition ending by itself would matter: no crew has begun to work on it."""
    return incident.stage in (
        IncidentStage.OPENED,
        IncidentStage.DISPATCHED,
        IncidentStage.REOPENED,
    )
