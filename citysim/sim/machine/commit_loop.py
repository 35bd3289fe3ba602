"""The production commit loop, driven by the event loop instead of a thread.

A commit takes as long as the disk says; timers fire when they are due.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

from citybrain.clock import Clock
from citybrain.decider.commit_loop import CommitLoop, QueuedInput
from citybrain.decider.decider import Committed, Decider
from citybrain.errors import NodeStoppingError, QueueFullError, StoreFullError
from citybrain.journal.memory import Crashed, MemoryStore
from citybrain.limits import COMMIT_BATCH, COMMIT_QUEUE
from citysim.sim.event_loop import VirtualTimeLoop
from citysim.sim.machine.disk import Disk

S = TypeVar("S")

# between two checks of one deadline: a node whose clock runs slow checks a little too early
MIN_WAIT_S = 0.0005
CHECKPOINT_EVERY = 60  # records: scenarios are short, and starts from a checkpoint shall occur


class SimulatedCommitLoop(CommitLoop[S], Generic[S]):
    """`on_crash` is called once, when the power fails during a write or the store is damaged."""

    def __init__(
        self,
        decider: Decider[S],
        clock: Clock,
        store: MemoryStore,
        *,
        loop: VirtualTimeLoop,
        disk: Disk,
        on_crash: Callable[[str], None],
    ) -> None:
        super().__init__(decider, clock, store)
        self._loop, self._disk, self._on_crash = loop, disk, on_crash
        self._queue: deque[QueuedInput] = deque()
        self._is_dead = False
        self._pump: asyncio.TimerHandle | None = None
        self._wake: asyncio.TimerHandle | None = None
        self.max_queue_depth = 0  # over the whole run

    @property
    def waiting(self) -> int:
        return len(self._queue)

    def enqueue(self, queued: QueuedInput) -> None:
        if self._is_dead:
            raise NodeStoppingError("this node is stopping; nothing more is taken in.")
        if len(self._queue) >= COMMIT_QUEUE.value:
            raise QueueFullError(f"{COMMIT_QUEUE.value} inputs wait for the journal already.")
        self._queue.append(queued)
        self.max_queue_depth = max(self.max_queue_depth, len(self._queue))
        if self._pump is None:
            self._pump = self._loop.call_later(self._disk.write_s(), self._commit_group)

    def recheck(self) -> None:
        """The clock was stepped, a timer is due, or the disk has room again."""
        self._guarded(lambda: self.run_group(()))

    def resume_writes(self) -> None:
        """The disk is no longer hung: what waited is written, then what came due fires."""
        if self._pump is not None:
            self._pump.cancel()
        self._commit_group()

    def stop(self) -> None:
        """What waits is committed, and a checkpoint is made: an orderly stop. A disk that hangs, is
        full or loses its power leaves it undone, as a kill would."""
        if self._is_dead or self._disk.is_hung:
            return
        try:
            while self._queue:
                self.run_group([self._queue.popleft()])
            self.checkpoint_at_stop()
        except Crashed as crash:
            self._on_crash(str(crash))

    def kill(self) -> None:
        """Nothing more is committed or answered."""
        self._is_dead = True
        for handle in (self._pump, self._wake):
            if handle is not None:
                handle.cancel()
        self._queue.clear()

    def _commit_group(self) -> None:
        self._pump = None
        if self._disk.is_hung:  # until `resume_writes`
            return
        group = [self._queue.popleft() for _ in range(min(len(self._queue), COMMIT_BATCH.value))]
        self._guarded(lambda: self.run_group(group))
        if self._queue and not self._is_dead and self._pump is None:
            self._pump = self._loop.call_later(self._disk.write_s(), self._commit_group)

    def _guarded(self, work: Callable[[], None]) -> None:
        if self._is_dead or self._disk.is_hung:
            return
        try:
            work()
            self._checkpoint_now_and_then()
        except Crashed as crash:
            self._on_crash(str(crash))
            return
        except Exception as error:  # noqa: BLE001 - supervision boundary, as the thread's
            self.fail(error, self._queue)
            self._on_crash(f"the journal failed: {error!r}")
            return
        self._arm_timer()

    def _checkpoint_now_and_then(self) -> None:
        """Its record comes with the next group, as if the text had been made beside the
        commit thread."""
        draft = self.draft_checkpoint(CHECKPOINT_EVERY)
        if draft is None:
            return
        try:
            checkpoint = self._decider.write_checkpoint(draft)
            self.submit_with_callback(checkpoint, self._checkpointed)
        except (StoreFullError, QueueFullError):
            return

    def _checkpointed(self, outcome: Committed | Exception) -> None:
        if isinstance(outcome, Committed):
            self._store.drop_old_texts()

    def _arm_timer(self) -> None:
        if self._wake is not None:
            self._wake.cancel()
            self._wake = None
        due_s = self.seconds_to_due()
        if getattr(self._clock, "hold", None) is not None:
            due_s = self.seconds_to_next_timer()  # a peer may prove the held step at any time
        if due_s is not None:
            self._wake = self._loop.call_later(max(due_s, MIN_WAIT_S), self._on_timer)

    def _on_timer(self) -> None:
        self._wake = None
        self.recheck()  # as the thread: a step of the clock is journaled before what it made due
