"""What an event changes in what is believed of an incident: voices, severity, evidence, counts. Moves no stage."""

from citybrain.clock import Timestamp
from citybrain.domain.event import Event, VerificationResult
from citybrain.ids import AgentId, IncidentId
from citybrain.structs import replace
from citybrain.vocabulary import SEVERITY_RANK, Certainty, IncidentStage, Phase, Urgency
from district_node.cores.belief.correlate import voice_key
from district_node.cores.belief.incident import Incident, Voice
from district_node.limits import VOICES

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


def begin(name: IncidentId, agent: AgentId, event: Event, at: Timestamp) -> Incident:
    """A new incident out of its first event; `hear` then counts that event."""
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
        heard_at=event.observed_at,
        agent=agent,
        source=event.source,
        rule=event.rule,
        traceparent=event.traceparent,
    )


def hear(
    incident: Incident, agent: AgentId, event: Event, *, ended: bool, at: Timestamp
) -> Incident:
    """`incident` after one of its events, heard at `at`. `ended`: the episode is known to be over (this is its END, or the END overtook it)."""
    key = voice_key(agent, event)
    voice = incident.voices.get(key)
    voices, live, starts = incident.voices, incident.live, incident.starts
    if voice is None:
        voice = Voice(
            agent=agent,
            source=event.source,
            rule=event.rule,
            episode=event.episode,
            live=not ended,
            since=event.observed_at,
            joined_at=at,
        )
        voices, live, starts = voices.put(key, voice), live + voice.live, starts + 1
    elif ended and voice.live:
        voices, live = voices.put(key, replace(voice, live=False)), live - 1
    return replace(
        incident,
        voices=voices,
        live=live,
        starts=starts,
        events=incident.events + 1,
        heard_at=max(incident.heard_at, event.observed_at),
        evidence=event.evidence
        if event.evidence is not None and event.phase is not Phase.END
        else incident.evidence,
        severity=max(incident.severity, event.severity, key=SEVERITY_RANK.__getitem__),
        urgency=max(incident.urgency, event.urgency, key=URGENCY_RANK.__getitem__),
        certainty=max(incident.certainty, event.certainty, key=CERTAINTY_RANK.__getitem__),
    )


def cleared(incident: Incident, agent: AgentId, answer: VerificationResult) -> Incident:
    """A source answered "clear": the episodes that its rule had begun until then are over, whenever their ENDs come. Times are of one clock, the agent's."""
    voices, live = incident.voices, incident.live
    for key, voice in incident.voices.items():
        is_its_own = (voice.agent, voice.source) == (
            agent,
            answer.source,
        ) and voice.since <= answer.answered_at
        if voice.live and is_its_own:
            voices, live = voices.put(key, replace(voice, live=False)), live - 1
    return replace(incident, voices=voices, live=live)


def without_surplus_voices(incident: Incident) -> tuple[Incident, tuple[str, ...]]:
    """The incident within the bound of its voices, and the voices that were forgotten (their counts stay): ended ones first, then the oldest.

    A quarter goes at once, so that the next ones come cheaply.
    """
    if len(incident.voices) <= VOICES.value:
        return incident, ()
    ranked = sorted((voice.live, voice.since, key) for key, voice in incident.voices.items())
    gone = tuple(ranked[: len(ranked) - VOICES.value * 3 // 4])
    voices = incident.voices
    for _, _, key in gone:
        voices = voices.drop(key)
    return replace(
        incident, voices=voices, live=incident.live - sum(is_live for is_live, _, _ in gone)
    ), tuple(key for _, _, key in gone)
