"""What every message of an agent must keep before anything in it counts."""

from citybrain.errors import MalformedError
from citybrain.ids import AgentId
from citybrain.limits import MESSAGE_BYTES


def ensure_within_size(payload: bytes) -> None:
    """Raises `MalformedError`."""
    if len(payload) > MESSAGE_BYTES.value:
        raise MalformedError("oversized", f"{len(payload)} bytes; at most {MESSAGE_BYTES.value}")


def ensure_same_sender(topic_agent: AgentId, claimed: AgentId) -> None:
    """Identity is the transport's. Raises `MalformedError`."""
    if topic_agent != claimed:
        raise MalformedError(
            "forged", f"the topic is of {topic_agent!r}, the message says it is from {claimed!r}"
        )
