"""What a batch of an agent sets in motion: events become or join incidents, verification results
close them, gaps and visibility are recorded.
"""

from typing import assert_never

from citybrain.clock import Timestamp, later
from citybrain.domain.event import Event, Gap, VerificationResult, VisibilityInterval
from citybrain.geo import distance_m
from citybrain.ids import AgentId
from citybrain.stages import IncidentTrigger
from citybrain.structs import replace
from citybrain.vocabulary import (
    SEVERITY_RANK,
    Disposition,
    IncidentStage,
    Phase,
    VerificationVerdict,
    Visibility,
)
from district_node.cores import intake
from district_node.cores.agents.known_agent import ItemNumber
from district_node.cores.agents.sender_time import SenderTime, sender_time
from district_node.cores.decision_draft import DecisionDraft
from district_node.cores.flows import incident_steps
from district_node.cores.flows.agents import flapping
from district_node.cores.flows.agents.agent_link import known_agent
from district_node.cores.flows.agents.early_ends import remember_early_end, start_came
from district_node.cores.flows.agents.enrolment import is_believed
from district_node.cores.flows.agents.further_events import FurtherEvents
from district_node.cores.flows.agents.grading import graded_event
from district_node.cores.flows.agents.watching import look_soon
from district_node.cores.flows.contributing import (
    begin_incident,
    ended_near,
    joined_again,
    keep_contribution,
    note_severity,
    within_guard,
)
from district_node.cores.incidents import correlate
from district_node.cores.incidents.answer_refusal import STALE, answer_refusal, has_watched
from district_node.cores.incidents.contribution import (
    Episode,
    EpisodeKey,
    JoinedBy,
    Joining,
    agent_label,
    episode_key,
    rule_source,
)
from district_node.cores.incidents.contributions import (
    CERTAINTY_RANK,
    add_event,
    mark_cleared,
)
from district_node.cores.incidents.incident import (
    Incident,
    has_ended,
    waits_for_agent,
)
from district_node.cores.incidents.lifecycle import add_history, can
from district_node.cores.incidents.place_doubt import PLACE_DOUBTFUL, is_place_doubtful
from district_node.cores.timer_keys import TimerKind
from district_node.inputs import BatchReceived
from district_node.limits import SOURCES

STILL_SEEN = "still_seen"
UNASKED_ANSWER = "unasked_answer"  # as histories say it
NEVER_REVIEWED = frozenset({Disposition.NOT_OURS, Disposition.DUPLICATE})
NOT_ENOUGH_OBSERVED = "not_enough_observed"  # as the agent's own refusal says it


def batch_received(draft: DecisionDraft, batch: BatchReceived) -> None:
    """Every item takes effect once, in the order of the batch; repeats change nothing."""
    if not is_believed(draft, batch.agent):
        return
    before = draft.intake.counters
    draft.intake, fresh = intake.accept_batch(draft.intake, batch, draft.at)
    if draft.intake.counters.items_refused > before.items_refused:
        draft.notice("items_refused", batch.agent, "beyond its hello, or too many ranges")
    before = draft.intake.counters
    times, further = sender_time(draft, batch), FurtherEvents(draft)
    for item in fresh:
        content = item.content
        if type(content) is not Event:
            further.settle()
        match content:
            case Event() as event:
                key = correlate.key_of_event(batch.agent, event)
                _event(draft, key, event, times=times, further=further)
            case Gap() as gap:
                draft.notice("gap", batch.agent, gap.reason)
            case VisibilityInterval() as interval:
                number = ItemNumber(incarnation=batch.incarnation, seq=item.seq)
                _visibility(draft, batch.agent, interval, number)
            case VerificationResult() as result:
                _verification_result(draft, batch, result)
            case _:
                assert_never(content)
    further.settle()
    forgotten = draft.intake.counters.ends_forgotten - before.ends_forgotten
    if forgotten:
        draft.notice("ends_forgotten", batch.agent, f"{forgotten} episodes that never began")


def _event(
    draft: DecisionDraft,
    key: EpisodeKey,
    event: Event,
    *,
    times: SenderTime,
    further: FurtherEvents,
) -> None:
    observed_at, why = times.observed_at(event), None
    if further.take(key, event, observed_at):
        return
    further.settle()
    agent, name = key.agent, draft.index.episodes.get(key)
    has_ended_early = name == correlate.EARLY_END
    ended = event.phase is Phase.END or has_ended_early
    if event.phase is Phase.END and (name is None or has_ended_early):
        remember_early_end(draft, key)
        return
    if has_ended_early:
        start_came(draft, key)
    before = draft.incidents[name] if name else None
    event = graded_event(draft, before, event)
    live = None if ended else key
    if before is None or _begins_anew(draft, before, live, event, times):
        before, why = _find_or_begin(draft, agent, event, observed_at, times)
    incident = add_event(
        before, key, event, ended=ended, at=draft.at, observed_at=observed_at, joined_by=why
    )
    incident = note_severity(draft, before, incident, actor=agent_label(agent, event.source))
    if key not in before.contributions:
        incident = keep_contribution(draft, incident, key)
    incident = flapping.note_change(draft, before, incident, key, observed_at)
    draft.put_incident(incident)
    source = rule_source(key)
    if source in incident.unstable and not _is_graver(before, event):
        flapping.hold(draft, incident, source)
    else:
        _react(draft, before, incident, event, live=live, times=times)


def _begins_anew(
    draft: DecisionDraft, known: Incident, live: EpisodeKey | None, event: Event, times: SenderTime
) -> bool:
    """Whether it is graver than what was rejected, or seen of which a person said that it was gone
    while its source could not see, or a clock rejected while nobody could look, or is due for
    review: that one stays rejected. `live` as in `_react`."""
    if not has_ended(known) or can(known, IncidentTrigger.REOPEN):
        return False
    if not known.ended_by_person:  # a clock did, or it was merged
        is_rejected = known.stage is IncidentStage.REJECTED and live is not None
        return is_rejected and (known.had_no_time or _says_more(known, event))
    is_seen_again = live in known.ended_unseen and times.latest(event) > known.changed_at
    is_reviewed = live is not None and _is_due_for_review(draft, known, event, times)
    return is_seen_again or is_reviewed or _is_graver(known, event)


def _is_due_for_review(
    draft: DecisionDraft, known: Incident, event: Event, times: SenderTime
) -> bool:
    """Whether a person ended it so long before this was observed that it is asked about again: a
    word about what goes on holds for its time, as a shelved alarm does (ISA-18.2). Whose it is
    does not change in that time."""
    if not (known.ended_by_person and has_ended(known)) or known.disposition in NEVER_REVIEWED:
        return False
    review_s = draft.playbook_of(known).closes.review_s
    return times.latest(event) >= later(known.changed_at, review_s)


def _is_graver(known: Incident, event: Event) -> bool:
    """Whether a person ended it who cannot have known how grave it is. When it was observed does
    not matter: what comes late was not known either."""
    is_graver = SEVERITY_RANK[event.severity] > SEVERITY_RANK[known.severity]
    return known.ended_by_person and has_ended(known) and is_graver


def _says_more(known: Incident, event: Event) -> bool:
    """Whether it is graver or surer than what nobody confirmed in time, which was too little to
    open by itself."""
    return (
        SEVERITY_RANK[event.severity] > SEVERITY_RANK[known.severity]
        or CERTAINTY_RANK[event.certainty] > CERTAINTY_RANK[known.certainty]
    )


def _find_or_begin(
    draft: DecisionDraft,
    agent: AgentId,
    event: Event,
    observed_at: Timestamp,
    times: SenderTime,
) -> tuple[Incident, Joining | None]:
    name = correlate.find_by_rule(draft.index, agent, event)
    if name is not None:
        return draft.incidents[name], Joining(by=JoinedBy.RULE)
    ended = ended_near(draft, event, kind=event.incident_kind)
    if ended is not None and within_guard(
        draft, ended, earliest=times.earliest(event), latest=times.latest(event)
    ):
        return ended, joined_again(ended, event.place)
    actor = agent_label(agent, event.source)
    incident, why = begin_incident(
        draft,
        event,
        kind=event.incident_kind,
        observed_at=observed_at,
        source=actor,
        source_id=event.source,
        reason=event.rule,
        traceparent=event.traceparent,
    )
    is_new = not incident.contributions
    if is_new and is_place_doubtful(draft.setup, incident):
        km = distance_m(draft.setup.centre, event.place) / 1_000
        detail = f"{actor} places it {km:.0f} km from the district's centre"
        draft.notice(PLACE_DOUBTFUL, incident.number, detail)
        incident = add_history(incident, PLACE_DOUBTFUL, draft.at, actor=actor)
    return incident, why


def _react(
    draft: DecisionDraft,
    before: Incident,
    incident: Incident,
    event: Event,
    *,
    live: EpisodeKey | None,
    times: SenderTime,
) -> None:
    """`live` is the event's episode, None when it is over."""
    if incident_steps.may_open(draft, incident):
        incident = incident_steps.open_incident(draft, incident)
    elif (
        live is not None
        and can(incident, IncidentTrigger.REOPEN)
        and isinstance(episode := incident.contributions.get(live), Episode)
        and (
            _is_recurrence(incident, episode, event, times)
            or _is_due_for_review(draft, before, event, times)
        )
    ):
        actor = agent_label(episode.agent, episode.source)
        is_reviewed = _is_due_for_review(draft, before, event, times)
        reason = STILL_SEEN if is_reviewed else event.rule
        incident = incident_steps.reopen(draft, incident, actor=actor, reason=reason)
    elif before.ended_by_person and _is_graver(before, event):
        incident = incident_steps.return_to_person(draft, incident, actor=incident.first_source)
    if incident.live_count == 0 and (before.live_count > 0 or not before.contributions):
        incident_steps.condition_ended(draft, incident)
    elif incident.live_count > 0 and before.live_count == 0 and before.contributions:
        draft.cancel_timer(TimerKind.SELF_CLEAR, incident.incident)


def _is_recurrence(incident: Incident, episode: Episode, event: Event, times: SenderTime) -> bool:
    """Whether the event shows that a handled or closed condition is there again.

    While a camera or sensor verifies, its answer decides; otherwise what may have been observed
    after the handling (or the closing) counts. An episode that joined since then is asked at each
    of its events, and so is one whose source could not see when a person closed it.
    """
    since = incident.changed_at
    if incident.stage is IncidentStage.HANDLED:
        if waits_for_agent(incident):
            return False
        since = incident.handled_at or since
    is_asked = episode.joined_at >= since or episode_key(episode) in incident.ended_unseen
    return is_asked and times.latest(event) > since


def _verification_result(
    draft: DecisionDraft, batch: BatchReceived, result: VerificationResult
) -> None:
    """Of whom was asked: `clear` verifies and closes; anything else is left to a person."""
    agent, incident = batch.agent, draft.incidents.get(result.incident)
    if incident is None:  # it left the state: nothing waits for an answer
        draft.notice(STALE, result.request)
        return
    refusal = answer_refusal(
        incident,
        result,
        agent=agent,
        incarnation=batch.incarnation,
        believed=intake.believed_incarnation(draft.intake, agent),
    )
    if refusal:
        _answer_refused(draft, incident, result, agent=agent, refusal=refusal)
        return
    actor, quiet_s = agent_label(agent, result.source), draft.playbook_of(incident).closes.quiet_s
    if result.verdict is VerificationVerdict.CLEAR and not has_watched(result, quiet_s):
        result = replace(result, verdict=VerificationVerdict.CANNOT, reason=NOT_ENOUGH_OBSERVED)
    if incident.stage is not IncidentStage.HANDLED:
        draft.put_incident(replace(incident, verification=None))
    elif result.verdict is VerificationVerdict.CLEAR:
        _source_cleared(draft, mark_cleared(incident, agent, result), actor)
    else:
        incident = replace(incident, verification=None)
        verdict = result.verdict.value
        draft.put_incident(
            add_history(incident, verdict, draft.at, actor=actor, reason=result.reason)
        )


def _answer_refused(
    draft: DecisionDraft,
    incident: Incident,
    result: VerificationResult,
    *,
    agent: AgentId,
    refusal: str,
) -> None:
    """What it says is one observation among others, for whoever reads the history: once an agent,
    for nothing bounds how often it says so."""
    if refusal == STALE:
        draft.notice(STALE, result.request)
        return
    detail = f"its {result.verdict.value} for {incident.incident} ({result.request})"
    draft.notice(refusal, agent, detail)
    is_known = any(
        line.code == UNASKED_ANSWER and line.actor.partition("/")[0] == agent
        for line in incident.history
    )
    if not is_known:
        actor, said = agent_label(agent, result.source), result.verdict.value
        draft.put_incident(
            add_history(incident, UNASKED_ANSWER, draft.at, actor=actor, reason=said)
        )


def _source_cleared(draft: DecisionDraft, incident: Incident, actor: str) -> None:
    """One source sees it clear. Another one that reports it still is asked too: it closes when no
    source sees it any more.
    """
    if not incident.live_count:
        incident_steps.close(draft, incident, actor=actor, reason="clear")
        return
    incident = replace(incident, verification=None)
    verdict = VerificationVerdict.CLEAR.value
    incident = add_history(incident, verdict, draft.at, actor=actor, reason="others_see_it")
    incident_steps.request_verification(draft, incident)


def _visibility(
    draft: DecisionDraft, agent: AgentId, interval: VisibilityInterval, number: ItemNumber
) -> None:
    """Keep the latest interval of a source, by its number: the box's clock may have gone back. Live
    items overtake the backlog, so an earlier interval that comes later replaces nothing.
    """
    known = known_agent(draft, agent)
    if known is None or interval.until is not None:
        return
    latest = known.visibilities.get(interval.source)
    if latest is None and len(known.visibilities) >= SOURCES.value:
        return
    before = known.said.get(interval.source)
    if before is not None:
        is_later = number.incarnation != before.incarnation or number.seq > before.seq
    else:
        is_later = latest is None or interval.since >= latest.since
    if is_later:
        visibilities = known.visibilities.put(interval.source, interval)
        was_blind = latest is not None and latest.visibility is Visibility.BLIND
        if was_blind is not (interval.visibility is Visibility.BLIND):
            look_soon(draft)
        said = known.said.put(interval.source, number)
        known = replace(known, visibilities=visibilities, said=said)
        draft.agents = draft.agents.put(agent, known)
