"""What a district forgets by itself: outboxes that were replaced, and boxes that went away, both
long ago and without a case. Whoever comes back is taken for new. `agents.forget` is a person's.
"""

from citybrain.clock import Timestamp, later
from citybrain.ids import AgentId
from citybrain.structs import replace
from district_node.cores import enrolment, intake
from district_node.cores.agents.known_agent import NEVER, Agent
from district_node.cores.decision_draft import DecisionDraft
from district_node.cores.incidents import rule_outcomes
from district_node.cores.timer_keys import TimerKind
from district_node.limits import SENDER_RETENTION

EVERY_S = 86_400.0


def forget_silent_senders(draft: DecisionDraft) -> None:
    """Forget what is due, and look again after a day. Times that an older state did not keep begin
    now."""
    before = later(draft.at, -SENDER_RETENTION.value)
    draft.intake = intake.note_unknown_times(draft.intake, draft.at)
    draft.rule_outcomes = rule_outcomes.forget_silent(draft.rule_outcomes, before)
    with_case = {key.agent for key in draft.index.episodes}
    for agent in sorted({*draft.agents, *draft.intake.incarnations, *draft.enrolments.boxes}):
        known = draft.agents.get(agent) or Agent()
        if known.online or agent in with_case:
            draft.intake = intake.forget_silent(draft.intake, agent, before=before, all_of_it=False)
        else:
            _forget_if_silent(draft, agent, known, before)
    draft.set_timer(TimerKind.FORGET, later(draft.at, EVERY_S), draft.district)


def forget_box(draft: DecisionDraft, agent: AgentId, reason: str) -> None:
    """Nothing is known of it any more but the numbers that it used, where those are still kept."""
    draft.agents = draft.agents.drop(agent)
    draft.enrolments = enrolment.forget(draft.enrolments, agent)
    draft.notice("agent_forgotten", agent, reason)


def _forget_if_silent(
    draft: DecisionDraft, agent: AgentId, known: Agent, before: Timestamp
) -> None:
    if known.changed_at == NEVER:
        enrolled = draft.enrolments.boxes.get(agent)
        known = replace(known, changed_at=enrolled.at if enrolled else draft.at)
        if agent in draft.agents:
            draft.agents = draft.agents.put(agent, known)
    draft.intake = intake.forget_silent(draft.intake, agent, before=before, all_of_it=True)
    if agent in draft.intake.incarnations or known.changed_at >= before:
        return
    forget_box(draft, agent, f"silent for {SENDER_RETENTION.value // 86_400} days")
