"""What a report of a person or of a foreign system sets in motion: it becomes or joins an incident,
and may open or reopen it, as an event does.
"""

from citybrain.clock import Timestamp
from citybrain.decider.command import Reply
from citybrain.domain.principal import PERSON_ROLES, Role
from citybrain.domain.report import Report
from citybrain.geo import distance_m
from citybrain.permissions import Permission, refusal_of
from citybrain.stages import IncidentTrigger
from citybrain.structs import replace
from citybrain.vocabulary import SEVERITY_RANK, IncidentStage, Severity
from district_node.cores.decision_draft import DecisionDraft
from district_node.cores.flows import incident_steps
from district_node.cores.flows.contributing import (
    begin_incident,
    ended_near,
    find_near,
    joined_again,
    keep_contribution,
    note_severity,
    sighting_of,
    within_guard,
)
from district_node.cores.incidents import correlate
from district_node.cores.incidents.contribution import (
    Contribution,
    ContributionKey,
    ForeignReport,
    JoinedBy,
    Joining,
    PersonReport,
    contribution_key,
    source_label,
)
from district_node.cores.incidents.contributions import add_report
from district_node.cores.incidents.incident import Incident, has_ended
from district_node.cores.incidents.lifecycle import add_history, can
from district_node.cores.incidents.place_doubt import (
    PLACE_DOUBTFUL,
    is_place_doubtful,
    too_far,
)
from district_node.cores.timer_keys import TimerKind
from district_node.inputs import ReportReceived
from district_node.limits import OPEN_OF_PROGRAM, OPEN_OF_PROGRAMS

Reported = PersonReport | ForeignReport
PEOPLE = frozenset((*PERSON_ROLES, Role.CREW))  # no bound holds them
RESERVED_SHARE = 0.2  # of the bounds of programs, for what is severe or extreme
LOOKED_AT_FIRST = (
    "It is kept, and a person looks at it before anybody is sent: check latitude and longitude, or"
    " report it to the district that it is in."
)
TOO_MANY_OPEN = "too_many_open"  # a refusal that passes: the same request may be taken later


def report_received(draft: DecisionDraft, received: ReportReceived) -> Reply:
    """The reply names the incident that the report opened or joined."""
    report, by = received.report, received.principal.name
    refused = refusal_of(received.principal, Permission.REPORT)
    if refused is not None:
        return Reply(
            request=report.request, done=False, reason=refused.reason, detail=refused.detail
        )
    contribution = _contribution(report, by, draft.at)
    program = by if PEOPLE.isdisjoint(received.principal.roles) else ""
    known, why = _find(draft, report, contribution)
    if known is None and program and _is_full(draft, program, report):
        draft.notice(TOO_MANY_OPEN, program)
        return _too_many_open(report, program)
    before = known or _begin(draft, report, contribution, program)
    key = contribution_key(contribution)
    contribution = replace(contribution, joined_by=_joined_by(before, key, why))
    incident = add_report(before, contribution, report)
    incident = note_severity(draft, before, incident, actor=source_label(contribution))
    if key not in before.contributions:
        incident = keep_contribution(draft, incident, key)
        if before.contributions:  # the first one is in the history already
            incident = add_history(
                incident,
                "report_joined",
                draft.at,
                actor=source_label(contribution),
                reason=_history_reason(contribution),
            )
    else:
        incident = _note_changes(draft, incident, before.contributions[key], contribution)
    draft.put_incident(incident)
    draft.cancel_timer(TimerKind.SELF_CLEAR, incident.incident)
    _react(draft, before, incident, report, contribution)
    is_doubtful = known is None and is_place_doubtful(draft.setup, incident)
    return Reply(
        request=report.request,
        done=True,
        subject=incident.incident,
        reason=PLACE_DOUBTFUL if is_doubtful else "",
        detail=f"{too_far(draft.setup, report.place)} {LOOKED_AT_FIRST}" if is_doubtful else "",
    )


def _contribution(report: Report, taken_by: str, at: Timestamp) -> Reported:
    """What nobody can have seen yet was seen now."""
    since = min(report.observed_at, at) if report.observed_at is not None else at
    if report.case is not None:
        return ForeignReport(
            case=report.case,
            taken_by=taken_by,
            text=report.text,
            contact=report.contact,
            since=since,
            joined_at=at,
            kind=report.kind,
            place=report.place,
            severity=report.severity,
        )
    return PersonReport(
        request=report.request,
        reporter=report.reporter,
        taken_by=taken_by,
        text=report.text,
        contact=report.contact,
        since=since,
        joined_at=at,
        severity=report.severity,
        kind=report.kind,
        place=report.place,
    )


def _joined_by(incident: Incident, key: ContributionKey, why: Joining | None) -> Joining | None:
    """What is described anew joined as it did at first."""
    known = incident.contributions.get(key)
    return why if known is None else known.joined_by


def _note_changes(
    draft: DecisionDraft, incident: Incident, known: Contribution, after: Contribution
) -> Incident:
    """A case that is described anew as of another kind, or further away than its incident joins:
    the incident keeps its own kind and place, by which crews may be under way, and its history says
    so to whoever works on it.
    """
    if not isinstance(known, ForeignReport) or not isinstance(after, ForeignReport):
        return incident
    changes = []
    if after.kind != (known.kind or incident.reported_kind):
        changes.append(f"case_kind:{after.kind}")
    place, was_at = after.place or incident.place, known.place or incident.place
    if distance_m(place, was_at) > draft.playbook_of(incident).joins.within_m:
        changes.append(f"case_moved:{distance_m(place, incident.place):.0f}")
    for change in changes:
        incident = add_history(
            incident, "case_changed", draft.at, actor=source_label(after), reason=change
        )
    return incident


def _find(
    draft: DecisionDraft, report: Report, contribution: Reported
) -> tuple[Incident | None, Joining | None]:
    """The incident of its case, or near by, that the report belongs to, and why."""
    if report.case is not None:
        name = correlate.find_by_case(draft.index, report.case)
        if name is not None and not _begins_anew(draft.incidents[name], report, contribution):
            return draft.incidents[name], Joining(by=JoinedBy.CASE)
    seen_at = contribution.since
    sighting = sighting_of(draft, kind=report.kind, place=report.place, observed_at=seen_at)
    match = find_near(draft, sighting)
    if match is not None:
        return draft.incidents[match.incident], match.why
    ended = ended_near(draft, report, kind=report.kind)
    if ended is None or not within_guard(draft, ended, earliest=seen_at, latest=seen_at):
        return None, None
    return ended, joined_again(ended, report.place)


def _is_full(draft: DecisionDraft, program: str, report: Report) -> bool:
    """Whether so many incidents of programs are open that this report must not begin another."""
    begun_by = list(draft.index.begun_by.values())
    is_grave = SEVERITY_RANK[report.severity] >= SEVERITY_RANK[Severity.SEVERE]
    share = 1.0 if is_grave else 1.0 - RESERVED_SHARE
    return (
        begun_by.count(program) >= OPEN_OF_PROGRAM.value * share
        or len(begun_by) >= OPEN_OF_PROGRAMS.value * share
    )


def _too_many_open(report: Report, program: str) -> Reply:
    return Reply(
        request=report.request,
        done=False,
        reason=TOO_MANY_OPEN,
        detail=f"Too many incidents are open that {program} or other programs reported"
        f" ({OPEN_OF_PROGRAM.value} of one, {OPEN_OF_PROGRAMS.value} of all; the last fifth is for"
        " Severe and Extreme). Send it again when some have ended, or have an operator report it.",
    )


def _begin(draft: DecisionDraft, report: Report, contribution: Reported, program: str) -> Incident:
    actor = source_label(contribution)
    incident, _ = begin_incident(
        draft,
        report,
        kind=report.kind,
        observed_at=contribution.since,
        source=actor,
        reason=_history_reason(contribution),
        traceparent="",
        begun_by=program,
    )
    if is_place_doubtful(draft.setup, incident):
        draft.notice(PLACE_DOUBTFUL, incident.number, too_far(draft.setup, report.place))
        incident = add_history(incident, PLACE_DOUBTFUL, draft.at, actor=actor)
    return incident


def _history_reason(contribution: Reported) -> str:
    """What stands beside the reporter's name: never the text, which is of any length."""
    if isinstance(contribution, ForeignReport):
        return "foreign_case"
    return f"reporter_{contribution.reporter}"


def _react(
    draft: DecisionDraft,
    before: Incident,
    incident: Incident,
    report: Report,
    contribution: Reported,
) -> None:
    if incident_steps.may_open(draft, incident):
        incident_steps.open_incident(draft, incident)
    elif can(incident, IncidentTrigger.REOPEN) and _is_recurrence(before, report, contribution):
        incident_steps.reopen(
            draft,
            incident,
            actor=source_label(contribution),
            reason=_history_reason(contribution),
        )


def _begins_anew(known: Incident, report: Report, contribution: Reported) -> bool:
    """Whether a case whose incident was rejected is there all the same: that one stays rejected."""
    is_over = has_ended(known) and not can(known, IncidentTrigger.REOPEN)
    return is_over and _is_recurrence(known, report, contribution)


def _is_recurrence(before: Incident, report: Report, contribution: Reported) -> bool:
    """Whether somebody saw it after it was handled or has ended. A foreign system that describes
    its case again has seen nothing new by that, unless it says when, or calls it graver."""
    is_repeated = contribution_key(contribution) in before.contributions
    is_graver = SEVERITY_RANK[report.severity] > SEVERITY_RANK[before.severity]
    if is_repeated and report.observed_at is None and not is_graver:
        return False
    is_handled = before.stage is IncidentStage.HANDLED
    since = before.handled_at if is_handled else None
    return contribution.since > (since or before.changed_at)
