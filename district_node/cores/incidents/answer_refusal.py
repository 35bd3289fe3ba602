"""Whether a verification result comes from whom the district asked (agent, incarnation, source and
request), and claims what was asked for. Changes nothing.
"""

from citybrain.domain.event import VerificationResult
from citybrain.ids import AgentId
from district_node.cores.incidents.contribution import Episode
from district_node.cores.incidents.incident import AgentVerification, Incident

NOT_ASKED = "answer_not_asked"  # another agent is asked, or nobody, and it never saw the incident
OTHER_OUTBOX = "answer_of_other_outbox"  # that the agent had before, has since, or never had
OTHER_SOURCE = "answer_of_other_source"
ANSWER_REFUSALS = frozenset({NOT_ASKED, OTHER_OUTBOX, OTHER_SOURCE})
ROUNDING_S = 0.002  # seconds travel with three decimals
# the answer to an earlier request, of an agent that saw the incident: it was only late
STALE = "stale_verification"


def answer_refusal(
    incident: Incident,
    result: VerificationResult,
    *,
    agent: AgentId,
    incarnation: int,
    believed: int,
) -> str:
    """Why an answer of `agent` is not taken; "" when it is. `believed`: its incarnation now, which
    is the one that was asked where an older state did not note it."""
    asked = incident.verification
    if not isinstance(asked, AgentVerification) or asked.agent != agent:
        return STALE if _has_seen(incident, agent, result) else NOT_ASKED
    if incarnation != (asked.incarnation or believed):
        return OTHER_OUTBOX
    if asked.request != result.request:
        return STALE
    return OTHER_SOURCE if asked.source != result.source else ""


def has_watched(result: VerificationResult, quiet_s: float) -> bool:
    """Whether a "clear" claims as many observed seconds as the request wanted."""
    return result.measurements.get("quiet_s", result.observed_s) + ROUNDING_S >= quiet_s


def _has_seen(incident: Incident, agent: AgentId, result: VerificationResult) -> bool:
    asked = incident.verification
    is_open = isinstance(asked, AgentVerification) and asked.request == result.request
    return not is_open and any(
        isinstance(known, Episode) and known.agent == agent
        for known in incident.contributions.values()
    )
