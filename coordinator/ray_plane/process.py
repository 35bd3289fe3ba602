"""The Ray process: starts Ray, answers questions over its pipe, ends with its parent or with Ray's head. Started by `keeper`, never by hand."""

import os
import sys
import threading
from multiprocessing.connection import Connection

from ray.exceptions import RayError

from coordinator.errors import CoordinatorError
from coordinator.ray_plane import session
from coordinator.ray_plane.compute import Compute, connect, disconnect
from coordinator.ray_plane.talk import Answer, Ask, TwinPids, Twins, Up

HEAD_LOST = 70  # exit status: Ray's head is gone
WATCH_S = 0.25


def main(mode: str, folder: str, cpus: str, descriptor: str) -> int:
    """Serve until the parent closes the pipe."""
    pipe = Connection(int(descriptor))
    connect(mode, folder, int(cpus))
    heads = session.daemons(os.environ[session.MARK]) if mode == "local" else {}
    threading.Thread(target=_watch, args=(heads,), name="head-watch", daemon=True).start()
    plane = Compute()
    pipe.send(Up(pids=heads))
    try:
        while True:
            match pipe.recv():
                case Ask() as ask:
                    pipe.send(_answer(plane, ask))
                case Twins(number=number):
                    pipe.send(TwinPids(number=number, pids=plane.pids()))
    except (EOFError, OSError):
        disconnect()
        return 0


def _answer(plane: Compute, ask: Ask) -> Answer:
    try:
        solution = plane.solve(ask.problem, ask.budget_s)
    except (RayError, CoordinatorError, TimeoutError) as error:
        return Answer(
            number=ask.number,
            reason=f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}",
            twins=plane.twins,
        )
    return Answer(number=ask.number, solution=solution, twins=plane.twins, rebuilt=plane.rebuilt)


def _watch(heads: dict[str, int]) -> None:
    """Without its head Ray would hang for a minute and then abort: end at once instead, so that the parent knows."""
    pause = threading.Event()
    while heads and all(session.is_running(pid) for pid in heads.values()):
        pause.wait(WATCH_S)
    if heads:
        os._exit(HEAD_LOST)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:5]))
