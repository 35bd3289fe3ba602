"""The messages between the coordinator and its Ray process, pickled over their pipe. Both ends are
of one version; one request at a time.
"""

from enum import IntEnum

from citybrain.structs import Struct
from citybrain.travel.port import TravelTimes
from citybrain.travel.values import TravelMatrix
from coordinator.planning.problem import Problem, Solution


class PlaneSetup(Struct, frozen=True, kw_only=True):
    """The first message to the Ray process: the travel times that its twins hold."""

    travel: TravelTimes


class RayReady(Struct, frozen=True, kw_only=True):
    """Ray is up. `pids` are its daemons by name."""

    pids: dict[str, int]


class SolveRequest(Struct, frozen=True, kw_only=True):
    """Asks for the solution of a problem within `budget_s`."""

    number: int
    problem: Problem
    budget_s: float


class SolveReply(Struct, frozen=True, kw_only=True):
    """`solution` and the travel times that it rests on, or the reason why there is none."""

    number: int
    solution: Solution | None = None
    travel: TravelMatrix | None = None
    reason: str = ""
    twins: int = 0
    rebuilt: int = 0  # twins loaded for this answer (first use, changed units, or killed)


class TwinPidsRequest(Struct, frozen=True, kw_only=True):
    """Asks for the twins' process ids."""

    number: int


class TwinPidsReply(Struct, frozen=True, kw_only=True):
    """The process of each district's twin."""

    number: int
    pids: dict[str, int]


class ClusterRefusal(IntEnum):
    """Why a cluster is not joined. The value is the exit status of the Ray process."""

    NO_CLUSTER = 71
    NO_AUTHENTICATION = 72
    WRONG_TOKEN = 73


RayRequest = SolveRequest | TwinPidsRequest
RayReply = SolveReply | TwinPidsReply
