"""What an agent's message sets in motion: events become or join incidents, verdicts verify them, gaps and sights are noted."""

from citybrain.clock import later
from citybrain.domain.event import Event, VerificationResult, VisibilityInterval
from citybrain.ids import AgentId, IncidentId
from citybrain.stages import IncidentTrigger
from citybrain.structs import replace
from citybrain.vocabulary import IncidentStage, Phase, VerificationVerdict
from district_node.cores import intake
from district_node.cores.belief import correlate, triage
from district_node.cores.belief.hear import begin, cleared, hear, without_surplus_voices
from district_node.cores.belief.incident import Incident, Voice
from district_node.cores.belief.lifecycle import can, note
from district_node.cores.flows import case
from district_node.cores.state import Agent
from district_node.cores.work import Work
from district_node.inputs import AgentPresenceChanged, BatchReceived, HelloReceived, ItemQuarantined
from district_node.limits import AGENTS, KEEP_OVER_MAX, SOURCES
from district_node.playbook import Joins

ANY_PLACE = Joins()  # of a kind without a playbook


def batch_received(work: Work, said: BatchReceived) -> None:
    work.intake, fresh = intake.take(work.intake, said)
    for item in fresh:
        if item.event is not None:
            _event(work, said.agent, item.event)
        elif item.gap is not None:
            work.notice("gap", said.agent, item.gap.reason)
        elif item.visibility is not None:
            _sight(work, said.agent, item.visibility)
        elif item.verification is not None:
            _verdict(work, said.agent, item.verification)


def hello_received(work: Work, greeted: HelloReceived) -> None:
    work.intake, missing = intake.greet(work.intake, greeted.hello)
    if missing:
        work.notice(
            "gap",
            greeted.hello.agent,
            f"{missing} numbers were never received and are kept no more",
        )


def agent_presence_changed(work: Work, changed: AgentPresenceChanged) -> None:
    known = _agent(work, changed.agent)
    if known is None:
        return
    work.agents = work.agents.put(changed.agent, replace(known, online=changed.online))


def item_quarantined(work: Work, spoiled: ItemQuarantined) -> None:
    work.intake = intake.spoil(work.intake, spoiled)
    work.notice("spoiled", spoiled.agent, spoiled.reason)


def _event(work: Work, agent: AgentId, event: Event) -> None:
    key = correlate.voice_key(agent, event)
    name = work.index.episodes.get(key)
    ended = event.phase is Phase.END or name == correlate.EARLY_END
    if (
        name is None and ended
    ):  # the end overtook its beginning: it will be believed when the beginning comes
        work.index = replace(work.index, episodes=work.index.episodes.put(key, correlate.EARLY_END))
        work.set_timer("stray", key, later(work.at, KEEP_OVER_MAX.value))
        return
    if not name and name is not None:
        work.cancel_timer("stray", key)
    before = work.incidents[name] if name else _find_or_begin(work, agent, event)
    incident = hear(before, agent, event, ended=ended, at=work.at)
    if key not in before.voices:
        incident = _give_voice(work, incident, key)
    work.put(incident)
    _react(work, before, incident, event, voice=None if ended else incident.voices.get(key))


def _find_or_begin(work: Work, agent: AgentId, event: Event) -> Incident:
    playbook = work.playbook(event.incident_kind)
    name = correlate.find(
        work.index,
        work.incidents,
        agent,
        event,
        playbook.joins if playbook is not None else ANY_PLACE,
    )
    if name is not None:
        return work.incidents[name]
    incident = begin(IncidentId(work.name("inc")), agent, event, work.at)
    incident = note(
        incident,
        IncidentStage.REPORTED.value,
        work.at,
        who=case.who_looked(agent, event.source),
        reason=event.rule,
    )
    work.index = correlate.enter(work.index, incident)
    return incident


def _give_voice(work: Work, incident: Incident, key: str) -> Incident:
    work.index = correlate.speak(work.index, incident, incident.voices[key])
    kept, forgotten = without_surplus_voices(incident)
    if forgotten:
        work.index = correlate.hush(work.index, kept, [incident.voices[key] for key in forgotten])
    return kept


def _react(
    work: Work, before: Incident, incident: Incident, event: Event, *, voice: Voice | None
) -> None:
    """`voice` is the event's, None when its episode is over."""
    playbook = work.playbook(incident.kind)
    if (
        incident.stage is IncidentStage.REPORTED
        and playbook is not None
        and triage.opens(incident, playbook)
    ):
        incident = case.open_case(work, incident)
    elif (
        voice is not None
        and can(incident, IncidentTrigger.REOPEN)
        and _counts_as_back(incident, voice, event)
    ):
        incident = case.reopen(
            work, incident, who=case.who_looked(incident.agent, event.source), reason=event.rule
        )
    if incident.live == 0 and (before.live > 0 or not before.voices):
        _gone_quiet(work, incident)
    elif incident.live > 0 and before.live == 0 and before.voices:
        work.cancel_timer("quiet", incident.incident)


def _counts_as_back(incident: Incident, voice: Voice, event: Event) -> bool:
    """While a camera is looking, its answer decides; otherwise what was observed after the handling (or the closing) is the thing again.

    An episode that joined since then is asked at each of its events: where its agent's clock is behind ours, what it observes is after the closing later on.
    """
    since = incident.changed_at
    if incident.stage is IncidentStage.HANDLED:
        if incident.look is not None and not incident.look.late:
            return False
        since = incident.handled_at or since
    return voice.joined_at >= since and correlate.is_after(event, since)


def _gone_quiet(work: Work, incident: Incident) -> None:
    playbook = work.playbook(incident.kind)
    if playbook is None:
        return
    if case.is_settling(incident):
        work.set_timer("quiet", incident.incident, later(work.at, playbook.closes.settle_s))
    elif incident.stage is IncidentStage.HANDLED and incident.look is None:
        case.look_again(work, incident)


def _verdict(work: Work, agent: AgentId, answer: VerificationResult) -> None:
    """PROTOCOLS §6: `clear` verifies and closes; anything else goes to a person."""
    incident = work.incidents.get(answer.incident)
    if (
        incident is None
        or incident.look is None
        or incident.look.request != answer.request
        or incident.look.agent != agent
    ):
        work.notice("stale_look", answer.request)
        return
    who = case.who_looked(agent, answer.source)
    if incident.stage is not IncidentStage.HANDLED:
        work.put(replace(incident, look=None))
    elif answer.verdict is VerificationVerdict.CLEAR:
        _cleared(work, cleared(incident, agent, answer), who)
    else:
        work.put(
            note(
                replace(incident, look=None),
                answer.verdict.value,
                work.at,
                who=who,
                reason=answer.reason,
            )
        )


def _cleared(work: Work, incident: Incident, who: str) -> None:
    """One source sees it clear. Another that says it is there is asked too: closed is what nobody sees any more."""
    if not incident.live:
        case.close(work, incident, who=who, reason="clear")
        return
    incident = note(
        replace(incident, look=None),
        VerificationVerdict.CLEAR.value,
        work.at,
        who=who,
        reason="others_see_it",
    )
    case.look_again(work, incident)


def _sight(work: Work, agent: AgentId, visibility: VisibilityInterval) -> None:
    """The latest word on a source: live ones overtake the backlog, so an earlier one that comes later replaces nothing."""
    known = _agent(work, agent)
    if known is None or (
        visibility.source not in known.visibilities and len(known.visibilities) >= SOURCES.value
    ):
        return
    latest = known.visibilities.get(visibility.source)
    if visibility.until is None and (latest is None or visibility.since >= latest.since):
        work.agents = work.agents.put(
            agent,
            replace(known, visibilities=known.visibilities.put(visibility.source, visibility)),
        )


def _agent(work: Work, name: AgentId) -> Agent | None:
    """What is known of it; None: it is one more than a district has."""
    known = work.agents.get(name)
    return Agent() if known is None and len(work.agents) < AGENTS.value else known
