"""An operator's word that a box is gone for good: it is forgotten at once, as a timer does after
months, except for the numbers that it had used. Those stay as long as ever, so that what it sent
counts once though it joins anew.
"""

from citybrain.ids import AgentId
from citybrain.permissions import ActionRefusal
from district_node.cores import enrolment
from district_node.cores.decision_draft import DecisionDraft
from district_node.cores.flows.forgetting import forget_box
from district_node.cores.incidents.contribution import Episode
from district_node.cores.incidents.incident import Incident, has_ended
from district_node.limits import SENDER_RETENTION

# of these nothing is taken, whatever a broker kept of them: they come back by a new token alone
GONE = frozenset({enrolment.NOT_ENROLLED, enrolment.REVOKED})
DAY_S = 86_400


def forget(draft: DecisionDraft, agent: AgentId, who: str) -> ActionRefusal | None:
    """None: it is forgotten."""
    refused = _refusal(draft, agent)
    if refused is None:
        forget_box(draft, agent, f"as {who} said")
    return refused


def _refusal(draft: DecisionDraft, agent: AgentId) -> ActionRefusal | None:
    known = draft.agents.get(agent)
    if known is None and agent not in draft.enrolments.boxes:
        detail = f"No box is called {agent} here. Look at its name on the queue page."
        return ActionRefusal(reason="unknown_agent", detail=detail)
    if known is not None and known.online:
        detail = f"{agent} is connected. Take it off the network first, or revoke it"
        return ActionRefusal(reason="still_online", detail=f"{detail}: {_revoking(agent)}.")
    open_cases = [one for one in draft.incidents.values() if _rests_on(one, agent)]
    if open_cases:
        first, others = open_cases[0].number, len(open_cases) - 1
        more = f" (and {others} more)" if others else ""
        detail = f"Case {first}{more} rests on {agent} and is open. Close it first."
        return ActionRefusal(reason="open_case", detail=detail)
    return _comes_back(draft, agent)


def _comes_back(draft: DecisionDraft, agent: AgentId) -> ActionRefusal | None:
    """Whether what the broker kept of it would enrol it again."""
    if not draft.enrolments.proves:
        detail = (
            f"This district is in lab mode: what the broker keeps of {agent} would enrol it again."
            f" It is forgotten by itself after {SENDER_RETENTION.value // DAY_S} days, or once the"
            " district has joined a city (`citybrain district join`)."
        )
        return ActionRefusal(reason="lab_mode", detail=detail)
    if enrolment.refusal(draft.enrolments, agent, draft.at) not in GONE:
        detail = f"{agent} is enrolled, and its next hello would bring it back. Revoke it first"
        return ActionRefusal(reason="still_enrolled", detail=f"{detail}: {_revoking(agent)}.")
    return None


def _rests_on(incident: Incident, agent: AgentId) -> bool:
    """Whether it is open, and the box saw it or is what it is about."""
    return not has_ended(incident) and (
        any(one.agent == agent for one in incident.watched)
        or any(
            isinstance(one, Episode) and one.agent == agent
            for one in incident.contributions.values()
        )
    )


def _revoking(agent: AgentId) -> str:
    return f"`citybrain ca revoke box/{agent}`"
