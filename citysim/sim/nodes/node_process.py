"""What a district's and the city's process share: a journal on a memory store, a commit loop, and
tasks that never end by themselves.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import Future
from typing import Any, Generic, TypeVar

from citybrain.decider.command import Post
from citybrain.decider.cores import Cores
from citybrain.decider.decider import Committed, Decider
from citybrain.decider.rows.difference import RowsFound, compared, sentences
from citybrain.domain.order import OrderAnswer, OrderRequest
from citybrain.errors import CityBrainError, StoreFullError, UncheckpointedRecordsError
from citybrain.journal.memory import Crashed, MemoryStore
from citybrain.journal.port import Record
from citybrain.system_clock import SystemClock
from citysim.sim.fault_trigger import FaultTrigger
from citysim.sim.machine.commit_loop import SimulatedCommitLoop
from citysim.sim.machine.computer import Computer
from citysim.sim.nodes.next_version import next_version

S = TypeVar("S")

OnRecord = Callable[[str, Record], None]  # (node, a record of its journal)
ROWS_COMPARED_EVERY = 50  # records
OnUnexpectedError = Callable[[str, str], None]  # (node, what production code must never do)


class NodeProcess(ABC, Generic[S]):
    """A node's process. `commit_loop` and `clock` are those of the present run.

    `order_step_committed` fires for every order step that the node commits, before a peer receives
    it.
    """

    def __init__(
        self, computer: Computer, store: MemoryStore, *, on_unexpected_error: OnUnexpectedError
    ) -> None:
        self.computer, self.store, self._on_unexpected_error = computer, store, on_unexpected_error
        store.faults = computer.disk.on_boundary
        computer.process = self
        self._commit_loop: SimulatedCommitLoop[S] | None = None
        self._has_begun = False  # its first input is in the journal
        self.clock: SystemClock = computer.clock()
        self._tasks: list[asyncio.Task[None]] = []
        self._max_queue_depth = 0
        self.on_record: OnRecord | None = None  # set before it first starts
        self._traced_up_to = self._compared_at = 0
        self.order_step_committed: FaultTrigger[OrderRequest | OrderAnswer] = FaultTrigger()
        self.versions: list[Cores[Any]] = [self._cores()]  # the last one runs, or starts next

    @property
    def max_queue_depth(self) -> int:
        """The largest number of inputs that waited for a commit, over all runs."""
        present = self._commit_loop.max_queue_depth if self._commit_loop is not None else 0
        return max(self._max_queue_depth, present)

    @property
    def is_up(self) -> bool:
        """Whether it answers: its process runs and has committed its first input."""
        return self._commit_loop is not None and self._has_begun

    @property
    def commit_loop(self) -> SimulatedCommitLoop[S] | None:
        return self._commit_loop

    @property
    def state(self) -> S | None:
        """After the last commit; None while the process is down."""
        return self._commit_loop.state if self._commit_loop is not None else None

    def boot(self) -> None:
        self.clock = self.computer.clock()
        try:
            decider = self._decider()
        except StoreFullError as error:  # the supervisor tries again
            self.computer.die(f"cannot start: {error}")
            return
        except Crashed as crash:
            self.computer.die(str(crash))
            return
        if decider.divergence is not None:
            self._on_unexpected_error(
                self.computer.name,
                f"the replay at the start decided record {decider.divergence.seq} differently",
            )
        self._compare_rows(decider.rows_found)
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
            self._trace_records()
            commit_loop.on_commit(lambda _, __: self._trace_records())
        commit_loop.on_commit(lambda _, committed: self._fire_order_triggers(committed))
        commit_loop.on_commit(lambda _, __: self._compare_rows_now_and_then(decider))
        # before anything may make the loop run, as in production: no timer fires before it
        first = self._first_input(commit_loop)
        self._begin("main", self._main(commit_loop, first))

    def upgrade(self, *, stops: bool) -> None:
        """The process ends, in order (`stops`) or killed, and the next version starts in its place.
        While it is down only that changes which version starts next."""
        if stops and self._commit_loop is not None:
            self._commit_loop.stop()
        self.versions.append(next_version(self.versions[0], len(self.versions)))
        self.computer.die("stopped to be upgraded" if stops else "killed before an upgrade")

    def kill(self) -> None:
        if self._commit_loop is not None:
            self._max_queue_depth = self.max_queue_depth
            self._commit_loop.kill()
        self._commit_loop, self._has_begun = None, False
        self._disconnect()
        for task in self._tasks:
            task.cancel()
        self._tasks.clear()
        self.store = self.store.crash()

    def replace_store(self, store: MemoryStore) -> None:
        """Puts another store in the place of this one, while the process is down."""
        self.store = store
        store.faults = self.computer.disk.on_boundary

    def _decider(self) -> Decider[S]:
        """The cores behind their journal. Where this version is refused, the one that wrote the
        last records makes a checkpoint first, as an updater does with `journal checkpoint`."""
        try:
            return Decider(self.versions[-1], self.store)
        except UncheckpointedRecordsError as refusal:
            self.computer.note("refuses to start", str(refusal).partition(" were decided")[0])
        (last,) = self.store.records(after=self.store.head().seq - 1)
        writer = next(cores for cores in self.versions if cores.code == last.code)
        self.clock.resume_after(last.at)
        Decider(writer, self.store).checkpoint(max(last.at, self.clock.now()))
        return Decider(self.versions[-1], self.store)

    async def _main(self, commit_loop: SimulatedCommitLoop[S], first: Future[Committed]) -> None:
        try:
            await asyncio.wrap_future(first)
        except CityBrainError as error:  # a full disk: the supervisor tries again
            self.computer.die(f"cannot start: {error}")
            return
        self._has_begun = True
        self._compose(commit_loop)

    def _begin(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        """A task of this process. One that fails ends the process, as in production."""
        task = self.computer.loop.create_task(work, name=f"{self.computer.name} {name}")
        task.add_done_callback(self._ended)
        self._tasks.append(task)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            what = f"task {task.get_name()} failed"
            self._on_unexpected_error(self.computer.name, f"{what}: {error!r}")
            self.computer.die(what)

    def _compare_rows_now_and_then(self, decider: Decider[S]) -> None:
        """At any point of a run timers and letters are those that the records lead to."""
        if decider.head.seq >= self._compared_at + ROWS_COMPARED_EVERY:
            self._compared_at = decider.head.seq
            self._compare_rows(compared(decider.rows, {}, self.store))

    def _compare_rows(self, found: RowsFound) -> None:
        if found.correction is not None:
            self._on_unexpected_error(
                self.computer.name,
                f"its records do not lead to its rows: {'; '.join(sentences(found.correction))}",
            )

    def _trace_records(self) -> None:
        """The new ones. What was committed at the moment of a death follows at the next start."""
        if self.on_record is not None:
            for record in self.store.records(after=self._traced_up_to):
                self._traced_up_to = record.seq
                self.on_record(self.computer.name, record)

    def _fire_order_triggers(self, committed: Sequence[Committed]) -> None:
        for record in committed:
            for command in record.commands:
                if type(command) is Post and isinstance(command.letter, OrderRequest | OrderAnswer):
                    self.order_step_committed.fire(command.letter)

    @abstractmethod
    def _cores(self) -> Cores[S]:
        """Today's version."""
        ...

    @abstractmethod
    def _first_input(self, commit_loop: SimulatedCommitLoop[S]) -> Future[Committed]: ...

    @abstractmethod
    def _compose(self, commit_loop: SimulatedCommitLoop[S]) -> None:
        """Composes the shells around the commit loop and begins their tasks."""
        ...

    @abstractmethod
    def _disconnect(self) -> None:
        """Takes the process off its networks."""
        ...
