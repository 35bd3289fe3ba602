"""What an act is, and the two that do nothing or one thing. Knows no kind of fault."""

from collections.abc import Callable

from citybrain.ids import AgentId, DistrictId
from citysim.sim.street.box import Box
from citysim.sim.world import World

Act = Callable[[World, str, float], None]  # (world, target, amount)


def nothing(world: World, target: str, amount: float) -> None:
    """It is over by itself."""


def district_of(target: str) -> DistrictId:
    return DistrictId(target.removeprefix("district/"))


def box_of(world: World, target: str) -> Box:
    return world.boxes[AgentId(target.removeprefix("agent/"))]
