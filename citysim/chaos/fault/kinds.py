"""The closed table of the faults: each kind with its purpose, its targets and how long it lasts.

Injects nothing (`fault_injector` does).
"""

from collections.abc import Callable, Mapping
from enum import StrEnum

from citybrain.structs import Struct
from citysim.chaos.net.port import Direction, Link


class FaultKind(StrEnum):
    KILL = "kill"
    CUT = "cut"
    ONE_WAY = "one_way"
    DELAY = "delay"
    DISK_FULL = "disk_full"
    CLOCK_STEP = "clock_step"
    BROKER_FORGETS = "broker_forgets"
    RAY_HEAD = "ray_head"
    FREEZE = "freeze"


class Fault(Struct, frozen=True, kw_only=True):
    """One fault of a run.

    `hold_s`: how long it lasts (0: it is over at once); `rest_s`: how long the city runs without
    any fault before it.
    """

    number: int
    kind: FaultKind
    target: str  # a process, a link as `client>server`, a daemon of Ray
    hold_s: float = 0.0
    rest_s: float = 0.0
    direction: Direction = Direction.BOTH
    amount: float = 0.0  # seconds of a clock's step, milliseconds of a delay
    jitter_ms: float = 0.0


class FaultTargets(Struct, frozen=True, kw_only=True):
    """What a fault can hit in a city. Only the processes in `disks` have a disk of their own."""

    broker: str
    city: str
    districts: tuple[str, ...]
    agents: tuple[str, ...]
    links: tuple[Link, ...]
    disks: tuple[str, ...]

    @property
    def nodes(self) -> tuple[str, ...]:
        """Every process that runs our code."""
        return (self.city, *self.districts, *self.agents)


class FaultSpec(Struct, frozen=True, kw_only=True):
    """One kind. `purpose`: what it proves. `extra_weight`: how often it comes beside its once.

    Every round of the schedule has each kind once, and then each kind `extra_weight` times more.
    """

    purpose: str
    targets: Callable[[FaultTargets], tuple[str, ...]]
    hold_s: tuple[float, float] = (0.0, 0.0)
    amount: tuple[float, float] = (0.0, 0.0)
    extra_weight: int = 0


RAY_DAEMONS = ("gcs_server", "raylet")


def _links(targets: FaultTargets) -> tuple[str, ...]:
    return tuple(str(link) for link in targets.links)


FAULT_SPECS: Mapping[FaultKind, FaultSpec] = {
    FaultKind.KILL: FaultSpec(
        purpose="kill -9 at any instruction: what was promised was on the disk before "
        "(laws 1, 2, 3, 5, 9)",
        targets=lambda t: (t.broker, *t.nodes),
        extra_weight=2,
    ),
    FaultKind.CUT: FaultSpec(
        purpose="a link silent in both directions, for shorter and longer than it takes to notice: "
        "islands work on and rejoin (laws 1, 2, 4)",
        targets=_links,
        hold_s=(1.0, 14.0),
        extra_weight=1,
    ),
    FaultKind.ONE_WAY: FaultSpec(
        purpose="one direction silent: what is received does not prove that what is sent arrives "
        "(laws 1, 2, 3)",
        targets=_links,
        hold_s=(1.0, 14.0),
        extra_weight=1,
    ),
    FaultKind.DELAY: FaultSpec(
        purpose="a slow, uneven link: deadlines, late answers, repeats (laws 2, 3)",
        targets=_links,
        hold_s=(3.0, 8.0),
        amount=(50.0, 900.0),
    ),
    FaultKind.DISK_FULL: FaultSpec(
        purpose="no byte left: nothing is acknowledged that is not stored, every loss is declared, "
        "no restart is needed (laws 1, 8, 10)",
        targets=lambda t: t.disks,
        hold_s=(2.0, 8.0),
    ),
    FaultKind.CLOCK_STEP: FaultSpec(
        purpose="a wall clock that jumps, and jumps back: deadlines fire, node time never goes "
        "back (laws 8, 9)",
        targets=lambda t: t.nodes,
        hold_s=(1.0, 6.0),
        amount=(2.0, 20.0),
    ),
    FaultKind.BROKER_FORGETS: FaultSpec(
        purpose="kill -9 of the broker, its sessions and queues deleted: the durability is not the "
        "broker's (laws 1, 2)",
        targets=lambda t: (t.broker,),
    ),
    FaultKind.RAY_HEAD: FaultSpec(
        purpose="the compute plane's head is gone: planning goes on in-process, the coordinator "
        "lives, Ray comes back (laws 3, 4)",
        targets=lambda _: RAY_DAEMONS,
    ),
    FaultKind.FREEZE: FaultSpec(
        purpose="a process that is neither dead nor alive: its peers go on, and it learns what it "
        "missed (laws 2, 3, 9)",
        targets=lambda t: (t.broker, *t.nodes),
        hold_s=(1.0, 12.0),
    ),
}
