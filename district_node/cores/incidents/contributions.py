"""What an observation changes in an incident's facts: contributions, severity, counts. Moves no
stage.
"""

from collections.abc import Mapping
from typing import TypeVar

from citybrain.clock import Timestamp
from citybrain.domain.event import Event, Evidence, VerificationResult
from citybrain.domain.report import Report
from citybrain.ids import AgentId
from citybrain.sorted_map import SortedMap
from citybrain.structs import replace
from citybrain.vocabulary import SEVERITY_RANK, Certainty, Phase, Severity, Urgency
from district_node.cores.incidents.case_file import is_overruled, without_severity
from district_node.cores.incidents.contribution import (
    Contribution,
    ContributionKey,
    Episode,
    EpisodeKey,
    ForeignReport,
    Joining,
    PersonReport,
    SourceType,
    VerificationMethod,
    contribution_key,
    is_live,
    type_of_source,
)
from district_node.cores.incidents.incident import AgentVerification, Incident, has_ended
from district_node.cores.incidents.reach import drift_with
from district_node.limits import CONTRIBUTIONS

W = TypeVar("W", Severity, Urgency, Certainty)

CERTAINTY_RANK = {
    Certainty.UNKNOWN: 0,
    Certainty.UNLIKELY: 1,
    Certainty.POSSIBLE: 2,
    Certainty.LIKELY: 3,
    Certainty.OBSERVED: 4,
}
URGENCY_RANK = {
    Urgency.UNKNOWN: 0,
    Urgency.PAST: 1,
    Urgency.FUTURE: 2,
    Urgency.EXPECTED: 3,
    Urgency.IMMEDIATE: 4,
}


def new_episode(
    agent: AgentId,
    event: Event,
    *,
    live: bool,
    at: Timestamp,
    observed_at: Timestamp,
    joined_by: Joining | None = None,
) -> Episode:
    """The contribution that `event` begins; `add_event` then adds what the event carries."""
    return Episode(
        source_type=type_of_source(event),
        agent=agent,
        source=event.source,
        rule=event.rule,
        episode=event.episode,
        live=live,
        since=event.observed_at,
        joined_at=at,
        observed_at=observed_at,
        severity=event.severity,
        measurements=event.measurements,
        kind=event.incident_kind,
        place=event.place,
        joined_by=joined_by,
    )


def add_event(
    incident: Incident,
    key: EpisodeKey,
    event: Event,
    *,
    ended: bool,
    at: Timestamp,
    observed_at: Timestamp,
    joined_by: Joining | None = None,
) -> Incident:
    """`incident` after an event of its episode `key`, received at `at`, observed at `observed_at`
    by this node's clock.

    `ended`: the episode is known to be over (this is its END event, or the END came before it).
    `joined_by`: why a new episode belongs to it; None: it began with it.
    """
    known = incident.contributions.get(key)
    if isinstance(known, Episode) and _is_sensor_after_all(known, event):
        incident = _as_sensor(incident, key)
        known = incident.contributions[key]
    live_count = incident.live_count
    if isinstance(known, Episode):
        after = _with_event(known, event, ended=ended, observed_at=observed_at)
        live_count -= known.live and not after.live
    else:
        after = new_episode(
            key.agent,
            event,
            live=not ended,
            at=at,
            observed_at=observed_at,
            joined_by=joined_by,
        )
        live_count += after.live
    contributions = incident.contributions.put(key, after)
    evidence = incident.evidence
    if event.evidence is not None and event.phase is not Phase.END:
        evidence = _with_evidence(incident, key, event.evidence)
    return _observed(
        incident,
        event,
        contributions=contributions,
        live_count=live_count,
        evidence=evidence,
        known=known,
        after=after,
        observed_at=observed_at,
    )


def _with_event(known: Episode, event: Event, *, ended: bool, observed_at: Timestamp) -> Episode:
    """The episode after one more event of it. One that is older than the last, as well as that is
    known, says that it is over, or in doubt that it is worse; the next one says how bad it is."""
    live = known.live and not ended
    if observed_at < known.observed_at:
        severity = known.severity
        if severity is not None:
            severity = _graver(severity, event.severity, SEVERITY_RANK)
        return replace(known, live=live, severity=severity)
    return replace(
        known,
        live=live,
        observed_at=observed_at,
        severity=event.severity,
        measurements=event.measurements,
    )


def _fell_from(known: Contribution | None, after: Contribution) -> Severity | None:
    """How bad an episode was that is less bad now, or over; None: it is as bad, or worse. What a
    person or a foreign system said stays said."""
    if not isinstance(known, Episode) or known.severity is None:
        return None
    is_over = is_live(known) and not is_live(after)
    is_less = after.severity is not None and (
        SEVERITY_RANK[after.severity] < SEVERITY_RANK[known.severity]
    )
    return known.severity if is_over or is_less else None


def _with_evidence(
    incident: Incident, key: EpisodeKey, evidence: Evidence | bytes
) -> SortedMap[ContributionKey, Evidence | bytes]:
    """Once another episode shows something, what those that are over showed is dropped: it is most
    of an incident's weight, and nobody is shown the older."""
    kept = incident.evidence
    if key not in kept:
        for other in kept:
            if not is_live(incident.contributions[other]):
                kept = kept.drop(other)
    return kept.put(key, evidence)


def _is_sensor_after_all(known: Episode, event: Event) -> bool:
    """Whether the event says that its source is a sensor, which a state of version 1 did not."""
    return (
        known.source_type is SourceType.CAMERA
        and event.evidence is None  # most of a camera's events have some: they cost nothing more
        and type_of_source(event) is SourceType.SENSOR
    )


def _as_sensor(incident: Incident, key: EpisodeKey) -> Incident:
    """With every episode of the source of `key` a sensor's, and its readings awaited where it was
    asked."""
    contributions, asked = incident.contributions, incident.verification
    source = (key.agent, key.source)
    for each, known in contributions.items():
        if isinstance(known, Episode) and (known.agent, known.source) == source:
            sensed = replace(known, source_type=SourceType.SENSOR)
            contributions = contributions.put(each, sensed)
    if isinstance(asked, AgentVerification) and (asked.agent, asked.source) == source:
        asked = replace(asked, method=VerificationMethod.READING)
    return replace(incident, contributions=contributions, verification=asked)


def add_report(
    incident: Incident, contribution: PersonReport | ForeignReport, report: Report
) -> Incident:
    """`incident` with what a person or a foreign system reported; the same foreign case again
    replaces what it said before."""
    key = contribution_key(contribution)
    known = incident.contributions.get(key)
    kept = replace(
        incident,
        contributions=incident.contributions.put(key, contribution),
        report_count=incident.report_count + (known is None),
    )
    return _observed(
        kept,
        report,
        contributions=kept.contributions,
        live_count=kept.live_count,
        evidence=kept.evidence,
        known=known,
        after=contribution,
        observed_at=contribution.since,
    )


def _observed(
    incident: Incident,
    observation: Event | Report,
    *,
    contributions: SortedMap[ContributionKey, Contribution],
    live_count: int,
    evidence: SortedMap[ContributionKey, Evidence | bytes],
    known: Contribution | None,
    after: Contribution,
    observed_at: Timestamp,
) -> Incident:
    """What every observation changes: counts, times, the middle, the gravest words; and less bad
    than it was, where this contribution alone said that, and no source changes too often. `known`,
    `after`: it before and after."""
    severity, case_file, said = incident.severity, incident.case_file, after.severity
    if case_file.severity_set is None or not is_overruled(case_file, said or observation.severity):
        case_file = without_severity(case_file)
        severity = _graver(severity, said or observation.severity, SEVERITY_RANK)
        may_fall = not has_ended(incident) and not incident.unstable
        if may_fall and _fell_from(known, after) is severity:
            worst = _worst(contributions, otherwise=severity)
            severity = _graver(incident.severity_said, worst, SEVERITY_RANK)
    first = incident.first_observed_at
    return replace(
        incident,
        drift_m=drift_with(incident, observation.place) if known is None else incident.drift_m,
        first_observed_at=observed_at if first is None else min(first, observed_at),
        contributions=contributions,
        live_count=live_count,
        evidence=evidence,
        contribution_count=incident.contribution_count + (known is None),
        events=incident.events + 1,
        last_observed_at=max(incident.last_observed_at, observed_at),
        severity=severity,
        case_file=case_file,
        urgency=_graver(incident.urgency, observation.urgency, URGENCY_RANK),
        certainty=_graver(incident.certainty, observation.certainty, CERTAINTY_RANK),
    )


def _worst(
    contributions: SortedMap[ContributionKey, Contribution], *, otherwise: Severity
) -> Severity:
    """The worst of what is still seen and of what persons and foreign systems said; `otherwise`
    where nothing is, or where an older state did not keep one of them."""
    said = [
        known.severity
        for known in contributions.unordered().values()
        if not isinstance(known, Episode) or known.live
    ]
    if not said:
        return otherwise
    worst = Severity.UNKNOWN
    for one in said:
        if one is None:
            return otherwise
        worst = _graver(worst, one, SEVERITY_RANK)
    return worst


def gravest(one: Incident, other: Incident) -> tuple[Severity, Urgency, Certainty]:
    """The gravest words of two incidents."""
    return (
        _graver(one.severity, other.severity, SEVERITY_RANK),
        _graver(one.urgency, other.urgency, URGENCY_RANK),
        _graver(one.certainty, other.certainty, CERTAINTY_RANK),
    )


def _graver(known: W, said: W, rank: Mapping[W, int]) -> W:
    return said if said is not known and rank[said] > rank[known] else known


def mark_cleared(incident: Incident, agent: AgentId, result: VerificationResult) -> Incident:
    """A source answered "clear": the episodes that it had begun until then are over, whenever their
    END events come. The times are of one clock, the agent's.
    """
    contributions, live_count = incident.contributions, incident.live_count
    for key, known in incident.contributions.items():
        if (
            isinstance(known, Episode)
            and known.live
            and (known.agent, known.source) == (agent, result.source)
            and known.since <= result.answered_at
        ):
            contributions = contributions.put(key, replace(known, live=False))
            live_count -= 1
    return replace(incident, contributions=contributions, live_count=live_count)


def report_to_answer(incident: Incident) -> PersonReport | ForeignReport | None:
    """The report whose source says that the incident is over, where no camera or sensor does: the
    newest of those with a contact, else the newest."""
    if not incident.report_count:  # hot: most rest on cameras and sensors alone
        return None
    reports = [known for known in incident.contributions.values() if not isinstance(known, Episode)]
    return max(reports, key=lambda known: (bool(known.contact), known.joined_at), default=None)


def within_contribution_limit(incident: Incident) -> tuple[Incident, tuple[ContributionKey, ...]]:
    """The incident within the bound of its contributions, and the keys of those that were dropped.

    Ended episodes go first, then the oldest; their counts stay. A quarter goes at once, so that
    most further contributions cost nothing. The newest that each box still sees goes last: one
    that says much would push out what others see. The report of whom would be called back stays:
    without one the incident would clear by itself.
    """
    if len(incident.contributions) <= CONTRIBUTIONS.value:
        return incident, ()
    answers, newest = report_to_answer(incident), _newest_of_each_agent(incident)
    ranked = sorted(
        (
            known is answers,
            key in newest,
            not isinstance(known, Episode) or known.live,
            known.since,
            key,
        )
        for key, known in incident.contributions.unordered().items()
    )
    dropped = tuple(key for *_, key in ranked[: len(ranked) - CONTRIBUTIONS.value * 3 // 4])
    gone = [incident.contributions[key] for key in dropped]
    kept = replace(
        incident,
        contributions=incident.contributions.drop_all(dropped),
        evidence=incident.evidence.drop_all(dropped),
        live_count=incident.live_count - sum(is_live(known) for known in gone),
        report_count=incident.report_count - sum(not isinstance(known, Episode) for known in gone),
    )
    return kept, dropped


def _newest_of_each_agent(incident: Incident) -> frozenset[ContributionKey]:
    """Of those that it still sees."""
    newest: dict[AgentId, tuple[Timestamp, ContributionKey]] = {}
    for key, known in incident.contributions.unordered().items():
        if isinstance(known, Episode) and known.live:
            mine = (known.since, key)
            newest[known.agent] = max(newest.get(known.agent, mine), mine)
    return frozenset(key for *_, key in newest.values())
