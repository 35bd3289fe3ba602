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
from district_node.cores.incidents.contribution import (
    Contribution,
    ContributionKey,
    Episode,
    EpisodeKey,
    ForeignReport,
    PersonReport,
    SourceType,
    VerificationMethod,
    contribution_key,
    is_live,
    type_of_source,
)
from district_node.cores.incidents.incident import AgentVerification, Incident
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


def new_episode(agent: AgentId, event: Event, *, live: bool, at: Timestamp) -> Episode:
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
    )


def add_event(
    incident: Incident,
    key: EpisodeKey,
    event: Event,
    *,
    ended: bool,
    at: Timestamp,
    observed_at: Timestamp,
) -> Incident:
    """`incident` after an event of its episode `key`, received at `at`, observed at `observed_at`
    by this node's clock.

    `ended`: the episode is known to be over (this is its END event, or the END came before it).
    """
    known = incident.contributions.get(key)
    if isinstance(known, Episode) and _is_sensor_after_all(known, event):
        incident = _as_sensor(incident, key)
        known = incident.contributions[key]
    contributions, live_count = incident.contributions, incident.live_count
    if not isinstance(known, Episode):
        contributions = contributions.put(key, new_episode(key.agent, event, live=not ended, at=at))
        live_count += not ended
    elif ended and known.live:
        contributions = contributions.put(key, replace(known, live=False))
        live_count -= 1
    evidence = incident.evidence
    if event.evidence is not None and event.phase is not Phase.END:
        evidence = _with_evidence(incident, key, event.evidence)
    return _observed(
        incident,
        event,
        contributions=contributions,
        live_count=live_count,
        evidence=evidence,
        is_new=known is None,
        observed_at=observed_at,
    )


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
    is_new = key not in incident.contributions
    kept = replace(
        incident,
        contributions=incident.contributions.put(key, contribution),
        report_count=incident.report_count + is_new,
    )
    return _observed(
        kept,
        report,
        contributions=kept.contributions,
        live_count=kept.live_count,
        evidence=kept.evidence,
        is_new=is_new,
        observed_at=contribution.since,
    )


def _observed(
    incident: Incident,
    observation: Event | Report,
    *,
    contributions: SortedMap[ContributionKey, Contribution],
    live_count: int,
    evidence: SortedMap[ContributionKey, Evidence | bytes],
    is_new: bool,
    observed_at: Timestamp,
) -> Incident:
    """What every observation changes: counts, the newest time, the gravest words."""
    return replace(
        incident,
        contributions=contributions,
        live_count=live_count,
        evidence=evidence,
        contribution_count=incident.contribution_count + is_new,
        events=incident.events + 1,
        last_observed_at=max(incident.last_observed_at, observed_at),
        severity=_graver(incident.severity, observation.severity, SEVERITY_RANK),
        urgency=_graver(incident.urgency, observation.urgency, URGENCY_RANK),
        certainty=_graver(incident.certainty, observation.certainty, CERTAINTY_RANK),
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
        for key, known in incident.contributions.items()
    )
    dropped = ranked[: len(ranked) - CONTRIBUTIONS.value * 3 // 4]
    contributions, evidence = incident.contributions, incident.evidence
    for *_, key in dropped:
        contributions, evidence = contributions.drop(key), evidence.drop(key)
    gone = [incident.contributions[key] for *_, key in dropped]
    kept = replace(
        incident,
        contributions=contributions,
        evidence=evidence,
        live_count=incident.live_count - sum(is_live(known) for known in gone),
        report_count=incident.report_count - sum(not isinstance(known, Episode) for known in gone),
    )
    return kept, tuple(key for *_, key in dropped)


def _newest_of_each_agent(incident: Incident) -> frozenset[ContributionKey]:
    """Of those that it still sees."""
    newest: dict[AgentId, tuple[Timestamp, ContributionKey]] = {}
    for key, known in incident.contributions.items():
        if isinstance(known, Episode) and known.live:
            mine = (known.since, key)
            newest[known.agent] = max(newest.get(known.agent, mine), mine)
    return frozenset(key for *_, key in newest.values())
