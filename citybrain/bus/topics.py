"""Every MQTT topic of the city, in one table. `{district}` and `{agent}` are ids of [a-z0-9-].

A topic holds its box's name as certificates do (`box/ID`), so that a broker can compare the two.
Who may publish and who may subscribe says `citybrain.access.topic_rights`.
"""

from citybrain.errors import MalformedError
from citybrain.ids import AgentId, DistrictId

ROOT = "citybrain/v1"
BOX = "box"
SENSOR = "sensor"
ADAPTER = "adapter"

# last level of ROOT/{district}/box/{agent}/…   payload        direction   retained
EVENTS = "events"  #                            EventBatch     up
HELLO = "hello"  #                              AgentHello     up          yes
STATUS = "status"  #                            AgentStatus    up          yes (and the last will)
SERIES = "series"  #                            SeriesBatch    up
REQUESTS_ACK = "requests-ack"  #                RequestAck     up
ACK = "ack"  #                                  Ack            down
REQUESTS = "requests"  #                        RequestBatch   down
# last level of ROOT/{district}/sensor/{id}/…
READINGS = "readings"  #                        JSON           to the boxes that read it
# last level of ROOT/{district}/adapter/{id}/…
PAGES = "pages"  #                              JSON           to the program that calls people
# last level of ROOT/{district}/{role}/{id}/…
PROBE = "probe"  #                              random text    back to its own sender

UP = (EVENTS, HELLO, STATUS, REQUESTS_ACK, SERIES)
DOWN = (ACK, REQUESTS)
LEAVES = (*UP, *DOWN, READINGS, PAGES, PROBE)
AGENT_LEVEL = 4  # of an agent's topic, split at its slashes: which agent


def topic(district: DistrictId, agent: AgentId, leaf: str) -> str:
    """The topic of one agent; `leaf` is one of `UP` and `DOWN`."""
    return of_name(district, f"{BOX}/{agent}", leaf)


def all_agents(district: DistrictId, leaf: str) -> str:
    """The filter that matches `leaf` of every agent of `district`."""
    return of_name(district, f"{BOX}/+", leaf)


def readings(district: DistrictId, sensor: str) -> str:
    """Where the sensor with this id writes what it measures."""
    return of_name(district, f"{SENSOR}/{sensor}", READINGS)


def pages(district: DistrictId, adapter: str) -> str:
    """Where the program with this id reads whom to call."""
    return of_name(district, f"{ADAPTER}/{adapter}", PAGES)


def probe(district: DistrictId, name: str) -> str:
    """Where the client called `name` (`ROLE/ID`) writes to itself, to see whether the broker lets
    it."""
    return of_name(district, name, PROBE)


def of_name(district: str, name: str, leaf: str) -> str:
    """The topic below whoever is called `name` (`ROLE/ID`) at `district`'s broker."""
    return f"{ROOT}/{district}/{name}/{leaf}"


def parse(text: str) -> tuple[DistrictId, AgentId, str]:
    """(district, agent, leaf) of one of the agents' topics; raises `MalformedError` for any
    other."""
    parts = text.split("/")
    is_ours = len(parts) == 6 and "/".join(parts[:2]) == ROOT and parts[3] == BOX
    if not is_ours or parts[5] not in UP + DOWN:
        raise MalformedError("topic", f"{text!r} is not one of ours")
    return DistrictId(parts[2]), AgentId(parts[4]), parts[5]
