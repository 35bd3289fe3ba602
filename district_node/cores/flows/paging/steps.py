"""The steps of an escalation policy: begin, call, go on until somebody acknowledges, and again
where nothing follows an acknowledgement.
"""

from citybrain.clock import Timestamp
from citybrain.decider.command import Post
from citybrain.domain.page import Channel, PageId, PageLetter
from citybrain.ids import IncidentId
from citybrain.structs import replace
from citybrain.vocabulary import SEVERITY_RANK, IncidentStage
from district_node.cores.decision_draft import DecisionDraft
from district_node.cores.flows import incident_steps
from district_node.cores.incidents.incident import Incident, is_dispatchable
from district_node.cores.incidents.lifecycle import add_history
from district_node.cores.timer_keys import TimerKind
from district_node.paging import progress as pagings
from district_node.paging.on_call import policy_of, recipients
from district_node.paging.policy import NO_POLICY, PagingSetup, Person, Policy, PolicyId, Step
from district_node.paging.progress import Page, Paging

PAGES = "pages"  # the peer that the letters are for: whoever sends them
PAGING = "paging"  # the actor, where the policy decided
# an incident in one of these wants somebody
WANTS_SOMEBODY = frozenset(
    {
        IncidentStage.REPORTED,
        IncidentStage.OPENED,
        IncidentStage.DISPATCHED,
        IncidentStage.WORKING,
        IncidentStage.REOPENED,
    }
)
# lines of a history that nobody did anything for
PASSIVE = frozenset({"overdue", "escalated", "acknowledged", "no_unit_can", "nobody_comes"})


def update_paging(draft: DecisionDraft) -> None:
    """Begin, begin anew or end it where an incident changed so that it is due."""
    has_policies = bool(draft.setup.paging.policies)
    for name in list(draft.changed_incidents):
        incident = draft.incidents.get(name)
        if incident is not None and (has_policies or incident.paging is not None):
            _update(draft, incident)


def pages_configured(draft: DecisionDraft, paging: PagingSetup) -> None:
    """Other policies, people or rotas are in force: who is called about what is open follows."""
    if draft.setup.paging == paging:
        return
    draft.setup = replace(draft.setup, paging=paging)
    draft.changed_incidents.update(dict.fromkeys(draft.incidents))


def seen_to(draft: DecisionDraft, name: IncidentId, *, by: str) -> None:
    """A person acted on the incident: that is an acknowledgement of whatever calls there were."""
    incident = draft.incidents.get(name)
    paging = incident.paging if incident is not None else None
    if incident is None or paging is None or paging.due is None or paging.acknowledged_by:
        return
    if paging.pages and wants_somebody(incident):
        acknowledge(draft, incident, paging, by=by)


def paging_due(draft: DecisionDraft, incident: Incident) -> None:
    """Its timer fired: the next step, the end of a round, or a forgotten acknowledgement."""
    paging = incident.paging
    if paging is None or paging.due is None or paging.due > draft.at:
        return
    policy = policy_of(draft.setup.paging, paging.policy)
    if policy is None:  # the configuration names it no more: by what it says now
        put_paging(draft, incident, pagings.ended(paging))
        _update(draft, draft.incidents[incident.incident])
    elif paging.acknowledged_at is None:
        _go_on(draft, incident, paging, policy)
    elif _has_progress(incident, paging.acknowledged_at):
        put_paging(draft, incident, replace(paging, due=None))
    else:
        incident = add_history(
            incident,
            "acknowledgement_forgotten",
            draft.at,
            actor=PAGING,
            reason=paging.acknowledged_by,
        )
        _call(draft, incident, pagings.unacknowledged(paging, policy), policy, reason="forgotten")


def acknowledge(draft: DecisionDraft, incident: Incident, paging: Paging, *, by: str) -> None:
    """`by` sees to it: nobody else is called, unless nothing follows."""
    policy = policy_of(draft.setup.paging, paging.policy)
    incident = add_history(incident, "acknowledged", draft.at, actor=by)
    put_paging(draft, incident, pagings.acknowledged(paging, policy, by, draft.at))


def call_anew(draft: DecisionDraft, incident: Incident, *, reason: str) -> None:
    """Something about it nobody knew who acknowledged it, or whom its policy reached last: it runs
    from its first step again. Where people are being called already they get to know from the
    case."""
    paging, setup = incident.paging, draft.setup.paging
    if paging is None or paging.ended or not wants_somebody(incident):
        return  # whoever is to be called is, as of any other change
    policy = policy_of(setup, policy_for(draft, incident)) or policy_of(setup, paging.policy)
    if policy is None or (paging.due is not None and not paging.acknowledged_by):
        return
    again = pagings.begun(policy, incident.severity, draft.at)
    kept = replace(again, pages=paging.pages, forgotten=paging.forgotten)
    _call(draft, incident, kept, policy, reason=reason)


def wants_somebody(incident: Incident) -> bool:
    """Of many cases that one area case stands for, people are called about that one alone."""
    return incident.stage in WANTS_SOMEBODY and incident.parent is None


def put_paging(draft: DecisionDraft, incident: Incident, paging: Paging) -> None:
    """Keep it, and the timer of what is due."""
    due_before = incident.paging.due if incident.paging is not None else None
    draft.put_incident(replace(incident, paging=paging))
    if paging.due is None and due_before is not None:
        draft.cancel_timer(TimerKind.PAGE, incident.incident)
    elif paging.due is not None and paging.due != due_before:
        draft.set_timer(TimerKind.PAGE, paging.due, incident.incident)


def policy_for(draft: DecisionDraft, incident: Incident) -> PolicyId:
    """What its playbook names, else what is for its severity; `NO_POLICY`: nobody is called."""
    named = PolicyId(draft.playbook_of(incident).escalates.policy)
    if policy_of(draft.setup.paging, named) is not None:
        return named
    for policy in draft.setup.paging.policies:
        if incident.severity in policy.severities:
            return policy.policy
    return NO_POLICY


def _update(draft: DecisionDraft, incident: Incident) -> None:
    paging = incident.paging
    if not wants_somebody(incident):
        if paging is not None and not paging.ended:
            put_paging(draft, incident, pagings.ended(paging))
        return
    policy = policy_of(draft.setup.paging, policy_for(draft, incident))
    if policy is None or (paging is not None and not _begins_anew(incident, paging, policy)):
        return
    begun = pagings.begun(policy, incident.severity, draft.at)
    if begun.due == draft.at:
        _call(draft, incident, begun, policy)
    else:
        put_paging(draft, incident, begun)


def _begins_anew(incident: Incident, paging: Paging, policy: Policy) -> bool:
    """It had ended, or it is graver than when others were called. An older policy goes on where it
    is less grave: whoever was called may believe that it is theirs."""
    is_graver = SEVERITY_RANK[incident.severity] > SEVERITY_RANK[paging.severity]
    return paging.ended or (is_graver and policy.policy != paging.policy)


def _go_on(draft: DecisionDraft, incident: Incident, paging: Paging, policy: Policy) -> None:
    if paging.step < len(policy.steps):
        _call(draft, incident, paging, policy)
        return
    again = pagings.next_round(paging, policy)
    if again is not None:
        _call(draft, incident, again, policy)
        return
    incident = add_history(
        incident, "nobody_acknowledged", draft.at, actor=PAGING, reason=policy.policy
    )
    put_paging(draft, incident, replace(paging, due=None))
    if policy.city and is_dispatchable(incident):
        incident = draft.incidents[incident.incident]
        incident_steps.escalate(draft, incident, reason="nobody_acknowledged", actor=PAGING)


def _call(
    draft: DecisionDraft, incident: Incident, paging: Paging, policy: Policy, *, reason: str = ""
) -> None:
    """Carry out the step that is due: a letter for each page, and one line in the history."""
    step, pages, called = policy.steps[paging.step], list[Page](), list[str]()
    for person, gap in recipients(draft.setup.paging, step, draft.at):
        called.append(person.name)
        why = reason or ("gap" if gap else "")
        pages += [
            _page(draft, incident, person, channel, why) for channel in _channels(step, person)
        ]
    code = "paged" if pages else "nobody_to_page"
    said = ", ".join(called) if pages else policy.policy
    incident = add_history(incident, code, draft.at, actor=PAGING, reason=said)
    put_paging(draft, incident, pagings.stepped(paging, policy, tuple(pages), draft.at))


def _channels(step: Step, person: Person) -> tuple[Channel, ...]:
    asked = tuple(channel for channel in step.channels if channel in person.channels)
    return asked or person.channels


def _page(
    draft: DecisionDraft, incident: Incident, person: Person, channel: Channel, reason: str
) -> Page:
    page = PageId(draft.new_id("page"))
    letter = PageLetter(
        page=page,
        person=person.person,
        person_name=person.name,
        channel=channel,
        language=person.language,
        at=draft.at,
        incident=incident.incident,
        case=incident.number or incident.incident,
        kind=incident.kind,
        title=draft.playbook_of(incident).title,
        severity=incident.severity,
        place=incident.place,
        reason=reason,
    )
    draft.commands.append(Post(to=PAGES, letter=letter))
    return Page(page=page, person=person.person, channel=channel, at=draft.at)


def _has_progress(incident: Incident, since: Timestamp) -> bool:
    """Whether anything was done about it after `since`."""
    return any(
        line.at > since and line.code not in PASSIVE and line.actor != PAGING
        for line in incident.history
    )
