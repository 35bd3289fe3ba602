"""The supervisor of the Ray process: starts it in the background, gives it requests within a
budget, starts it again with backoff when it is gone. Imports no Ray.

`solve` never waits for a start: while the plane is not up it raises `ComputeUnavailableError` at
once, and the caller plans in-process.
"""

import contextlib
import importlib.util
import logging
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path

from citybrain.clock import SECOND_US, Clock, Instant
from citybrain.config.fields import read_secret
from citybrain.ids import IdSource
from citybrain.structs import Struct, replace
from citybrain.travel.great_circle import GREAT_CIRCLE
from citybrain.travel.port import TravelTimes
from coordinator import limits
from coordinator.errors import ComputeTimeoutError, ComputeUnavailableError
from coordinator.planning.problem import Problem, Solved
from coordinator.ray_plane import session
from coordinator.ray_plane.messages import (
    ClusterRefusal,
    PlaneSetup,
    RayReady,
    RayReply,
    RayRequest,
    SolveReply,
    SolveRequest,
    TwinPidsReply,
    TwinPidsRequest,
)

# a Ray that is not up by then is started anew; one that ran longer and did not hang was healthy
START_WITHIN_S = 60.0
STOP_WITHIN_S = 5.0
BACKOFF_S = (0.1, 1.0, 2.0, 5.0, 10.0, 30.0)  # after the first, second … short run in a row
# A Ray that answered nothing for so long, not even late, hangs: it is started anew. On a busy
# machine an answer takes seconds and a start takes more: the time doubles with every run that was
# short or hung, up to START_WITHIN_S.
HUNG_S = 10.0
POLL_S = 0.25
BUSY_S = 0.1  # a plan waits no longer for an earlier request (the twins' first load takes seconds)

log = logging.getLogger(__name__)


class PlaneStatus(Struct, frozen=True, kw_only=True):
    """Whether the compute plane is up, and how often it was started."""

    is_up: bool
    reason: str  # why not
    starts: int
    rebuilt: int  # twins loaded so far


class RaySupervisor:
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
        travel: TravelTimes = GREAT_CIRCLE,
        token_file: Path | None = None,
        on_refused: Callable[[str], None] | None = None,
    ) -> None:
        """`token_file` holds the token of the cluster whose address `mode` is. `on_refused` is
        called with the reason of each cluster that was not joined.
        """
        self._token_file, self._on_refused = token_file, on_refused
        self._mode, self._cpus, self._start_within_s = mode, cpus, start_within_s
        self._clock, self._ids, self._travel = clock, ids, travel
        self._session_note = data_dir / "ray.session"
        self._thread = threading.Thread(target=self._run, name="ray-supervisor", daemon=True)
        self._stopping = threading.Event()
        self._broken = threading.Event()  # the pipe is of no use any more
        self._requesting = threading.Lock()  # one request at a time
        self._pipe: Connection | None = None
        self._reason = "Ray is starting"
        self._number = 0
        self._unanswered_since: Instant | None = None
        self._hung_s, self._is_hung = HUNG_S, False
        self._starts = 0
        self._rebuilt = 0
        self.daemons: dict[str, int] = {}

    def start(self) -> None:
        """Begin in the background; returns at once."""
        self._thread.start()

    def status(self) -> PlaneStatus:
        return PlaneStatus(
            is_up=self._pipe is not None,
            reason=self._reason,
            starts=self._starts,
            rebuilt=self._rebuilt,
        )

    def is_up(self) -> bool:
        return self._pipe is not None

    def unavailable_reason(self) -> str:
        """Why it is not up; "" when it is."""
        return "" if self._pipe is not None else self._reason

    def solve(self, problem: Problem, budget_s: float) -> Solved:
        """Blocks up to `budget_s`; raises `ComputeUnavailableError` (at once when Ray is not up) or
        `ComputeTimeoutError`.
        """
        self._number += 1
        reply = self._request(
            SolveRequest(number=self._number, problem=problem, budget_s=budget_s), budget_s
        )
        if not isinstance(reply, SolveReply) or reply.solution is None:
            reason = (isinstance(reply, SolveReply) and reply.reason) or "no answer"
            raise ComputeUnavailableError(
                f"Ray could not solve it ({reason}); planning goes on in-process."
            )
        self._rebuilt += reply.rebuilt
        return Solved(problem=replace(problem, travel=reply.travel), solution=reply.solution)

    def twin_pids(self, within_s: float = 5.0) -> dict[str, int]:
        """The process of each district's twin."""
        self._number += 1
        reply = self._request(TwinPidsRequest(number=self._number), within_s)
        return reply.pids if isinstance(reply, TwinPidsReply) else {}

    def stop(self) -> None:
        """End the Ray process and everything it started, and no other."""
        self._stopping.set()
        self._broken.set()
        if self._thread.ident is not None:
            self._thread.join(STOP_WITHIN_S * 3)

    def _request(self, request: RayRequest, budget_s: float) -> RayReply:
        if not self._requesting.acquire(timeout=min(budget_s, BUSY_S)):
            raise ComputeTimeoutError(
                "Ray is busy with an earlier request; planning goes on in-process."
            )
        try:
            pipe = self._pipe
            if pipe is None:
                raise ComputeUnavailableError(f"{self._reason}; planning goes on in-process.")
            return self._exchange(pipe, request, budget_s)
        except (EOFError, OSError) as error:
            self._mark_broken("Ray's head or process is gone; it is started again")
            raise ComputeUnavailableError(
                "Ray's head or process is gone; planning goes on in-process."
            ) from error
        finally:
            self._requesting.release()

    def _exchange(self, pipe: Connection, request: RayRequest, budget_s: float) -> RayReply:
        """Send and wait; late replies to earlier requests do not count. A reply that is over the
        limit is an `OSError`.
        """
        if self._unanswered_since is None:
            self._unanswered_since = self._clock.instant()
        pipe.send(request)
        until = self._clock.instant() + round(budget_s * SECOND_US)
        while (rest_us := until - self._clock.instant()) > 0:
            if not pipe.poll(rest_us / SECOND_US):
                break
            reply: RayReply = pickle.loads(pipe.recv_bytes(limits.PLANE_REPLY.value))
            if reply.number == request.number:
                self._unanswered_since = None
                return reply
            self._unanswered_since = self._clock.instant()  # late, but it answers
        since = self._unanswered_since  # the other thread forgets it when Ray is gone
        if since is not None and self._clock.instant() - since > self._hung_s * SECOND_US:
            self._is_hung = True
            self._mark_broken(f"Ray answered nothing for {self._hung_s:g} s; it is started again")
        raise ComputeTimeoutError(
            f"Ray did not answer within {budget_s:g} s; planning goes on in-process."
        )

    def _mark_broken(self, reason: str) -> None:
        self._reason, self._pipe = reason, None
        self._broken.set()

    def _run(self) -> None:
        """Start, watch, clean up, wait, again, until `stop`."""
        session.reap_remembered(self._session_note)
        if importlib.util.find_spec("ray") is None:
            self._reason = "Ray is not installed"
            return
        failures = 0
        while not self._stopping.is_set():
            began = self._clock.instant()
            self._hung_s, self._is_hung = min(HUNG_S * 2**failures, START_WITHIN_S), False
            self._run_once()
            ran_s = (self._clock.instant() - began) / SECOND_US
            was_healthy = ran_s > START_WITHIN_S and not self._is_hung
            failures = 0 if was_healthy else failures + 1
            self._stopping.wait(BACKOFF_S[min(max(failures, 1), len(BACKOFF_S)) - 1])

    def _run_once(self) -> None:
        try:
            cluster_token = read_secret(str(self._token_file)) if self._token_file else None
        except ValueError as error:
            self._reason = f"the token of the Ray cluster is missing: {error}; it is read again"
            log.warning("%s", self._reason)
            return
        current = session.create(self._ids.token(), cluster_token=cluster_token)
        session.remember(current, self._session_note)
        ours, theirs = Pipe()
        self._starts += 1
        self._broken.clear()
        try:
            child = self._spawn(current, theirs)
        finally:
            theirs.close()
        try:
            if self._wait_until_up(ours, child, current):
                while child.poll() is None and not self._broken.wait(POLL_S):
                    pass
                if not self._stopping.is_set() and child.poll() is not None:
                    self._reason = (
                        f"Ray's head or process is gone (status {child.returncode}); "
                        "it is started again"
                    )
        finally:
            self._pipe, self.daemons, self._unanswered_since = None, {}, None
            self._end(ours, child, current)

    def _spawn(self, current: session.RaySession, theirs: Connection) -> subprocess.Popen[bytes]:
        """In a terminal session of its own, so that a Ctrl-C here does not reach it."""
        descriptor = theirs.fileno()
        command = [
            sys.executable,
            "-m",
            "coordinator.ray_plane.process",
            self._mode,
            str(current.ray),
            str(self._cpus),
            str(descriptor),
        ]
        with current.log.open("wb") as out:
            return subprocess.Popen(
                command,
                env=session.environment(current),
                pass_fds=(descriptor,),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )

    def _wait_until_up(
        self, ours: Connection, child: subprocess.Popen[bytes], current: session.RaySession
    ) -> bool:
        until = self._clock.instant() + round(self._start_within_s * SECOND_US)
        try:
            ours.send(PlaneSetup(travel=self._travel))
            while not self._stopping.is_set() and self._clock.instant() < until:
                if ours.poll(POLL_S):
                    up = ours.recv()
                    if isinstance(up, RayReady):
                        self.daemons, self._reason, self._pipe = up.pids, "", ours
                        return True
                if child.poll() is not None:
                    break
        except (EOFError, OSError):  # it ends: what it says is whole when it has ended
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(STOP_WITHIN_S)
        self._reason = f"Ray could not be started ({_last_line(current.log)}); it is tried again"
        self._report_refusal(child)
        if not self._stopping.is_set():
            log.warning("%s", self._reason)
        return False

    def _report_refusal(self, child: subprocess.Popen[bytes]) -> None:
        """Say which cluster was not joined and why, where that is how the process ended."""
        status = child.poll()
        if self._on_refused is not None and status in tuple(ClusterRefusal):
            self._on_refused(ClusterRefusal(status).name.lower())

    def _end(
        self, ours: Connection, child: subprocess.Popen[bytes], current: session.RaySession
    ) -> None:
        """The end of the pipe stops the process in order; what is left after a while is killed by
        its mark.
        """
        with self._requesting:  # nobody reads from the pipe while it is closed
            ours.close()
        try:
            child.wait(STOP_WITHIN_S if self._stopping.is_set() else POLL_S)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        session.reap(current)
        self._session_note.unlink(missing_ok=True)


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
