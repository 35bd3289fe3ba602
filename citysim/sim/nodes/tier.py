"""What a district's and the city's process have in common: a journal on a memory store, a writer, tasks that never end by themselves."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import Future
from typing import Any, Generic, TypeVar

from citybrain.clock import SystemClock
from citybrain.decider.command import Post
from citybrain.decider.decider import Committed, Decider
from citybrain.domain.order import OrderAnswer, OrderRequest
from citybrain.errors import CityBrainError
from citybrain.journal.memory import MemoryStore
from citybrain.journal.port import Record
from citysim.sim.bell import Bell
from citysim.sim.machine.commit_loop import SimulatedCommitLoop
from citysim.sim.machine.computer import Computer

S = TypeVar("S")

OnRecord = Callable[[str, Record], None]  # who, and what is in its journal
OnBug = Callable[[str, str], None]  # who, what: production code did what it never should


class Tier(ABC, Generic[S]):
    """A node's process. `commit_loop` and `clock` are those of the present run."""

    def __init__(self, computer: Computer, store: MemoryStore, *, on_bug: OnBug) -> None:
        self.computer, self.store, self._on_bug = computer, store, on_bug
        store.faults = computer.disk.strike
        computer.process = self
        self._commit_loop: SimulatedCommitLoop[S] | None = None
        self._has_begun = False  # its first input is in the journal
        self.clock: SystemClock = computer.clock()
        self._tasks: list[asyncio.Task[None]] = []
        self._deepest = 0
        self.on_record: OnRecord | None = None  # set before it first starts
        self._told_upto = 0
        self.order_steps = (
            Bell()
        )  # rung with each step of an order that was committed, before anybody has heard of it

    @property
    def deepest_queue(self) -> int:
        """The most inputs that ever waited for a commit."""
        return max(self._deepest, self._commit_loop.deepest if self._commit_loop is not None else 0)

    @property
    def is_up(self) -> bool:
        """Whether it answers: its process runs and has taken its first input."""
        return self._commit_loop is not None and self._has_begun

    @property
    def commit_loop(self) -> SimulatedCommitLoop[S] | None:
        return self._commit_loop

    @property
    def state(self) -> S | None:
        """Of the last commit; None while the process is down."""
        return self._commit_loop.state if self._commit_loop is not None else None

    def boot(self) -> None:
        self.clock = self.computer.clock()
        decider = self._decider(self.store)
        if decider.divergence is not None:
            self._on_bug(
                self.computer.name,
                f"the start decided record {decider.divergence.seq} otherwise than when it was written",
            )
        commit_loop = SimulatedCommitLoop(
            decider,
            self.clock,
            self.store,
            loop=self.computer.loop,
            disk=self.computer.disk,
            on_crash=self.computer.die,
        )
        self._commit_loop = commit_loop
        if self.on_record is not None:
            self._tell_records()
            commit_loop.on_commit(lambda _, __: self._tell_records())
        commit_loop.on_commit(lambda _, taken: self._notice_orders(taken))
        self._begin("main", self._main(commit_loop))
        commit_loop.open()

    def kill(self) -> None:
        if self._commit_loop is not None:
            self._deepest = self.deepest_queue
            self._commit_loop.kill()
        self._commit_loop, self._has_begun = None, False
        self._unplug()
        for task in self._tasks:
            task.cancel()
        self._tasks.clear()
        self.store = self.store.crash()

    def put_back(self, store: MemoryStore) -> None:
        """Another store in the place of this one, while the process is down."""
        self.store = store
        store.faults = self.computer.disk.strike

    async def _main(self, commit_loop: SimulatedCommitLoop[S]) -> None:
        try:
            await asyncio.wrap_future(self._first_input(commit_loop))
        except (
            CityBrainError
        ) as error:  # the disk is full: the process ends, its supervisor starts it again
            self.computer.die(f"cannot start: {error}")
            return
        self._has_begun = True
        self._compose(commit_loop)

    def _begin(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        """A task of this process. One that fails is a bug, and the end of the process, as in production."""
        task = self.computer.loop.create_task(work, name=f"{self.computer.name} {name}")
        task.add_done_callback(self._ended)
        self._tasks.append(task)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            self._on_bug(self.computer.name, f"task {task.get_name()} failed: {error!r}")
            self.computer.die(f"task {task.get_name()} failed")

    def _tell_records(self) -> None:
        """Those that are new: what was committed in the moment of a death is told at the next start."""
        if self.on_record is not None:
            for record in self.store.records(after=self._told_upto):
                self._told_upto = record.seq
                self.on_record(self.computer.name, record)

    def _notice_orders(self, taken: Sequence[Committed]) -> None:
        for one in taken:
            for command in one.commands:
                if type(command) is Post and isinstance(command.letter, OrderRequest | OrderAnswer):
                    self.order_steps.ring(command.letter)

    @abstractmethod
    def _decider(self, store: MemoryStore) -> Decider[S]: ...

    @abstractmethod
    def _first_input(self, commit_loop: SimulatedCommitLoop[S]) -> Future[Committed]: ...

    @abstractmethod
    def _compose(self, commit_loop: SimulatedCommitLoop[S]) -> None:
        """Put the shells around the writer and begin their tasks."""
        ...

    @abstractmethod
    def _unplug(self) -> None:
        """Take it off its networks."""
        ...
