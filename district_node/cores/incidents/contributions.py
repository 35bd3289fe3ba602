"""What an event changes in an incident's facts: contributions, severity, evidence, counts. Moves no
stage.
"""

from citybrain.clock import Timestamp
from citybrain.domain.event import Event, VerificationResult
from citybrain.ids import AgentId, IncidentId
from citybrain.structs import replace
from citybrain.vocabulary import SEVERITY_RANK, Certainty, IncidentStage, Phase, Urgency
from district_node.cores.incidents.incident import Contribution, ContributionKey, Incident
from district_node.limits import CONTRIBUTIONS

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


def new_incident(name: IncidentId, agent: AgentId, event: Event, at: Timestamp) -> Incident:
    """An incident out of its first event; `add_observation` then counts that event."""
    return Incident(
        incident=name,
        kind=event.incident_kind,
        stage=IncidentStage.REPORTED,
        severity=event.severity,
        urgency=event.urgency,
        certainty=event.certainty,
        place=event.place,
        reported_at=at,
        changed_at=at,
        last_event_at=event.observed_at,
        agent=agent,
        source=event.source,
        rule=event.rule,
        traceparent=event.traceparent,
    )


def add_observation(
    incident: Incident, key: ContributionKey, event: Event, *, ended: bool, at: Timestamp
) -> Incident:
    """`incident` after an event of its contribution `key`, received at `at`.

    `ended`: the episode is known to be over (this is its END event, or the END came before it).
    """
    known = incident.contributions.get(key)
    contributions, live_count = incident.contributions, incident.live_count
    episode_count = incident.episode_count
    if known is None:
        contributions = contributions.put(
            key,
            Contribution(
                agent=key.agent,
                source=key.source,
                rule=key.rule,
                episode=key.episode,
                live=not ended,
                since=event.observed_at,
                joined_at=at,
            ),
        )
        live_count, episode_count = live_count + (not ended), episode_count + 1
    elif ended and known.live:
        contributions = contributions.put(key, replace(known, live=False))
        live_count -= 1
    has_evidence = event.evidence is not None and event.phase is not Phase.END
    return replace(
        incident,
        contributions=contributions,
        live_count=live_count,
        episode_count=episode_count,
        events=incident.events + 1,
        last_event_at=max(incident.last_event_at, event.observed_at),
        evidence=event.evidence if has_evidence else incident.evidence,
        severity=max(incident.severity, event.severity, key=SEVERITY_RANK.__getitem__),
        urgency=max(incident.urgency, event.urgency, key=URGENCY_RANK.__getitem__),
        certainty=max(incident.certainty, event.certainty, key=CERTAINTY_RANK.__getitem__),
    )


def mark_cleared(incident: Incident, agent: AgentId, result: VerificationResult) -> Incident:
    """A source answered "clear": the episodes that it had begun until then are over, whenever their
    END events come. The times are of one clock, the agent's.
    """
    contributions, live_count = incident.contributions, incident.live_count
    for key, known in incident.contributions.items():
        is_its_own = (known.agent, known.source) == (agent, result.source)
        if known.live and is_its_own and known.since <= result.answered_at:
            contributions = contributions.put(key, replace(known, live=False))
            live_count -= 1
    return replace(incident, contributions=contributions, live_count=live_count)


def within_contribution_limit(incident: Incident) -> tuple[Incident, tuple[ContributionKey, ...]]:
    """The incident within the bound of its contributions, and the keys of those that were dropped.

    Ended ones go first, then the oldest; their counts stay. A quarter goes at once, so that most
    further contributions cost nothing.
    """
    if len(incident.contributions) <= CONTRIBUTIONS.value:
        return incident, ()
    ranked = sorted((known.live, known.since, key) for key, known in incident.contributions.items())
    dropped = ranked[: len(ranked) - CONTRIBUTIONS.value * 3 // 4]
    contributions = incident.contributions
    for _, _, key in dropped:
        contributions = contributions.drop(key)
    live_count = incident.live_count - sum(is_live for is_live, _, _ in dropped)
    kept = replace(incident, contributions=contributions, live_count=live_count)
    return kept, tuple(key for _, _, key in dropped)
