"""What a deadline sets in motion. A firing whose subject has moved on changes nothing."""

from collections.abc import Callable
from typing import assert_never

from citybrain.clock import later
from citybrain.decider.command import TimerFired
from citybrain.ids import AgentId, EpisodeId, IncidentId, OrderId, RuleId, SourceId, UnitId
from citybrain.structs import replace
from citybrain.vocabulary import Disposition, IncidentStage, SlotState
from district_node.cores.decision_draft import DecisionDraft
from district_node.cores.flows import incident_steps
from district_node.cores.flows.agents import watching
from district_node.cores.flows.agents.early_ends import forget_early_end
from district_node.cores.flows.agents.flapping import stable_again
from district_node.cores.flows.attachments import kept_files
from district_node.cores.flows.city import evict_order
from district_node.cores.flows.finalize import own_unit_available, waits_for_own_unit
from district_node.cores.flows.forgetting import forget_silent_senders
from district_node.cores.flows.grouping.regrouping import survivor_of
from district_node.cores.flows.order_progress import expire_reservation
from district_node.cores.flows.paging.steps import paging_due
from district_node.cores.flows.unfilled import still_unfilled
from district_node.cores.flows.units.clocks import crew_timer, duty_timer
from district_node.cores.incidents import correlate
from district_node.cores.incidents.contribution import EpisodeKey, agent_label
from district_node.cores.incidents.incident import (
    AgentVerification,
    Incident,
    PersonVerification,
    clears_itself,
    has_ended,
    rests_on_episodes,
)
from district_node.cores.incidents.lifecycle import add_history
from district_node.cores.incidents.watched import rests_on_a_person
from district_node.cores.orders import slots
from district_node.cores.orders.next_orders import kept_slots
from district_node.cores.timer_keys import TimerKind, timer_key
from district_node.limits import CLAIM_RETRY, ENDED_INCIDENT_RETENTION, ENDED_INCIDENT_RETENTION_MAX
from district_node.playbook import SelfClear


def timer_fired(draft: DecisionDraft, fired: TimerFired) -> None:
    """Calls the function of the timer's kind."""
    kind, subject = timer_key(fired.timer)
    match kind:
        case TimerKind.RESERVATION:
            expire_reservation(draft, OrderId(subject[0]))
        case TimerKind.EVICT_ORDER:
            evict_order(draft, OrderId(subject[0]))
        case TimerKind.FORGET:
            forget_silent_senders(draft)
        case TimerKind.DUTY:
            duty_timer(draft, UnitId(subject[0]))
        case TimerKind.CREW:
            crew_timer(draft, UnitId(subject[0]))
        case TimerKind.WATCH:
            watching.look(draft)
        case TimerKind.EARLY_END:
            forget_early_end(draft, _episode_key(subject))
        case (
            TimerKind.CLOCK
            | TimerKind.CLAIM
            | TimerKind.VERIFICATION
            | TimerKind.SELF_CLEAR
            | TimerKind.STABLE
            | TimerKind.ESCALATE
            | TimerKind.UNFILLED
            | TimerKind.RESUME
            | TimerKind.GUARD
            | TimerKind.EVICT
            | TimerKind.PAGE
        ):
            incident = draft.incidents.get(IncidentId(subject[0]))
            if incident is not None:
                _incident_timer(draft, incident, kind, subject)
        case _:
            assert_never(kind)


def _incident_timer(
    draft: DecisionDraft, incident: Incident, kind: TimerKind, subject: tuple[str, ...]
) -> None:
    match kind:
        case TimerKind.CLOCK:
            _clock(draft, incident, subject[1])
        case TimerKind.CLAIM:
            _claim(draft, incident, OrderId(subject[1]))
        case _:
            INCIDENT_TIMERS[kind](draft, incident)


def _clock(draft: DecisionDraft, incident: Incident, name: str) -> None:
    is_running = any(c.name == name and c.due <= draft.at for c in incident.clocks)
    if not is_running or incident.stage is IncidentStage.DEFERRED:
        return
    match name:
        case "confirm" if rests_on_episodes(incident):
            incident_steps.reject(
                draft,
                incident,
                actor=incident_steps.PLAYBOOK,
                reason="not_confirmed",
                disposition=Disposition.NOT_VERIFIABLE,
            )
        case "confirm":  # what a person said is not put aside by a clock
            _overdue(draft, incident, actor=incident_steps.PLAYBOOK, reason="confirm_clock")
        case "dispatch" | "arrive" if slots.is_nobody_wanted(incident):
            _overdue(draft, incident, actor=incident_steps.PLAYBOOK, reason=f"{name}_clock")
        case "dispatch" | "arrive":
            incident_steps.escalate(draft, incident, reason=f"{name}_clock")
        case "handle":
            _overdue(draft, incident, actor=incident_steps.PLAYBOOK, reason="handle_clock")
        case _:  # "verify": what was asked of an agent has its own deadline
            if isinstance(incident.verification, PersonVerification):
                _overdue(draft, incident, actor=incident_steps.PLAYBOOK, reason="verify_clock")


def _verification(draft: DecisionDraft, incident: Incident) -> None:
    """Who was asked did not answer in time: a person decides; a late clear still counts."""
    asked = incident.verification
    if not isinstance(asked, AgentVerification) or asked.late or asked.deadline > draft.at:
        return
    incident = replace(incident, verification=replace(asked, late=True))
    actor = agent_label(asked.agent, asked.source)
    _overdue(draft, incident, actor=actor, reason="verify_clock")


def _overdue(draft: DecisionDraft, incident: Incident, *, actor: str, reason: str) -> None:
    draft.put_incident(add_history(incident, "overdue", draft.at, actor=actor, reason=reason))


def _self_clear(draft: DecisionDraft, incident: Incident) -> None:
    """The condition has been over for long enough: the playbook says whether a crew goes there."""
    if (
        incident.unstable
        or not clears_itself(incident)
        or not incident_steps.is_unattended(incident)
        or slots.has_crew_on_scene(incident)
        or rests_on_a_person(incident, draft.playbook_of(incident))
    ):
        return
    if draft.playbook_of(incident).closes.self_clear is SelfClear.VERIFY:
        incident_steps.handle(draft, incident, actor=incident.first_source, reason="self_cleared")


def _escalate(draft: DecisionDraft, incident: Incident) -> None:
    kept = kept_slots(draft.roster, draft.incidents)
    if waits_for_own_unit(incident, kept):
        incident_steps.escalate(draft, incident, reason="no_own_unit", but=kept)


def _resume(draft: DecisionDraft, incident: Incident) -> None:
    """The day has come until which it was deferred: its clocks and needs begin anew."""
    until = incident.deferred_until
    if incident.stage is IncidentStage.DEFERRED and until is not None and until <= draft.at:
        incident_steps.resume(
            draft, incident, actor=incident_steps.PLAYBOOK, reason="deferred_until"
        )


def _guard(draft: DecisionDraft, incident: Incident) -> None:
    if has_ended(incident):
        draft.index = correlate.remember_ended(correlate.unindex(draft.index, incident), incident)
        draft.set_timer(
            TimerKind.EVICT, later(draft.at, ENDED_INCIDENT_RETENTION.value), incident.incident
        )


def _evict(draft: DecisionDraft, incident: Incident) -> None:
    """It leaves the screen; while its condition goes on it stays, so that the END event is not
    taken for something new.
    """
    if not has_ended(incident):
        return
    if (incident.live_count > 0 or _may_be_given_back(draft, incident)) and draft.at < later(
        incident.changed_at, ENDED_INCIDENT_RETENTION_MAX.value
    ):
        draft.set_timer(
            TimerKind.EVICT, later(draft.at, ENDED_INCIDENT_RETENTION.value), incident.incident
        )
        return
    draft.index = correlate.forget_ended(correlate.evict(draft.index, incident), incident)
    kept_files.forget(draft, incident)
    draft.incidents = draft.incidents.drop(incident.incident)


def _may_be_given_back(draft: DecisionDraft, incident: Incident) -> bool:
    """Whether it was merged into a case that goes on: a person may take that back."""
    survivor = survivor_of(draft, incident)
    return incident.merged_into is not None and survivor is not None and not has_ended(survivor)


def _episode_key(subject: tuple[str, ...]) -> EpisodeKey:
    agent, source, rule, episode = subject
    return EpisodeKey(AgentId(agent), SourceId(source), RuleId(rule), EpisodeId(episode))


def _claim(draft: DecisionDraft, incident: Incident, order: OrderId) -> None:
    """A claim's time is over: the slot is taken back where an own unit could go; otherwise the
    city's order may still come.
    """
    slot = slots.slot_by_order(incident, order)
    if slot is None or slot.state is not SlotState.CLAIMED:
        return
    if own_unit_available(draft, incident, slot):
        draft.put_incident(
            add_history(
                slots.retake(incident, slot),
                "retaken",
                draft.at,
                actor=incident_steps.PLAYBOOK,
                reason="claim_expired",
            )
        )
    else:
        due = later(draft.at, CLAIM_RETRY.value)
        draft.set_timer(TimerKind.CLAIM, due, incident.incident, order)


INCIDENT_TIMERS: dict[TimerKind, Callable[[DecisionDraft, Incident], None]] = {
    TimerKind.VERIFICATION: _verification,
    TimerKind.SELF_CLEAR: _self_clear,
    TimerKind.STABLE: stable_again,
    TimerKind.ESCALATE: _escalate,
    TimerKind.UNFILLED: still_unfilled,
    TimerKind.RESUME: _resume,
    TimerKind.GUARD: _guard,
    TimerKind.EVICT: _evict,
    TimerKind.PAGE: paging_due,
}
