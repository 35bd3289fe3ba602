"""Keeps a set of programs running: start in order, start again after a death with backoff, stop in order, leave nothing behind."""

import asyncio
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from citybrain.clock import SECOND_US, Clock, Instant
from citysim.errors import ProgramFailedError
from citysim.supervise import tree
from citysim.supervise.child import Child, Program
from citysim.supervise.restarts import Restarts, after_death

STRAY_GRACE_S = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """Something the supervisor did or saw: `what` is one of started, ready, died, restarting, gave_up, stopped."""

    what: str
    name: str
    detail: str = ""


@dataclass(slots=True)
class _Post:
    program: Program
    child: Child | None
    started: Instant
    restarts: Restarts
    deaths: int = 0


class Supervisor:
    """One per run. `mark` names the run (no other run on this machine has it); `say` is called for every happening, on the event loop."""

    def __init__(
        self, *, logs: Path, clock: Clock, mark: str, say: Callable[[Happening], None]
    ) -> None:
        self._logs, self._clock, self._mark, self._say = logs, clock, mark, say
        self._posts: dict[str, _Post] = {}
        self._watchers: dict[str, asyncio.Task[None]] = {}
        tree.become_subreaper()

    async def start(self, program: Program) -> None:
        """Start `program` and wait until it is ready; raises `ProgramFailedError` when it does not come up."""
        child = self._spawn(program)
        self._posts[program.name] = _Post(
            program=program, child=child, started=self._clock.instant(), restarts=Restarts()
        )
        await child.wait_ready()
        self._say(Happening(what="ready", name=program.name))
        self._watchers[program.name] = asyncio.create_task(
            self._watch(self._posts[program.name]), name=f"watch {program.name}"
        )

    def pid(self, name: str) -> int | None:
        """The pid of the running process of that name; None while it is down or was never started."""
        post = self._posts.get(name)
        return post.child.pid if post is not None and post.child is not None else None

    def deaths(self) -> dict[str, int]:
        """How often each program died without being asked to."""
        return {name: post.deaths for name, post in sorted(self._posts.items())}

    def is_ready(self, name: str) -> bool:
        post = self._posts.get(name)
        return post is not None and post.child is not None and post.child.ready.is_set()

    async def stop(self) -> None:
        """Stop every program, lowest rank first, and everything they left behind."""
        for rank in sorted({post.program.stop_rank for post in self._posts.values()}):
            await self.stop_rank(rank)
        await self._sweep()

    async def stop_rank(self, rank: int) -> None:
        """Stop the programs of one rank, all at the same time."""
        posts = [post for post in self._posts.values() if post.program.stop_rank == rank]
        watchers = [
            self._watchers.pop(post.program.name)
            for post in posts
            if post.program.name in self._watchers
        ]
        for watcher in watchers:
            watcher.cancel()
        await asyncio.gather(*watchers, return_exceptions=True)
        await asyncio.gather(*(self._stop_one(post) for post in posts if post.child is not None))

    async def _stop_one(self, post: _Post) -> None:
        assert post.child is not None
        code = await post.child.stop()
        post.child = None
        self._say(Happening(what="stopped", name=post.program.name, detail=str(code)))

    def _spawn(self, program: Program) -> Child:
        self._say(Happening(what="started", name=program.name))
        return Child.start(
            program, log=self._logs / f"{program.name}.log", mark=self._mark_of(program)
        )

    async def _watch(self, post: _Post) -> None:
        """Start the program again whenever it ends, until it died too often."""
        while post.child is not None:
            code = await post.child.wait()
            post.child, post.deaths = None, post.deaths + 1
            tree.signal_marked(
                self._mark_of(post.program), signal.SIGKILL
            )  # what it left behind would hold its ports and memory (Ray's processes, for one)
            post.restarts, delay = after_death(
                post.restarts, started=post.started, died=self._clock.instant()
            )
            self._say(Happening(what="died", name=post.program.name, detail=str(code)))
            if delay is None:
                self._say(Happening(what="gave_up", name=post.program.name))
                return
            await asyncio.sleep(delay)
            post.started = self._clock.instant()
            post.child = self._spawn(post.program)
            await self._say_when_ready(post, post.child)

    async def _say_when_ready(self, post: _Post, child: Child) -> None:
        try:
            await child.wait_ready()
        except ProgramFailedError:
            await child.stop()  # the watch sees its end and tries again
        else:
            self._say(Happening(what="ready", name=post.program.name))

    def _mark_of(self, program: Program) -> str:
        return f"{self._mark}/{program.name}/"

    async def _sweep(self) -> None:
        deadline = self._clock.instant() + round(STRAY_GRACE_S * SECOND_US)
        number = signal.SIGTERM
        while tree.signal_marked(f"{self._mark}/", number):
            if self._clock.instant() > deadline:
                number = signal.SIGKILL
            await asyncio.sleep(0.1)
        tree.collect_orphans()
