"""Which boxes screens show beside those that are well: known and not believed, or waiting for an
operator. Decides nothing.
"""

from citybrain.clock import Timestamp
from citybrain.domain.console import AgentStanding
from citybrain.ids import AgentId
from district_node.cores import enrolment
from district_node.cores.agents.known_agent import Agent
from district_node.cores.enrolment import NEVER, Enrolments
from district_node.cores.state import DistrictState

OUTBOX_WAITS = "outbox_waits"


def agent_standings(state: DistrictState, at: Timestamp) -> tuple[AgentStanding, ...]:
    """By name, as of `at`. One of which only numbers are kept was forgotten."""
    enrolments = state.enrolments
    known = sorted({*state.agents, *enrolments.boxes})
    return tuple(
        AgentStanding(agent=agent, standing=standing, since=_since(state, agent, standing))
        for agent in known
        if (standing := _standing(enrolments, agent, at))
    )


def _standing(enrolments: Enrolments, agent: AgentId, at: Timestamp) -> str:
    waits = OUTBOX_WAITS if enrolment.is_waiting(enrolments, agent) else ""
    return enrolment.refusal(enrolments, agent, at) or waits


def _since(state: DistrictState, agent: AgentId, standing: str) -> Timestamp | None:
    known = state.enrolments.boxes.get(agent)
    if standing == OUTBOX_WAITS:
        since = state.enrolments.outboxes[agent].waiting_since
    elif standing == enrolment.NOT_ENROLLED or known is None:
        since = (state.agents.get(agent) or Agent()).changed_at
    else:
        since = known.revoked_at if standing == enrolment.REVOKED else known.until
    return None if since == NEVER else since
