"""What a kind of fault is: what it is injected into, how, for how long and how strongly."""

from enum import StrEnum

from citybrain.structs import Struct
from citysim.sim.faults.actions.action import FaultAction, no_action

# durations, in seconds
SHORT, LONG = (2.0, 15.0), (10.0, 60.0)
MID_ORDER = (30.0, 90.0)  # counted from when the fault is armed
PAST_PROMISE_TTL = (45.0, 120.0)  # likewise; the promises of an order last 30 s
ARMED = (30.0, 30.0)  # disarmed where its trigger has not fired by then

# how many order steps (reserve, claim, issue, confirm, of any order) pass before the fault is
# injected; none where the draw is below 0
SKIPPED_STEPS = (-2.0, 3.0)


class TargetType(StrEnum):
    """What a fault is injected into."""

    NODE = "node"  # a district or the city
    COMPUTER = "computer"  # a district, the city or an agent
    LINK = "link"  # of a district to the city
    CLIENT = "client"  # a district or an agent, at the broker
    BROKER = "broker"
    DISTRICT = "district"
    UNIT = "unit"
    EDGE_BOX = "edge_box"


class FaultKind(Struct, frozen=True, kw_only=True):
    """A line of the table.

    `duration_s` and `magnitude` are the bounds of a uniform draw ((0, 0): none); `weight` is how
    often the kind is drawn relative to the others.
    """

    target_type: TargetType
    proves: str
    begin: FaultAction
    end: FaultAction = no_action
    duration_s: tuple[float, float] = (0.0, 0.0)
    magnitude: tuple[float, float] = (0.0, 0.0)
    weight: float = 1.0
