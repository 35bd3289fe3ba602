"""What cameras and sensors have in common: rules evaluated on one observation after another,
verifications answered by them, and a coverage log. Pure."""

from citybrain.clock import SECOND_US, Timestamp
from citybrain.domain.event import VerificationRequest, VerificationResult
from citybrain.ids import RuleId, SourceId
from citybrain.structs import Struct, replace
from citybrain.vocabulary import Phase, Visibility
from street_agent.core import coverage_log, episodes, verification
from street_agent.core.coverage_log import CoverageLog
from street_agent.core.draft import Draft
from street_agent.core.episodes import ObservationContext
from street_agent.core.verification import Verification
from street_agent.scene import rule_evaluation
from street_agent.scene.observation import Condition, Observation
from street_agent.scene.rule_evaluation import Dwell, Rule, RuleState


class TracedRule(Struct, frozen=True, kw_only=True, eq=False):
    """A rule's state and the trace of its open episode ("" when none is open)."""

    state: RuleState
    traceparent: str = ""


class OpenEpisode(Struct, frozen=True, kw_only=True):
    """An episode whose start was reported and whose end was not: enough to resume it after a
    restart."""

    source: SourceId
    rule: RuleId
    began_at: Timestamp
    present_s: float
    traceparent: str


class SourceState(Struct, frozen=True, kw_only=True, eq=False):
    """`traced_rules`: one for each rule of the set-up, in its order."""

    coverage: CoverageLog
    traced_rules: tuple[TracedRule, ...]
    verifications: tuple[Verification, ...] = ()


def begin(coverage: CoverageLog, rules: tuple[Rule, ...]) -> SourceState:
    """The state before the first observation."""
    started = tuple(TracedRule(state=rule_evaluation.start(rule)) for rule in rules)
    return SourceState(coverage=coverage, traced_rules=started)


def observe(
    rules: tuple[Rule, ...],
    state: SourceState,
    observation: Observation,
    context: ObservationContext,
) -> tuple[SourceState, tuple[Draft, ...]]:
    """Evaluate every rule on one observation: the events that start, change or end, and the
    verifications that it answers."""
    drafts: list[Draft] = []
    traced_rules: list[TracedRule] = []
    conditions: dict[RuleId, Condition] = {}
    for rule, before in zip(rules, state.traced_rules, strict=True):
        after, conditions[rule.id], triggers = rule_evaluation.step(rule, before.state, observation)
        trace = before.traceparent
        for trigger in triggers:
            trace = context.traceparent if trigger.phase is Phase.START else trace
            drafts.append(episodes.event(trigger, replace(context, traceparent=trace)))
        if after is before.state and trace == before.traceparent:
            traced_rules.append(before)
        else:
            trace = trace if after.dwell.active else ""
            traced_rules.append(TracedRule(state=after, traceparent=trace))
    state = replace(state, traced_rules=tuple(traced_rules))
    if not state.verifications:
        return state, tuple(drafts)
    observed = [
        verification.observe(
            under_way,
            conditions[under_way.request.rule],
            observation.observed_s,
            observation.at,
        )
        for under_way in state.verifications
    ]
    return _without_answered(state, observed, drafts)


def start_verification(
    rules: tuple[Rule, ...], state: SourceState, request: VerificationRequest, at: Timestamp
) -> tuple[SourceState, tuple[Draft, ...]]:
    """Start to verify; a request that is under way already is not started again."""
    if any(started.request.request == request.request for started in state.verifications):
        return state, ()
    if not any(rule.id == request.rule for rule in rules):
        return state, (verification.refuse(request, verification.NO_RULE, at),)
    if at >= request.deadline:
        return state, (verification.refuse(request, verification.TOO_LATE, at),)
    started = (*state.verifications, Verification(request=request))
    return replace(state, verifications=started), ()


def expire(state: SourceState, at: Timestamp) -> tuple[SourceState, tuple[Draft, ...]]:
    """Answer the requests whose deadline has come."""
    if not state.verifications:
        return state, ()
    expired = [(started, verification.expire(started, at)) for started in state.verifications]
    return _without_answered(state, expired, [])


def due_at(state: SourceState) -> Timestamp | None:
    """When `expire` will next answer something, None: not before something is requested."""
    return min((started.request.deadline for started in state.verifications), default=None)


def change_visibility(
    state: SourceState, visibility: Visibility, reason: str, since: Timestamp, at: Timestamp
) -> tuple[SourceState, tuple[Draft, ...]]:
    """What is known of the source changed at `since`, noticed at `at`."""
    coverage, intervals = coverage_log.change(state.coverage, visibility, reason, since, at)
    return replace(state, coverage=coverage), intervals


def discount(state: SourceState, blind_s: float) -> SourceState:
    """The last `blind_s` seconds turned out to have been blind: no absence was observed in them."""
    if blind_s <= 0:
        return state
    return replace(
        state,
        traced_rules=tuple(_discounted(rule, blind_s) for rule in state.traced_rules),
        verifications=tuple(
            verification.discount(started, blind_s) for started in state.verifications
        ),
    )


def open_episodes(rules: tuple[Rule, ...], state: SourceState) -> tuple[OpenEpisode, ...]:
    """What a restart must know of this source."""
    return tuple(
        OpenEpisode(
            source=state.coverage.source,
            rule=rule.id,
            began_at=traced.state.dwell.began_at,
            present_s=round(traced.state.dwell.present_s, 3),
            traceparent=traced.traceparent,
        )
        for rule, traced in zip(rules, state.traced_rules, strict=True)
        if traced.state.dwell.active
    )


def resume_episode(
    rules: tuple[Rule, ...], state: SourceState, episode: OpenEpisode, at: Timestamp
) -> SourceState:
    """Continue an episode of the run before: it ends when its condition was *observed* to be
    absent, as ever."""
    dwell = Dwell(
        active=True, began_at=episode.began_at, present_s=episode.present_s, reported_at=at
    )
    traced_rules = tuple(
        TracedRule(state=replace(traced.state, dwell=dwell), traceparent=episode.traceparent)
        if rule.id == episode.rule
        else traced
        for rule, traced in zip(rules, state.traced_rules, strict=True)
    )
    return replace(state, traced_rules=traced_rules)


def observed_s(last: Timestamp | None, at: Timestamp, gap_s: float, *, is_blind: bool) -> float:
    """The seconds up to `at` that were observed: none after a gap or while blind."""
    passed = 0.0 if last is None else (at - last) / SECOND_US
    return passed if 0 < passed <= gap_s and not is_blind else 0.0


def _without_answered(
    state: SourceState,
    verifications: list[tuple[Verification, VerificationResult | None]],
    drafts: list[Draft],
) -> tuple[SourceState, tuple[Draft, ...]]:
    drafts.extend(result for _, result in verifications if result is not None)
    still_open = tuple(started for started, result in verifications if result is None)
    return replace(state, verifications=still_open), tuple(drafts)


def _discounted(rule: TracedRule, blind_s: float) -> TracedRule:
    dwell = rule.state.dwell
    if not dwell.absent_s:
        return rule
    dwell = replace(dwell, absent_s=max(0.0, dwell.absent_s - blind_s))
    return replace(rule, state=replace(rule.state, dwell=dwell))
