"""What cameras and sensors have in common: rules shown one look after another, requests answered by them, and a ledger of sight. Pure."""

from dataclasses import dataclass

from citybrain.clock import SECOND_US, Timestamp
from citybrain.domain.event import (
    Event,
    VerificationRequest,
    VerificationResult,
    VisibilityInterval,
)
from citybrain.ids import RuleId, SourceId
from citybrain.structs import Struct, replace
from citybrain.vocabulary import Phase, Visibility
from street_agent.core import episodes, reobserve
from street_agent.core.episodes import Seen
from street_agent.core.reobserve import Inquiry
from street_agent.health import ledger as sight_ledger
from street_agent.health.ledger import Ledger
from street_agent.scene import watch
from street_agent.scene.look import Condition, Look, Reading
from street_agent.scene.persistence import Spell
from street_agent.scene.watch import Rule, RuleState

Draft = Event | VisibilityInterval | VerificationResult


class Watched(Struct, frozen=True, kw_only=True, eq=False):
    """A rule's state and the trace of its open episode ("" when none is open)."""

    state: RuleState
    traceparent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenEpisode:
    """An episode whose start was said and whose end was not: enough to go on with it after a restart."""

    source: SourceId
    rule: RuleId
    began_at: Timestamp
    present_s: float
    traceparent: str


class SourceState(Struct, frozen=True, kw_only=True, eq=False):
    ledger: Ledger
    watched: tuple[Watched, ...]  # one for each rule of the set-up, in its order
    inquiries: tuple[Inquiry, ...] = ()


def begin(ledger: Ledger, rules: tuple[Rule, ...]) -> SourceState:
    return SourceState(
        ledger=ledger, watched=tuple(Watched(state=watch.start(rule)) for rule in rules)
    )


def show(
    rules: tuple[Rule, ...], state: SourceState, shown: Look | Reading, seen: Seen
) -> tuple[SourceState, tuple[Draft, ...]]:
    """Show every rule one look; hear what starts, changes or ends, and which requests that answers."""
    drafts: list[Draft] = []
    watched: list[Watched] = []
    conditions: dict[RuleId, Condition] = {}
    for rule, was in zip(rules, state.watched, strict=True):
        after, conditions[rule.id], cues = watch.step(rule, was.state, shown)
        trace = was.traceparent
        for trigger in cues:
            trace = seen.traceparent if trigger.phase is Phase.START else trace
            drafts.append(episodes.event(trigger, replace(seen, traceparent=trace)))
        watched.append(
            was
            if after is was.state and trace == was.traceparent
            else Watched(state=after, traceparent=trace if after.spell.active else "")
        )
    state = replace(state, watched=tuple(watched))
    if not state.inquiries:
        return state, tuple(drafts)
    asked = [
        reobserve.look(inquiry, conditions[inquiry.request.rule], shown.observed_s, shown.at)
        for inquiry in state.inquiries
    ]
    return _settled(state, asked, drafts)


def ask(
    rules: tuple[Rule, ...], state: SourceState, request: VerificationRequest, at: Timestamp
) -> tuple[SourceState, tuple[Draft, ...]]:
    """Take up a request; one that is under way already is not begun again."""
    if any(inquiry.request.request == request.request for inquiry in state.inquiries):
        return state, ()
    if not any(rule.id == request.rule for rule in rules):
        return state, (reobserve.refuse(request, reobserve.NO_RULE, at),)
    if at >= request.deadline:
        return state, (reobserve.refuse(request, reobserve.TOO_LATE, at),)
    return replace(state, inquiries=(*state.inquiries, Inquiry(request=request))), ()


def expire(state: SourceState, at: Timestamp) -> tuple[SourceState, tuple[Draft, ...]]:
    """Answer the requests whose deadline has come."""
    return (
        _settled(
            state, [(inquiry, reobserve.expire(inquiry, at)) for inquiry in state.inquiries], []
        )
        if state.inquiries
        else (state, ())
    )


def due_at(state: SourceState) -> Timestamp | None:
    """When `expire` will next answer something, None: not before something is asked."""
    return min((inquiry.request.deadline for inquiry in state.inquiries), default=None)


def see(
    state: SourceState, visibility: Visibility, reason: str, since: Timestamp, at: Timestamp
) -> tuple[SourceState, tuple[Draft, ...]]:
    """What is known of the source changed."""
    ledger, said = sight_ledger.change(state.ledger, visibility, reason, since, at)
    return replace(state, ledger=ledger), said


def discount(state: SourceState, blind_s: float) -> SourceState:
    """The last `blind_s` seconds turned out to have been blind: no absence was observed in them."""
    if blind_s <= 0:
        return state
    return replace(
        state,
        watched=tuple(_blinded(was, blind_s) for was in state.watched),
        inquiries=tuple(reobserve.discount(inquiry, blind_s) for inquiry in state.inquiries),
    )


def open_episodes(rules: tuple[Rule, ...], state: SourceState) -> tuple[OpenEpisode, ...]:
    return tuple(
        OpenEpisode(
            source=state.ledger.source,
            rule=rule.id,
            began_at=was.state.spell.began_at,
            present_s=round(was.state.spell.present_s, 3),
            traceparent=was.traceparent,
        )
        for rule, was in zip(rules, state.watched, strict=True)
        if was.state.spell.active
    )


def go_on(
    rules: tuple[Rule, ...], state: SourceState, episode: OpenEpisode, at: Timestamp
) -> SourceState:
    """Go on with an episode of the run before: it ends when its condition was *seen* to be gone, as ever."""
    spell = Spell(active=True, began_at=episode.began_at, present_s=episode.present_s, said_at=at)
    watched = tuple(
        Watched(state=replace(was.state, spell=spell), traceparent=episode.traceparent)
        if rule.id == episode.rule
        else was
        for rule, was in zip(rules, state.watched, strict=True)
    )
    return replace(state, watched=watched)


def observed_s(last: Timestamp | None, at: Timestamp, gap_s: float, *, is_blind: bool) -> float:
    """The seconds up to `at` that were watched: none after a gap or while blind."""
    passed = 0.0 if last is None else (at - last) / SECOND_US
    return passed if 0 < passed <= gap_s and not is_blind else 0.0


def _settled(
    state: SourceState, asked: list[tuple[Inquiry, VerificationResult | None]], drafts: list[Draft]
) -> tuple[SourceState, tuple[Draft, ...]]:
    drafts.extend(answer for _, answer in asked if answer is not None)
    return replace(
        state, inquiries=tuple(inquiry for inquiry, answer in asked if answer is None)
    ), tuple(drafts)


def _blinded(was: Watched, blind_s: float) -> Watched:
    spell = was.state.spell
    if not spell.absent_s:
        return was
    return replace(
        was,
        state=replace(was.state, spell=replace(spell, absent_s=max(0.0, spell.absent_s - blind_s))),
    )
