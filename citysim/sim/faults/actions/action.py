"""What a fault action is, and how its target is found."""

from collections.abc import Callable

from citybrain.ids import AgentId, DistrictId
from citysim.sim.street.edge_box import EdgeBox
from citysim.sim.world import SimulatedWorld

FaultAction = Callable[[SimulatedWorld, str, float], None]  # (world, target, magnitude)


def no_action(world: SimulatedWorld, target: str, magnitude: float) -> None:
    """The end of a fault that is over by itself."""


def district_of(target: str) -> DistrictId:
    return DistrictId(target.removeprefix("district/"))


def edge_box_of(world: SimulatedWorld, target: str) -> EdgeBox:
    return world.edge_boxes[AgentId(target.removeprefix("agent/"))]
