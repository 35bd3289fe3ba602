"""Keeps a Ray process: starts it in the background, asks it within a budget, starts it again with backoff when it is gone. Imports no Ray.

`solve` never waits for a start: while the plane is not up it raises `ComputeGoneError` at once, and the caller plans in-process.
"""

import importlib.util
import logging
import subprocess
import sys
import threading
from dataclasses import dataclass
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from citybrain.clock import SECOND_US, Clock
from citybrain.ids import IdSource
from coordinator.errors import ComputeGoneError, ComputeTimeoutError
from coordinator.planning.problem import Problem, Solution
from coordinator.ray_plane import session
from coordinator.ray_plane.talk import Answer, Ask, TwinPids, Twins, Up

START_WITHIN_S = (
    60.0  # a Ray that is not up by then is started anew; one that lived longer than this was well
)
STOP_WITHIN_S = 5.0
BACKOFF_S = (
    0.1,
    1.0,
    2.0,
    5.0,
    10.0,
    30.0,
)  # after the first, second … life in a row that was short
SLOW_ANSWERS = 3  # so many missed budgets in a row: it is started anew
LOOK_S = 0.25
BUSY_S = 0.1  # a plan waits no longer for an earlier question (the twins' first load takes seconds)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaneStatus:
    is_up: bool
    reason: str  # why not
    starts: int
    rebuilt: int  # twins loaded so far


class RayKeeper:
    """One Ray process at a time. All methods from any thread."""

    def __init__(
        self,
        *,
        mode: str,
        data_dir: Path,
        clock: Clock,
        ids: IdSource,
        cpus: int = 2,
        start_within_s: float = START_WITHIN_S,
    ) -> None:
        self._mode, self._clock, self._ids, self._cpus, self._start_within_s = (
            mode,
            clock,
            ids,
            cpus,
            start_within_s,
        )
        self._remembered = data_dir / "ray.session"
        self._thread = threading.Thread(target=self._run, name="ray-keeper", daemon=True)
        self._stopping = threading.Event()
        self._broken = threading.Event()  # the pipe is of no use any more
        self._asking = threading.Lock()  # one question at a time
        self._pipe: Connection | None = None
        self._because = "Ray is starting"
        self._number = 0
        self._slow = 0
        self._starts = 0
        self._rebuilt = 0
        self.daemons: dict[str, int] = {}

    def start(self) -> None:
        """Begin in the background; returns at once."""
        self._thread.start()

    def status(self) -> PlaneStatus:
        return PlaneStatus(
            is_up=self._pipe is not None,
            reason=self._because,
            starts=self._starts,
            rebuilt=self._rebuilt,
        )

    def is_up(self) -> bool:
        return self._pipe is not None

    def why_not(self) -> str:
        """Why it is not up; "" when it is."""
        return "" if self._pipe is not None else self._because

    def solve(self, problem: Problem, budget_s: float) -> Solution:
        """Blocks up to `budget_s`; raises `ComputeGoneError` (at once when Ray is not up) or `ComputeTimeoutError`."""
        self._number += 1
        answer = self._question(
            Ask(number=self._number, problem=problem, budget_s=budget_s), budget_s
        )
        if not isinstance(answer, Answer) or answer.solution is None:
            reason = getattr(answer, "reason", "") or "no answer"
            raise ComputeGoneError(
                f"Ray could not solve it ({reason}); planning goes on in-process."
            )
        self._rebuilt += answer.rebuilt
        return answer.solution

    def twin_pids(self, within_s: float = 5.0) -> dict[str, int]:
        """The process of each district's twin."""
        self._number += 1
        answer = self._question(Twins(number=self._number), within_s)
        return answer.pids if isinstance(answer, TwinPids) else {}

    def stop(self) -> None:
        """End the Ray process and everything it started, and no other."""
        self._stopping.set()
        self._broken.set()
        if self._thread.ident is not None:
            self._thread.join(STOP_WITHIN_S * 3)

    def _question(self, question: Ask | Twins, budget_s: float) -> Any:
        if not self._asking.acquire(timeout=min(budget_s, BUSY_S)):
            raise ComputeTimeoutError(
                "Ray is busy with an earlier question; planning goes on in-process."
            )
        try:
            pipe = self._pipe
            if pipe is None:
                raise ComputeGoneError(f"{self._because}; planning goes on in-process.")
            return self._exchange(pipe, question, budget_s)
        except (EOFError, OSError) as error:
            self._give_up("Ray's head or process is gone; it is started again")
            raise ComputeGoneError(
                "Ray's head or process is gone; planning goes on in-process."
            ) from error
        finally:
            self._asking.release()

    def _exchange(self, pipe: Connection, question: Ask | Twins, budget_s: float) -> Any:
        """Send and wait; answers to earlier questions, come too late, do not count."""
        pipe.send(question)
        until = self._clock.instant() + round(budget_s * SECOND_US)
        while (rest_us := until - self._clock.instant()) > 0:
            if not pipe.poll(rest_us / SECOND_US):
                break
            answer = pipe.recv()
            if answer.number == question.number:
                self._slow = 0
                return answer
        self._slow += 1
        if self._slow >= SLOW_ANSWERS:
            self._give_up(f"Ray missed its budget {self._slow} times in a row; it is started again")
        raise ComputeTimeoutError(
            f"Ray did not answer within {budget_s:g} s; planning goes on in-process."
        )

    def _give_up(self, reason: str) -> None:
        self._because, self._pipe = reason, None
        self._broken.set()

    def _run(self) -> None:
        """Start, watch, clean up, wait, again."""
        session.reap_remembered(self._remembered)
        if importlib.util.find_spec("ray") is None:
            self._because = "Ray is not installed"
            return
        failures = 0
        while not self._stopping.is_set():
            began = self._clock.instant()
            self._one_life()
            lived_s = (self._clock.instant() - began) / SECOND_US
            failures = 0 if lived_s > START_WITHIN_S else failures + 1
            self._stopping.wait(BACKOFF_S[min(max(failures, 1), len(BACKOFF_S)) - 1])

    def _one_life(self) -> None:
        corner = session.create(self._ids.token())
        session.remember(corner, self._remembered)
        ours, theirs = Pipe()
        self._starts += 1
        self._broken.clear()
        try:
            child = self._spawn(corner, theirs)
        finally:
            theirs.close()
        try:
            if self._wait_until_up(ours, child, corner):
                while child.poll() is None and not self._broken.wait(LOOK_S):
                    pass
                if not self._stopping.is_set() and child.poll() is not None:
                    self._because = f"Ray's head or process is gone (status {child.returncode}); it is started again"
        finally:
            self._pipe, self.daemons, self._slow = None, {}, 0
            self._end(ours, child, corner)

    def _spawn(self, corner: session.Session, theirs: Connection) -> subprocess.Popen[bytes]:
        """A session of its own, so that a Ctrl-C at our terminal does not reach it."""
        descriptor = theirs.fileno()
        command = [
            sys.executable,
            "-m",
            "coordinator.ray_plane.process",
            self._mode,
            str(corner.ray),
            str(self._cpus),
            str(descriptor),
        ]
        with corner.log.open("wb") as out:
            return subprocess.Popen(
                command,
                env=session.environment(corner),
                pass_fds=(descriptor,),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )

    def _wait_until_up(
        self, ours: Connection, child: subprocess.Popen[bytes], corner: session.Session
    ) -> bool:
        until = self._clock.instant() + round(self._start_within_s * SECOND_US)
        try:
            while not self._stopping.is_set() and self._clock.instant() < until:
                if ours.poll(LOOK_S):
                    up = ours.recv()
                    if isinstance(up, Up):
                        self.daemons, self._because, self._pipe = up.pids, "", ours
                        return True
                if child.poll() is not None:
                    break
        except (EOFError, OSError):
            pass
        self._because = f"Ray could not be started ({_last_line(corner.log)}); it is tried again"
        if not self._stopping.is_set():
            log.warning("%s", self._because)
        return False

    def _end(
        self, ours: Connection, child: subprocess.Popen[bytes], corner: session.Session
    ) -> None:
        """The pipe's end tells the process to stop in order; what is left after a while is ended by its mark."""
        with self._asking:  # nobody reads from the pipe while it is closed
            ours.close()
        try:
            child.wait(STOP_WITHIN_S if self._stopping.is_set() else LOOK_S)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        session.reap(corner)
        self._remembered.unlink(missing_ok=True)


def _last_line(path: Path) -> str:
    try:
        lines = [
            line
            for line in path.read_text(encoding="utf-8", errors="replace").splitlines()
            if line.strip()
        ]
    except OSError:
        return "no log"
    return lines[-1][:200] if lines else "no message"
