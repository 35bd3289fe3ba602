"""The production writer driven by the event loop instead of a thread: a commit takes as long as the disk says, timers fire when they are due."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

from citybrain.clock import Clock
from citybrain.decider.commit_loop import CommitLoop, Offer
from citybrain.decider.decider import Decider
from citybrain.errors import NodeStoppingError, QueueFullError
from citybrain.journal.memory import Crashed, MemoryStore
from citybrain.limits import COMMIT_BATCH, COMMIT_QUEUE
from citysim.sim.loop import SimLoop
from citysim.sim.machine.disk import Disk

S = TypeVar("S")

LEAST_S = 0.0005  # between two looks at the same deadline: a node whose clock runs slow looks a little early
SNAPSHOT_EVERY = 60  # records: stories are short, and a start from a snapshot is worth telling


class SimulatedCommitLoop(CommitLoop[S], Generic[S]):
    """`on_crash` is told once, when the disk's power goes during a write or the store is damaged."""

    def __init__(
        self,
        decider: Decider[S],
        clock: Clock,
        store: MemoryStore,
        *,
        loop: SimLoop,
        disk: Disk,
        on_crash: Callable[[str], None],
    ) -> None:
        super().__init__(decider, clock, store)
        self._loop, self._disk, self._on_crash = loop, disk, on_crash
        self._queue: deque[Offer] = deque()
        self._is_dead = False
        self._pump: asyncio.TimerHandle | None = None
        self._wake: asyncio.TimerHandle | None = None
        self.deepest = 0  # the longest the queue ever was

    @property
    def waiting(self) -> int:
        return len(self._queue)

    def put(self, offer: Offer) -> None:
        if self._is_dead:
            raise NodeStoppingError("this node is stopping; nothing more is taken in.")
        if len(self._queue) >= COMMIT_QUEUE.value:
            raise QueueFullError(f"{COMMIT_QUEUE.value} inputs wait for the journal already.")
        self._queue.append(offer)
        self.deepest = max(self.deepest, len(self._queue))
        if self._pump is None:
            self._pump = self._loop.call_later(self._disk.write_s(), self._commit_group)

    def open(self) -> None:
        """Fire what is overdue, then take inputs."""
        self._guarded(self.fire_timers)

    def poke(self) -> None:
        """The clock was stepped, or the disk has room: look again."""
        self._guarded(lambda: self.turn(()))

    def go_on(self) -> None:
        """The disk hangs no more: what waited is written, then whatever came due meanwhile fires at once."""
        if self._pump is not None:
            self._pump.cancel()
        self._commit_group()

    def kill(self) -> None:
        """Nothing more is done or answered."""
        self._is_dead = True
        for handle in (self._pump, self._wake):
            if handle is not None:
                handle.cancel()
        self._queue.clear()

    def _commit_group(self) -> None:
        self._pump = None
        if self._disk.hangs:  # until `go_on`
            return
        group = [self._queue.popleft() for _ in range(min(len(self._queue), COMMIT_BATCH.value))]
        self._guarded(lambda: self.turn(group))
        if self._queue and not self._is_dead and self._pump is None:
            self._pump = self._loop.call_later(self._disk.write_s(), self._commit_group)

    def _guarded(self, work: Callable[[], None]) -> None:
        if self._is_dead or self._disk.hangs:
            return
        try:
            work()
            snapshot = self.draw_snapshot(SNAPSHOT_EVERY)
            if snapshot is not None:
                self.keep_snapshot(snapshot)
        except Crashed as crash:
            self._on_crash(str(crash))
            return
        except Exception as error:  # noqa: BLE001 - supervision boundary, as the thread's: whatever ended the writer is told
            self.fail(error, self._queue)
            self._on_crash(f"the journal failed: {error!r}")
            return
        self._set_alarm()

    def _set_alarm(self) -> None:
        if self._wake is not None:
            self._wake.cancel()
            self._wake = None
        due_s = self.seconds_to_due()
        if due_s is not None:
            self._wake = self._loop.call_later(max(due_s, LEAST_S), self._on_alarm)

    def _on_alarm(self) -> None:
        self._wake = None
        self._guarded(self.fire_timers)
