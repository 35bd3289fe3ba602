"""Every MQTT topic of the city, in one table. `{district}` and `{agent}` are ids of [a-z0-9-]."""

from citybrain.errors import MalformedError
from citybrain.ids import AgentId, DistrictId

ROOT = "citybrain/v1"

# last level of ROOT/{district}/{agent}/…   payload        direction   retained
EVENTS = "events"  #                        EventBatch     up
HELLO = "hello"  #                          AgentHello     up          yes
STATUS = "status"  #                        AgentStatus    up          yes (and the last will)
REQUESTS_ACK = "requests-ack"  #            RequestAck     up
ACK = "ack"  #                              Ack            down
REQUESTS = "requests"  #                    RequestBatch   down

UP = (EVENTS, HELLO, STATUS, REQUESTS_ACK)
DOWN = (ACK, REQUESTS)


def topic(district: DistrictId, agent: AgentId, leaf: str) -> str:
    """The topic of one agent; `leaf` is one of the constants above."""
    return f"{ROOT}/{district}/{agent}/{leaf}"


def all_agents(district: DistrictId, leaf: str) -> str:
    """The filter that matches `leaf` of every agent of `district`."""
    return f"{ROOT}/{district}/+/{leaf}"


def parse(text: str) -> tuple[DistrictId, AgentId, str]:
    """(district, agent, leaf) of one of our topics; raises `MalformedError` for any other."""
    parts = text.split("/")
    if len(parts) != 5 or "/".join(parts[:2]) != ROOT or parts[4] not in UP + DOWN:
        raise MalformedError("topic", f"{text!r} is not one of ours")
    return DistrictId(parts[2]), AgentId(parts[3]), parts[4]
