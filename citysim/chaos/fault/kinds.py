"""The closed table of what can go wrong: each kind with what it shows, what it can strike, and how long it is held. Carries nothing out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from citysim.chaos.net.port import Link, Way


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault of a run. `hold_s`: how long it lasts (0: it is over at once); `rest_s`: how long the city is left alone before it."""

    number: int
    kind: FaultKind
    target: str  # a process, a link as `client>server`, a daemon of Ray
    hold_s: float = 0.0
    rest_s: float = 0.0
    way: Way = Way.BOTH
    amount: float = 0.0  # seconds of a clock's step, milliseconds of a delay
    jitter_ms: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """What there is to strike in a city. Only the processes in `disks` have a disk of their own that can be filled."""

    broker: str
    city: str
    districts: tuple[str, ...]
    agents: tuple[str, ...]
    links: tuple[Link, ...]
    disks: tuple[str, ...]

    @property
    def nodes(self) -> tuple[str, ...]:
        """Whatever runs our code."""
        return (self.city, *self.districts, *self.agents)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """`shows`: the reason for it. `often`: how many of a deck's extra cards are of this kind (each deck has one of every kind before them)."""

    shows: str
    targets: Callable[[Targets], tuple[str, ...]]
    hold_s: tuple[float, float] = (0.0, 0.0)
    amount: tuple[float, float] = (0.0, 0.0)
    often: int = 0


RAY_DAEMONS = ("gcs_server", "raylet")


def _links(targets: Targets) -> tuple[str, ...]:
    return tuple(str(link) for link in targets.links)


KINDS: Mapping[FaultKind, Kind] = {
    FaultKind.KILL: Kind(
        shows="kill -9 at any instruction: what was promised was on the disk before (laws 1, 2, 3, 5, 9)",
        targets=lambda t: (t.broker, *t.nodes),
        often=2,
    ),
    FaultKind.CUT: Kind(
        shows="a link away in both directions, shorter and longer than it is missed: islands work on and rejoin (laws 1, 2, 4)",
        targets=_links,
        hold_s=(1.0, 14.0),
        often=1,
    ),
    FaultKind.ONE_WAY: Kind(
        shows="one direction silent: what is heard is no proof that one is heard (laws 1, 2, 3)",
        targets=_links,
        hold_s=(1.0, 14.0),
        often=1,
    ),
    FaultKind.DELAY: Kind(
        shows="a slow, uneven link: deadlines, late answers, repeats (laws 2, 3)",
        targets=_links,
        hold_s=(3.0, 8.0),
        amount=(50.0, 900.0),
    ),
    FaultKind.DISK_FULL: Kind(
        shows="no byte left: nothing is acknowledged that is not kept, every loss is declared, no restart is needed (laws 1, 8, 10)",
        targets=lambda t: t.disks,
        hold_s=(2.0, 8.0),
    ),
    FaultKind.CLOCK_STEP: Kind(
        shows="a wall clock that jumps, and jumps back: deadlines fire, node time never goes back (laws 8, 9)",
        targets=lambda t: t.nodes,
        hold_s=(1.0, 6.0),
        amount=(2.0, 20.0),
    ),
    FaultKind.BROKER_FORGETS: Kind(
        shows="kill -9 of the broker, its sessions and queues deleted: no broker is the durability (laws 1, 2)",
        targets=lambda t: (t.broker,),
    ),
    FaultKind.RAY_HEAD: Kind(
        shows="the compute plane's head is gone: planning goes on in-process, the coordinator lives, Ray comes back (laws 3, 4)",
        targets=lambda _: RAY_DAEMONS,
    ),
    FaultKind.FREEZE: Kind(
        shows="a process that is neither dead nor alive: its peers go on, and it finds out what passed it by (laws 2, 3, 9)",
        targets=lambda t: (t.broker, *t.nodes),
        hold_s=(1.0, 12.0),
    ),
}
