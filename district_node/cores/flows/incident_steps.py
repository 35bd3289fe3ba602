"""Steps of an incident that more than one kind of input sets in motion: open, escalate, handle,
verify, close, reject, reopen. What its orders do to it is in `order_progress`.
"""

from collections.abc import Container

from citybrain.clock import Timestamp, later
from citybrain.domain.event import VerificationRequest
from citybrain.ids import AgentId, RequestId, SlotId, SourceId
from citybrain.stages import IncidentTrigger
from citybrain.structs import replace
from citybrain.vocabulary import Disposition, IncidentStage, SlotState
from district_node.cores import darkness
from district_node.cores.decision_draft import DecisionDraft
from district_node.cores.flows.order_progress import recall_crew
from district_node.cores.incidents import correlate, rule_outcomes, triage
from district_node.cores.incidents.contribution import (
    Episode,
    VerificationMethod,
    agent_label,
    rule_source,
    source_label,
    verification_method,
)
from district_node.cores.incidents.contributions import report_to_answer
from district_node.cores.incidents.incident import (
    AgentVerification,
    Incident,
    PendingVerification,
    PersonVerification,
    clears_itself,
    has_ended,
)
from district_node.cores.incidents.lifecycle import add_history, advance
from district_node.cores.incidents.place_doubt import is_place_doubtful
from district_node.cores.incidents.watched import is_all_back, is_of_darkness
from district_node.cores.intake import believed_incarnation
from district_node.cores.orders.slots import cancel_unserved, has_crew_worked, unresolved_orders
from district_node.cores.routing.route import route
from district_node.cores.timer_keys import TimerKind
from district_node.limits import ENDED_INCIDENT_RETENTION, VERIFICATION_ATTEMPTS

NO_SOURCE = SourceId("")  # a whole box is meant
PLAYBOOK = "playbook"  # the actor, where the district decided by itself


def may_open(draft: DecisionDraft, incident: Incident) -> bool:
    """Whether its report may open by itself now."""
    return (
        incident.stage is IncidentStage.REPORTED
        and triage.should_open(incident, draft.playbook_of(incident))
        and not is_place_doubtful(draft.setup, incident)
    )


def open_incident(
    draft: DecisionDraft, incident: Incident, *, actor: str = PLAYBOOK, reason: str = ""
) -> Incident:
    """立案: the report is opened, and its needs become slots."""
    incident = advance(incident, IncidentTrigger.OPEN, draft.at, actor=actor, reason=reason)
    incident = route(draft, incident, actor=PLAYBOOK)
    if not _is_led(draft, incident):
        incident = triage.with_needs(incident, draft.playbook_of(incident), draft.at)
    draft.put_incident(incident)
    return incident


def resume(draft: DecisionDraft, incident: Incident, *, actor: str, reason: str) -> Incident:
    """What was deferred (挂账) is taken up: its clocks and its needs begin anew."""
    incident = advance(incident, IncidentTrigger.RESUME, draft.at, actor=actor, reason=reason)
    incident = replace(incident, deferred_until=None)
    incident = triage.with_needs(incident, draft.playbook_of(incident), draft.at)
    draft.cancel_timer(TimerKind.RESUME, incident.incident)
    draft.put_incident(incident)
    return incident


def escalate(
    draft: DecisionDraft,
    incident: Incident,
    *,
    reason: str,
    actor: str = PLAYBOOK,
    but: Container[SlotId] = (),
) -> Incident:
    """Ask the city for every slot that is open `but` for some; a flag beside the stage."""
    slots = tuple(
        replace(s, from_city=True) if s.state is SlotState.OPEN and s.slot not in but else s
        for s in incident.slots
    )
    if incident.escalated and slots == incident.slots:
        return incident
    incident = replace(incident, slots=slots, escalated=True)
    incident = add_history(incident, "escalated", draft.at, actor=actor, reason=reason)
    draft.put_incident(incident)
    return incident


def handle(draft: DecisionDraft, incident: Incident, *, actor: str, reason: str = "") -> Incident:
    """The work is done, or the condition ended by itself: no further crew need come, and whoever
    saw it is asked.
    """
    incident = advance(incident, IncidentTrigger.HANDLE, draft.at, actor=actor, reason=reason)
    incident = replace(incident, verification=None, verification_attempts=0)
    incident = cancel_dispatch(draft, incident, reason="handled")
    return request_verification(draft, incident)


def request_verification(draft: DecisionDraft, incident: Incident) -> Incident:
    """Ask by the way of the source: a camera or sensor that senses it still, else the latest one
    (one that is online, if any is); where there is none but such as change too often, a person, who
    calls back whoever reported it last with a contact. What cannot see now is not asked: where
    nothing can, a person is, at once.

    After enough attempts a person decides.
    """
    if incident.verification_attempts >= VERIFICATION_ATTEMPTS.value:
        draft.put_incident(incident)
        return incident
    if is_of_darkness(incident, draft.playbook_of(incident)):
        return _ask_watched(draft, incident)
    episode = _best_episode(draft, incident)
    if episode is not None:
        return _ask_agent(draft, incident, episode)
    return _ask_person(draft, incident)


def _ask_watched(draft: DecisionDraft, incident: Incident) -> Incident:
    """A box or camera that was dark is asked by what it says anyway; a person where it is dark
    still, or where the case rests on more than that."""
    if is_all_back(incident, draft.playbook_of(incident)):
        return close(draft, incident, actor=draft.district, reason="came_back")
    asked = PersonVerification(method=VerificationMethod.NAMED_PERSON, contact="")
    return _asked(draft, incident, asked, actor=draft.district)


def ask_again(draft: DecisionDraft, agent: AgentId) -> None:
    """Whatever was asked of an outbox that `agent` has no more went with it, and its answer too."""
    believed = believed_incarnation(draft.intake, agent)
    for incident in list(draft.incidents.values()):
        asked = incident.verification
        if (
            isinstance(asked, AgentVerification)
            and asked.agent == agent
            and asked.incarnation != believed
            and incident.stage is IncidentStage.HANDLED
        ):
            incident = replace(incident, verification=None)
            label = agent_label(asked.agent, asked.source)
            incident = add_history(incident, "outbox_lost", draft.at, actor=label)
            request_verification(draft, incident)


def _ask_agent(draft: DecisionDraft, incident: Incident, episode: Episode) -> Incident:
    """The deadline is given to the box by the box's own clock."""
    playbook, box = draft.playbook_of(incident), draft.agents.get(episode.agent)
    verification = AgentVerification(
        request=RequestId(draft.new_id("verification")),
        method=verification_method(episode),
        agent=episode.agent,
        source=episode.source,
        rule=episode.rule,
        deadline=later(draft.at, playbook.clocks.verify_s),
        incarnation=believed_incarnation(draft.intake, episode.agent),
    )
    request = VerificationRequest(
        request=verification.request,
        incident=incident.incident,
        source=verification.source,
        rule=verification.rule,
        quiet_s=playbook.closes.quiet_s,
        deadline=Timestamp(verification.deadline + (box.skew_us if box is not None else 0)),
    )
    draft.post_to_agent(episode.agent, request)
    draft.set_timer(TimerKind.VERIFICATION, verification.deadline, incident.incident)
    return _asked(draft, incident, verification, actor=source_label(episode))


def _ask_person(draft: DecisionDraft, incident: Incident) -> Incident:
    """The clock `verify` runs for a person as well; nobody is asked where nothing is known."""
    newest = report_to_answer(incident)
    dark = darkness.unwitnessed(incident, draft.agents, draft.at)
    if newest is None and dark is not None:
        asked = PersonVerification(method=VerificationMethod.NAMED_PERSON, contact="")
        return _asked(draft, incident, asked, actor=dark.source)
    if newest is None:
        draft.put_incident(incident)
        return incident
    method = verification_method(newest)
    contact = newest.contact if method is VerificationMethod.CALL_BACK else ""
    verification = PersonVerification(method=method, contact=contact)
    return _asked(draft, incident, verification, actor=source_label(newest))


def _asked(
    draft: DecisionDraft, incident: Incident, verification: PendingVerification, *, actor: str
) -> Incident:
    attempts = incident.verification_attempts + 1
    incident = replace(incident, verification=verification, verification_attempts=attempts)
    incident = add_history(
        incident, "verification_requested", draft.at, actor=actor, reason=verification.method.value
    )
    draft.put_incident(incident)
    return incident


def close(
    draft: DecisionDraft,
    incident: Incident,
    *,
    actor: str,
    reason: str,
    disposition: Disposition = Disposition.UNKNOWN,
) -> Incident:
    """核查结案: seen fixed by a camera or by a named person, therefore closed. Where nobody says
    what it was, that follows from what its crews found, or from whether one worked on it."""
    if disposition is Disposition.UNKNOWN:
        disposition = incident.proposed
    if disposition is Disposition.UNKNOWN:
        disposition = Disposition.FIXED if has_crew_worked(incident) else Disposition.GONE
    incident = advance(incident, IncidentTrigger.VERIFY, draft.at, actor=actor, reason=reason)
    incident = _with_disposition(draft, incident, disposition, actor=actor)
    incident = advance(incident, IncidentTrigger.CLOSE, draft.at, actor=actor, reason=reason)
    _count(draft, incident)
    incident = cancel_dispatch(draft, replace(incident, verification=None), reason="closed")
    guard_s = draft.playbook_of(incident).closes.guard_s
    draft.set_timer(TimerKind.GUARD, later(draft.at, guard_s), incident.incident)
    draft.cancel_timer(TimerKind.SELF_CLEAR, incident.incident)
    return incident


def reject(
    draft: DecisionDraft,
    incident: Incident,
    *,
    actor: str,
    reason: str,
    disposition: Disposition,
) -> Incident:
    """It is no incident to work on: its place is free for the next one at once, and crews that are
    not on the scene are called back."""
    incident = _with_disposition(draft, incident, disposition, actor=actor)
    incident = replace(incident, verification=None)
    incident = advance(incident, IncidentTrigger.REJECT, draft.at, actor=actor, reason=reason)
    _count(draft, incident)
    incident = cancel_dispatch(draft, incident, reason="rejected")
    draft.index = correlate.remember_ended(correlate.unindex(draft.index, incident), incident)
    draft.set_timer(
        TimerKind.EVICT, later(draft.at, ENDED_INCIDENT_RETENTION.value), incident.incident
    )
    draft.cancel_timer(TimerKind.SELF_CLEAR, incident.incident)
    return incident


def _with_disposition(
    draft: DecisionDraft, incident: Incident, disposition: Disposition, *, actor: str
) -> Incident:
    incident = replace(incident, disposition=disposition)
    return add_history(incident, "disposition", draft.at, actor=actor, reason=disposition.value)


def _count(draft: DecisionDraft, incident: Incident) -> None:
    """It ended: so often its rules were right, or not."""
    draft.rule_outcomes = rule_outcomes.count(draft.rule_outcomes, incident, draft.at)
    draft.notice("ended", incident.incident, f"{incident.kind} {incident.disposition}")


def reopen(
    draft: DecisionDraft,
    incident: Incident,
    *,
    actor: str,
    reason: str,
    trigger: IncidentTrigger = IncidentTrigger.REOPEN,
) -> Incident:
    """It is there again (or was never gone): a new round with new versions of its slots."""
    back = bring_back(draft, incident, actor=actor, reason=reason, trigger=trigger)
    return want_help(draft, back)


def bring_back(
    draft: DecisionDraft,
    incident: Incident,
    *,
    actor: str,
    reason: str,
    trigger: IncidentTrigger = IncidentTrigger.REOPEN,
) -> Incident:
    """What was handled or has ended is open again. Nobody is sent by this."""
    had_ended = has_ended(incident)
    if had_ended and trigger is IncidentTrigger.REOPEN:  # what was merged was not counted
        draft.rule_outcomes = rule_outcomes.take_back(draft.rule_outcomes, incident)
    incident = advance(incident, trigger, draft.at, actor=actor, reason=reason)
    incident = replace(
        incident,
        verification=None,
        verification_attempts=0,
        escalated=False,
        ended_by_person=False,
        ended_unseen=(),
        disposition=Disposition.UNKNOWN,
        proposed=Disposition.UNKNOWN,
        unwitnessed=darkness.unwitnessed(incident, draft.agents, draft.at),
    )
    if had_ended:
        draft.index = correlate.forget_ended(draft.index, incident)
        draft.index = correlate.index_incident(draft.index, incident)
        draft.cancel_timer(TimerKind.GUARD, incident.incident)
        draft.cancel_timer(TimerKind.EVICT, incident.incident)
    draft.put_incident(incident)
    return incident


def want_help(draft: DecisionDraft, incident: Incident) -> Incident:
    """Places that were served or cancelled are open again, at their next versions."""
    retaken = (*incident.retaken, *unresolved_orders(incident))
    incident = replace(incident, retaken=retaken)
    if not _is_led(draft, incident):
        incident = triage.with_needs(incident, draft.playbook_of(incident), draft.at)
        incident = replace(incident, parent=None)
    draft.put_incident(incident)
    return incident


def condition_ended(draft: DecisionDraft, incident: Incident) -> None:
    """No camera or sensor sees it any more: it is cleared by itself in a while, or whoever saw it
    can be asked now. Not by sources that change too often."""
    if incident.unstable or not clears_itself(incident):
        return
    if is_unattended(incident):
        due = later(draft.at, draft.playbook_of(incident).closes.settle_s)
        draft.set_timer(TimerKind.SELF_CLEAR, due, incident.incident)
    elif incident.stage is IncidentStage.HANDLED and incident.verification is None:
        request_verification(draft, incident)


def return_to_person(draft: DecisionDraft, incident: Incident, *, actor: str) -> Incident:
    """A source says that it is graver than what a person closed: that person, or another, looks at
    it again. Nobody is sent before."""
    incident = reopen(draft, incident, actor=actor, reason="graver")
    incident = replace(incident, slots=())
    draft.put_incident(incident)
    return incident


def cancel_dispatch(draft: DecisionDraft, incident: Incident, *, reason: str) -> Incident:
    """No further help: unserved slots are cancelled, and own crews that are not on the scene are
    called back. The city withdraws its own orders.
    """
    orders = [
        slot.order
        for slot in incident.slots
        if slot.order is not None and slot.state is not SlotState.SERVED
    ]
    incident = cancel_unserved(incident)
    draft.put_incident(incident)
    for order in orders:
        recall_crew(draft, order, reason=reason)
    return draft.incidents[incident.incident]


def is_unattended(incident: Incident) -> bool:
    """Whether no crew works on it yet: then it matters that the condition ends by itself."""
    return incident.stage in (
        IncidentStage.OPENED,
        IncidentStage.DISPATCHED,
        IncidentStage.REOPENED,
    )


def _is_led(draft: DecisionDraft, incident: Incident) -> bool:
    """Whether an area case that goes on has the needs."""
    area = draft.incidents.get(incident.parent) if incident.parent is not None else None
    return area is not None and not has_ended(area) and area.stage is not IncidentStage.HANDLED


def _best_episode(draft: DecisionDraft, incident: Incident) -> Episode | None:
    ranked = [
        (_is_online(draft, known.agent), known.live, known.since, key)
        for key, known in incident.contributions.items()
        if isinstance(known, Episode)
        and rule_source(known) not in incident.unstable
        and darkness.darkness(draft.agents.get(known.agent), known.source, draft.at) is None
    ]
    best = incident.contributions[max(ranked)[3]] if ranked else None
    return best if isinstance(best, Episode) else None


def _is_online(draft: DecisionDraft, agent: AgentId) -> bool:
    known = draft.agents.get(agent)
    return known is not None and known.online
