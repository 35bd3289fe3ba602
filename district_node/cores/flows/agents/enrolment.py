"""What enrolment sets in motion: a box that is believed from now on, one that no longer is, and an
operator's word for one that has lost its outbox too often, or is gone. Open incidents go on whoever
reported them.
"""

from typing import assert_never

from citybrain.decider.command import Reply
from citybrain.domain.console import AgentAction, AgentVerb
from citybrain.domain.principal import Principal
from citybrain.ids import AgentId
from citybrain.permissions import ActionRefusal, Permission, refusal_of
from citybrain.structs import replace
from district_node.cores import enrolment, intake
from district_node.cores.decision_draft import DecisionDraft
from district_node.cores.flows.agents.forget import forget
from district_node.cores.flows.agents.watching import look_soon
from district_node.inputs import AgentActed, AgentEnrolled, AgentRevoked, EnrolledBy

PERMISSIONS = {
    AgentVerb.ALLOW_OUTBOX: Permission.ALLOW_OUTBOX,
    AgentVerb.FORGET: Permission.FORGET,
}


def agent_enrolled(draft: DecisionDraft, enrolled: AgentEnrolled) -> None:
    """What it says is taken from here on."""
    before = draft.enrolments
    draft.enrolments = enrolment.enrol(before, enrolled, draft.at)
    if draft.enrolments is not before:
        draft.notice("agent_enrolled", enrolled.agent, f"{enrolled.how} {enrolled.serial}".strip())


def agent_revoked(draft: DecisionDraft, revoked: AgentRevoked) -> None:
    """Nothing more of it is taken."""
    before = draft.enrolments
    draft.enrolments = enrolment.revoke(before, revoked, draft.at)
    if draft.enrolments is not before:
        draft.notice("agent_revoked", revoked.agent, f"certificate {revoked.serial}")
        known = draft.agents.get(revoked.agent)
        if known is not None and known.online:  # nobody asks it to look any more
            gone = replace(known, online=False, changed_at=draft.at)
            draft.agents = draft.agents.put(revoked.agent, gone)
            look_soon(draft)


def agent_acted(draft: DecisionDraft, acted: AgentActed) -> Reply:
    """The reply says by code and sentence why an action is refused."""
    refused = _act(draft, acted.action, acted.principal)
    return Reply(
        request=acted.action.request,
        done=refused is None,
        reason=refused.reason if refused else "",
        detail=refused.detail if refused else "",
    )


def is_believed(draft: DecisionDraft, agent: AgentId) -> bool:
    """Whether what this box says may take effect; in lab mode its first word enrols it."""
    reason = enrolment.refusal(draft.enrolments, agent, draft.at)
    if reason:
        draft.notice("not_believed", agent, reason)
        return False
    if agent not in draft.enrolments.boxes:
        enrolled = AgentEnrolled(agent=agent, how=EnrolledBy.LAB_MODE)
        draft.enrolments = enrolment.enrol(draft.enrolments, enrolled, draft.at)
    if draft.enrolments.proves:  # else whoever makes up names would be made room for
        known = (draft.agents, draft.enrolments.boxes)
        draft.intake = intake.with_room_for(draft.intake, agent, known=known)
    return True


def may_follow(draft: DecisionDraft, agent: AgentId) -> bool:
    """Whether another outbox of the box takes the place of its last one now, counted; or it waits
    for an operator."""
    draft.enrolments = enrolment.follow(draft.enrolments, agent, draft.at)
    waits = enrolment.is_waiting(draft.enrolments, agent)
    if waits:
        detail = "it has begun a new outbox too often within a day; allow it on the queue page"
        draft.notice("outbox_waits", agent, detail)
    return not waits


def _act(draft: DecisionDraft, action: AgentAction, principal: Principal) -> ActionRefusal | None:
    refused = refusal_of(principal, PERMISSIONS[action.verb])
    if refused is not None:
        return refused
    match action.verb:
        case AgentVerb.ALLOW_OUTBOX:
            return _allow_outbox(draft, action.agent, principal.name)
        case AgentVerb.FORGET:
            return forget(draft, action.agent, principal.name)
        case _:
            assert_never(action.verb)


def _allow_outbox(draft: DecisionDraft, agent: AgentId, who: str) -> ActionRefusal | None:
    if not enrolment.is_waiting(draft.enrolments, agent):
        return ActionRefusal(
            reason="not_waiting",
            detail=f"No new outbox of {agent} waits to be allowed here.",
        )
    draft.enrolments = enrolment.allow(draft.enrolments, agent)
    draft.notice("outbox_allowed", agent, who)
    return None
