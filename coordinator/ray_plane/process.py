"""The Ray process: starts Ray, answers requests over its pipe, ends with its parent or with Ray's
head. Started by `supervisor`, never by hand.
"""

import os
import sys
import threading
from multiprocessing.connection import Connection
from pathlib import Path
from typing import assert_never

from ray.exceptions import RayError

from citybrain.errors import CityBrainError
from coordinator.errors import ClusterRefusedError
from coordinator.ray_plane import session
from coordinator.ray_plane.cluster_auth import check_cluster
from coordinator.ray_plane.compute import Compute, connect, disconnect
from coordinator.ray_plane.messages import (
    PlaneSetup,
    RayReady,
    RayRequest,
    SolveReply,
    SolveRequest,
    TwinPidsReply,
    TwinPidsRequest,
)

HEAD_LOST = 70  # exit status: Ray's head is gone
HEAD_POLL_S = 0.25


def main(mode: str, folder: str, cpus: str, descriptor: str) -> int:
    """Serve until the parent closes the pipe."""
    pipe = Connection(int(descriptor))
    setup: PlaneSetup = pipe.recv()
    try:
        if mode != "local":
            token = Path(os.environ["RAY_AUTH_TOKEN_PATH"]).read_text(encoding="utf-8")
            check_cluster(mode, token)
    except ClusterRefusedError as error:
        sys.stderr.write(f"{error}\n")  # the last line of the log is what the supervisor says
        return error.status
    connect(mode, folder, int(cpus))
    heads = session.daemons(os.environ[session.SESSION_VARIABLE]) if mode == "local" else {}
    threading.Thread(target=_watch, args=(heads,), name="head-watch", daemon=True).start()
    compute = Compute(setup.travel)
    pipe.send(RayReady(pids=heads))
    try:
        while True:
            request: RayRequest = pipe.recv()
            match request:
                case SolveRequest():
                    pipe.send(_solve(compute, request))
                case TwinPidsRequest(number=number):
                    pipe.send(TwinPidsReply(number=number, pids=compute.pids()))
                case _:
                    assert_never(request)
    except (EOFError, OSError):
        disconnect()
        return 0


def _solve(compute: Compute, request: SolveRequest) -> SolveReply:
    try:
        solved = compute.solve(request.problem, request.budget_s)
    except (RayError, CityBrainError, TimeoutError) as error:
        return SolveReply(
            number=request.number,
            reason=f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}",
            twins=compute.twins,
        )
    return SolveReply(
        number=request.number,
        solution=solved.solution,
        travel=solved.problem.travel,
        twins=compute.twins,
        rebuilt=compute.rebuilt,
    )


def _watch(heads: dict[str, int]) -> None:
    """Without its head Ray would hang for a minute and then abort: end at once instead, so that the
    parent knows.
    """
    pause = threading.Event()
    while heads and all(session.is_running(pid) for pid in heads.values()):
        pause.wait(HEAD_POLL_S)
    if heads:
        os._exit(HEAD_LOST)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:5]))
