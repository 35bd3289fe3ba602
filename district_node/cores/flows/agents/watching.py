"""What it sets in motion that boxes are away and cameras blind: open cases say that nothing sees
them any more, and where policy says so the darkness is a case of its own, one for what goes dark
together.

Nothing of it is done for each change: it is looked at all at once, by a timer, a few seconds after
the first change. So the loss of a broker costs one look and makes one case.
"""

from citybrain.clock import Timestamp, later, seconds_between
from citybrain.ids import IncidentId
from citybrain.structs import replace
from citybrain.vocabulary import Certainty, IncidentKind, IncidentStage, Urgency
from district_node.cores import darkness, enrolment
from district_node.cores.agents.known_agent import NEVER
from district_node.cores.decision_draft import DecisionDraft
from district_node.cores.flows import incident_steps
from district_node.cores.flows.agents.limits import OFFLINE_GRACE, WATCH_EVERY, WATCHED
from district_node.cores.flows.agents.reporting import report_sources
from district_node.cores.incidents import triage
from district_node.cores.incidents.incident import (
    AgentVerification,
    Incident,
    PersonVerification,
    Watched,
    has_ended,
)
from district_node.cores.incidents.lifecycle import add_history
from district_node.cores.incidents.watched import (
    WatchedSource,
    holders,
    is_all_back,
    source_of,
    watches,
    whose,
    with_watched,
)
from district_node.cores.timer_keys import TimerKind
from district_node.playbook import Watches

# as histories say it
UNWITNESSED, WITNESSED = "unwitnessed", "witnessed"
WENT_DARK, CAME_BACK = "went_dark", "came_back"
AD_HOC_DEADLINE_S = 3_600.0  # of whoever the policy sends


def look_soon(draft: DecisionDraft) -> None:
    """A box came or went, or a source said what it sees: all of them are looked at together."""
    _look_at(draft, later(draft.at, WATCH_EVERY.value))


def look_at_resumed(draft: DecisionDraft) -> None:
    """A case of what is dark is open again, or its crew has left: what of it sees by now is not
    known, or nobody asked. Or all of it sees, and what it rested on besides is no part of it any
    more, or a person calls it darkness again."""
    for name in draft.changed_incidents:
        before, after = draft.before.incidents.get(name), draft.incidents.get(name)
        if before is None or after is None or not after.watched or has_ended(after):
            continue
        is_resumed = after.stage is not before.stage and incident_steps.is_unattended(after)
        if is_resumed or (_is_all_back(draft, after) and not _is_all_back(draft, before)):
            look_soon(draft)
            return


def look(draft: DecisionDraft) -> None:
    """What is dark now, and when it has to be looked at again."""
    draft.watch_due = NEVER
    report_sources(draft)
    held = holders(draft.incidents.values())
    for incident in list(draft.incidents.values()):
        if has_ended(incident):
            _note_back(draft, incident)
            continue
        _witnessed(draft, incident)
        _come_back(draft, draft.incidents[incident.incident], held)
    dark = _dark(draft)
    for kind, dark_of, after_s in _cases(draft):
        due = [one for one in dark if whose(one) is dark_of and _is_over(draft, one, after_s)]
        _open_cases(draft, kind, due)
    moments = [later(one.since, after_s) for one in dark for after_s in _waits(draft, one)]
    coming = [moment for moment in moments if moment > draft.at]
    if coming:
        _look_at(draft, min(coming))


def _look_at(draft: DecisionDraft, due: Timestamp) -> None:
    if draft.watch_due == NEVER or due < draft.watch_due or draft.watch_due <= draft.at:
        draft.watch_due = due
        draft.set_timer(TimerKind.WATCH, due, draft.district)


def _witnessed(draft: DecisionDraft, incident: Incident) -> None:
    """Says where it begins and ends that nothing sees the incident; a person decides meanwhile
    whether it is over."""
    found = darkness.unwitnessed(incident, draft.agents, draft.at)
    before = incident.unwitnessed
    if (found is None) is (before is None):
        return
    incident, asked = replace(incident, unwitnessed=found), incident.verification
    if found is not None:
        reason = ":".join(part for part in (found.state, found.reason) if part)
        incident = add_history(incident, UNWITNESSED, draft.at, actor=found.source, reason=reason)
        if isinstance(asked, AgentVerification):
            incident = replace(incident, verification=replace(asked, late=True))
        draft.put_incident(incident)
        return
    actor = before.source if before is not None else draft.district
    incident = add_history(incident, WITNESSED, draft.at, actor=actor)
    draft.put_incident(incident)
    is_a_persons = isinstance(asked, PersonVerification) or (asked is not None and asked.late)
    if incident.stage is IncidentStage.HANDLED and is_a_persons:
        incident_steps.request_verification(draft, replace(incident, verification=None))


def _come_back(
    draft: DecisionDraft, incident: Incident, held: dict[WatchedSource, IncidentId]
) -> None:
    """Of a case of what is dark: what sees again, and what is dark again that no other open case
    has. Once all of it sees, the case is over, unless a crew works on it or it rests on more than
    that."""
    name = incident.incident
    watched = tuple(
        one if one.is_back and held.get(source_of(one), name) != name else _seen_again(draft, one)
        for one in incident.watched
    )
    for one in watched:
        if not one.is_back:
            held.setdefault(source_of(one), name)
    if watched != incident.watched:
        for before, after in zip(incident.watched, watched, strict=True):
            if after.is_back and not before.is_back:
                incident = add_history(incident, CAME_BACK, draft.at, actor=_label(after))
        had_live = incident.live_count > 0
        incident = with_watched(incident, watched)
        draft.put_incident(incident)
        if had_live and incident.live_count == 0 and incident.contributions:
            incident_steps.condition_ended(draft, incident)
            incident = draft.incidents[incident.incident]
    if not _is_all_back(draft, incident):
        return
    if incident_steps.is_unattended(incident):
        incident_steps.handle(draft, incident, actor=draft.district, reason=CAME_BACK)
    elif incident.stage is IncidentStage.HANDLED:
        incident_steps.request_verification(draft, incident)


def _is_all_back(draft: DecisionDraft, incident: Incident) -> bool:
    return is_all_back(incident, draft.playbook_of(incident))


def _note_back(draft: DecisionDraft, incident: Incident) -> None:
    """Of a case that is over: what has seen again since then, whatever it does later. Nothing else
    follows from it."""
    watched = tuple(one if one.is_back else _seen_again(draft, one) for one in incident.watched)
    if watched != incident.watched:
        draft.put_observed(with_watched(incident, watched))


def _seen_again(draft: DecisionDraft, one: Watched) -> Watched:
    agent = draft.agents.get(one.agent)
    is_back = agent is not None and agent.online
    if agent is not None and is_back and one.source:
        is_back = darkness.blind_since(agent, one.source, draft.at) is None
    return one if is_back == one.is_back else replace(one, is_back=is_back)


def _dark(draft: DecisionDraft) -> list[Watched]:
    """What is dark now of the boxes that are believed, longest first. Of a box that is away no
    camera is named."""
    found = []
    for name, agent in draft.agents.items():
        if name not in draft.enrolments.boxes or enrolment.refusal(
            draft.enrolments, name, draft.at
        ):
            continue
        away = darkness.offline_since(agent)
        if away is not None:
            found.append(Watched(agent=name, source=incident_steps.NO_SOURCE, since=away))
            continue
        for source, latest in agent.visibilities.items():
            since = darkness.blind_since(agent, source, draft.at)
            if since is not None:
                found.append(
                    Watched(
                        agent=name,
                        source=source,
                        since=since,
                        reason=latest.reason,
                        box_since=latest.since,
                    )
                )
    return sorted(found, key=lambda one: (one.since, one.agent, one.source))


def _cases(draft: DecisionDraft) -> list[tuple[IncidentKind, Watches, float]]:
    """The kinds of darkness that are cases here, whose it is, and after how long."""
    policy = draft.setup.watch
    after_s = {Watches.BOX: policy.agent_offline_s, Watches.SOURCE: policy.camera_blind_s}
    return [
        (playbook.kind, playbook.watches, after_s[playbook.watches])
        for playbook in draft.setup.playbooks
        if after_s.get(playbook.watches, 0.0) > 0
    ]


def _waits(draft: DecisionDraft, one: Watched) -> list[float]:
    """After how long something follows from it."""
    after_s = [after_s for _, watches, after_s in _cases(draft) if watches is whose(one)]
    return after_s if one.source else [OFFLINE_GRACE.value, *after_s]


def _is_over(draft: DecisionDraft, one: Watched, after_s: float) -> bool:
    return later(one.since, after_s) <= draft.at


def _open_cases(draft: DecisionDraft, kind: IncidentKind, dark: list[Watched]) -> None:
    """Each of them in a case: one that has it, one of what went dark together with it, or a new
    one."""
    watching = [one for one in draft.incidents.values() if one.watched]
    open_cases = [case for case in watching if not has_ended(case)]
    # whatever a person calls the case: what it watches is its own
    held = holders(open_cases)
    cases = [case for case in watching if case.kind == kind]
    open_ones: list[IncidentId] = [case.incident for case in open_cases if case.kind == kind]
    for one in dark:
        if source_of(one) in held or _is_known_to_a_person(watching, one):
            continue
        again = _case_again(draft, cases, one)
        known = next((case.incident for case in open_cases if watches(case, one)), None)
        together = known or next((name for name in open_ones if _belongs(draft, name, one)), None)
        if together is not None:
            _add(draft, draft.incidents[together], one)
        elif again is not None:
            reopened = incident_steps.reopen(draft, again, actor=_label(one), reason=WENT_DARK)
            _add(draft, reopened, one)
            open_ones.append(again.incident)
        else:
            open_ones.append(_begin(draft, kind, one))


def _is_known_to_a_person(cases: list[Incident], one: Watched) -> bool:
    """Whether a person ended its case while it was dark as it is now: that stays ended until it
    sees again, or the case leaves the state. By the times alone nobody can tell: its box's clock
    says since when it is blind, and node time may have been moved."""
    return any(
        source_of(known) == source_of(one)
        and not known.is_back
        and (one.since <= case.changed_at or _is_same(known, one))
        for case in cases
        if case.ended_by_person and has_ended(case)
        for known in case.watched
    )


def _is_same(known: Watched, one: Watched) -> bool:
    """Whether its box says of both that it went dark at the same time: the difference between its
    clock and this node's may be another one by now."""
    return known.box_since != NEVER and known.box_since == one.box_since


def _belongs(draft: DecisionDraft, name: IncidentId, one: Watched) -> bool:
    """Whether it went dark together with something of the case."""
    watched = draft.incidents[name].watched
    return len(watched) < WATCHED.value and any(
        abs(seconds_between(known.since, one.since)) <= draft.setup.watch.together_s
        for known in watched
    )


def _case_again(draft: DecisionDraft, cases: list[Incident], one: Watched) -> Incident | None:
    """The case of it that closed so lately that it reopens."""
    for case in cases:
        now = draft.incidents[case.incident]
        guard_s = draft.playbook_of(now).closes.guard_s
        if (
            now.stage is IncidentStage.CLOSED
            and seconds_between(now.changed_at, one.since) <= guard_s
            and watches(now, one)
        ):
            return now
    return None


def _add(draft: DecisionDraft, incident: Incident, one: Watched) -> None:
    others = tuple(known for known in incident.watched if source_of(known) != source_of(one))
    incident = with_watched(incident, (*others, one))
    draft.put_incident(
        add_history(incident, WENT_DARK, draft.at, actor=_label(one), reason=one.reason)
    )


def _begin(draft: DecisionDraft, kind: IncidentKind, one: Watched) -> IncidentId:
    playbook_id, _ = draft.playbook_for(kind)
    policy = draft.setup.watch
    incident = Incident(
        incident=IncidentId(draft.new_id("inc")),
        number=draft.new_case_number(),
        kind=kind,
        reported_kind=kind,
        playbook=playbook_id,
        stage=IncidentStage.REPORTED,
        severity=policy.severity,
        urgency=Urgency.EXPECTED,
        certainty=Certainty.OBSERVED,
        place=darkness.place_of(one, draft.agents.get(one.agent), draft.setup),
        reported_at=draft.at,
        changed_at=draft.at,
        last_observed_at=one.since,
        first_source=_label(one),
        traceparent="",
        watched=(one,),
        live_count=1,
        contribution_count=1,
    )
    reported = IncidentStage.REPORTED.value
    incident = add_history(incident, reported, draft.at, actor=_label(one), reason=one.reason)
    incident = incident_steps.open_incident(draft, incident, reason=WENT_DARK)
    if policy.capability and not incident.slots:
        deadline = later(draft.at, AD_HOC_DEADLINE_S)
        incident = triage.with_ad_hoc_slot(incident, policy.capability, deadline)
        draft.put_incident(incident)
    return incident.incident


def _label(one: Watched) -> str:
    return f"{one.agent}/{one.source}" if one.source else one.agent
