"""What the coordinator and its Ray process say to each other over their pipe. Both ends are ours: pickled dataclasses, one question at a time."""

from dataclasses import dataclass

from coordinator.planning.problem import Problem, Solution


@dataclass(frozen=True, slots=True, kw_only=True)
class Up:
    """Ray is there. `pids` are its daemons by name, for tests and for the watch."""

    pids: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    number: int
    problem: Problem
    budget_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """`solution`, or why there is none."""

    number: int
    solution: Solution | None = None
    reason: str = ""
    twins: int = 0
    rebuilt: int = 0  # twins loaded for this answer (first use, changed units, or killed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Twins:
    """Ask for the twins' process ids."""

    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TwinPids:
    number: int
    pids: dict[str, int]
