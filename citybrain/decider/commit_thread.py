"""A writer on its own thread: a bounded queue in front, group commit, snapshots beside. Decides nothing.

What it does with a full disk and with a damaged store is the writer's (`decider.commit_loop`).
"""

import threading
from typing import Generic, TypeVar

from citybrain.clock import Clock
from citybrain.decider.commit_loop import CommitLoop, CommitMeter, Offer
from citybrain.decider.decider import Decider
from citybrain.decider.inbox import Inbox
from citybrain.journal.port import Snapshot, Store
from citybrain.limits import COMMIT_BATCH, COMMIT_QUEUE, COMMIT_WAIT, SNAPSHOT_EVERY

S = TypeVar("S")


class CommitThread(CommitLoop[S], Generic[S]):
    """A tier's writer. `submit` from any thread; `state` is that of the last commit."""

    def __init__(
        self,
        decider: Decider[S],
        clock: Clock,
        store: Store,
        *,
        meter: CommitMeter | None = None,
        queue: int = COMMIT_QUEUE.value,
        batch: int = COMMIT_BATCH.value,
        wait_ms: float = COMMIT_WAIT.value,
        snapshot_every: int = SNAPSHOT_EVERY.value,
    ) -> None:
        super().__init__(decider, clock, store, meter=meter)
        self._batch, self._company_s, self._snapshot_every = batch, wait_ms / 1000, snapshot_every
        self._inbox: Inbox[Offer] = Inbox(capacity=queue)
        self._thread = threading.Thread(target=self._run, name="journal-writer", daemon=True)
        self._keeper = threading.Thread()  # of the snapshot that is being looked at, one at a time

    @property
    def waiting(self) -> int:
        return len(self._inbox)

    def put(self, offer: Offer) -> None:
        self._inbox.put(offer)

    def start(self) -> None:
        """Fire what is overdue, then take inputs."""
        self._thread.start()

    def stop(self, *, within_s: float = 30) -> None:
        """Let no more in, commit what waits, save a snapshot, end the thread. The store stays open: its owner closes it."""
        self._inbox.close()
        if self._thread.ident is not None:
            self._thread.join(within_s)

    def _run(self) -> None:
        try:
            self.fire_timers()
            company_s = 0.0
            while not self._inbox.is_drained:
                group = self._inbox.take(
                    limit=self._batch, within_s=self.seconds_to_next_timer(), company_s=company_s
                )
                company_s = (
                    self._company_s if len(group) > 1 else 0.0
                )  # a lone input has no company to wait for
                self.turn(group)
                self._snapshot_now_and_then()
            self._last_snapshot()
        except Exception as error:  # noqa: BLE001 - supervision boundary: whatever ended the writer, nobody may wait for it for ever
            self._end(error)

    def _snapshot_now_and_then(self) -> None:
        """Draw the state here, where it stands still; whether it reads back is looked at beside the journal, which goes on."""
        if self._keeper.is_alive():
            return
        snapshot = self.draw_snapshot(self._snapshot_every)
        if snapshot is not None:
            self._keep_beside(snapshot)

    def _keep_beside(self, snapshot: Snapshot) -> None:
        self._keeper = threading.Thread(
            target=self.keep_snapshot, args=(snapshot,), name="snapshot-keeper", daemon=True
        )
        self._keeper.start()

    def _last_snapshot(self) -> None:
        if self._keeper.ident is not None:
            self._keeper.join()
        snapshot = self.draw_snapshot(1)
        if snapshot is not None:
            self.keep_snapshot(snapshot)

    def _end(self, error: Exception) -> None:
        self._inbox.close()
        waiting: list[Offer] = []
        while group := self._inbox.take(limit=self._batch, within_s=0, company_s=0):
            waiting += group
        self.fail(error, waiting)
