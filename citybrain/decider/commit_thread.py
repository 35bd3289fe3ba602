"""The commit loop on its own thread: a bounded queue in front, group commit, checkpoints beside.
Decides nothing.

What it does with a full disk and with a damaged store is in `decider.commit_loop`.
"""

import logging
import threading
from typing import Generic, TypeVar

from citybrain.clock import Clock
from citybrain.decider.commit_loop import CommitLoop, CommitMetrics, QueuedInput
from citybrain.decider.decider import Decider
from citybrain.decider.inbox import Inbox
from citybrain.decider.state_text import CheckpointDraft
from citybrain.errors import CityBrainError
from citybrain.journal.port import Store
from citybrain.limits import CHECKPOINT_EVERY, COMMIT_BATCH, COMMIT_QUEUE, COMMIT_WAIT
from citybrain.supervision.heartbeat import Heartbeat

S = TypeVar("S")

# between two steps of a checkpoint's text, so that commits get the interpreter first
CHECKPOINT_PAUSE_S = 0.002

log = logging.getLogger(__name__)


class CommitThread(CommitLoop[S], Generic[S]):
    """The commit loop of a tier. `submit` from any thread; `state` is that of the last commit."""

    def __init__(
        self,
        decider: Decider[S],
        clock: Clock,
        store: Store,
        *,
        metrics: CommitMetrics | None = None,
        queue: int = COMMIT_QUEUE.value,
        batch: int = COMMIT_BATCH.value,
        wait_ms: float = COMMIT_WAIT.value,
        checkpoint_every: int = CHECKPOINT_EVERY.value,
        heartbeat: Heartbeat | None = None,
    ) -> None:
        super().__init__(decider, clock, store, metrics=metrics)
        self._batch, self._linger_s = batch, wait_ms / 1000
        self._checkpoint_every = checkpoint_every
        self._heartbeat = heartbeat or Heartbeat("commit-thread")
        self._inbox: Inbox[QueuedInput] = Inbox(capacity=queue)
        self._thread = threading.Thread(target=self._run, name="commit-thread", daemon=True)
        self._checkpointer = threading.Thread()  # one at a time
        self._pause = threading.Event()  # never set: its wait is the pause

    @property
    def waiting(self) -> int:
        return len(self._inbox)

    def enqueue(self, queued: QueuedInput) -> None:
        self._inbox.put(queued)

    def start(self) -> None:
        """Take inputs, and fire what is overdue after the first of them that wait already."""
        self._thread.start()

    def stop(self, *, within_s: float = 30) -> None:
        """Let no more in, commit what waits, make a checkpoint, end the thread. The store stays
        open: its owner closes it."""
        self._inbox.close()
        if self._thread.ident is not None:
            self._thread.join(within_s)

    def _run(self) -> None:
        try:
            linger_s = 0.0
            while not self._inbox.is_drained:
                self._heartbeat.beat()
                group = self._inbox.take(
                    limit=self._batch, within_s=self.seconds_to_next_timer(), linger_s=linger_s
                )
                # after a lone input no further one is waited for
                linger_s = self._linger_s if len(group) > 1 else 0.0
                self.run_group(group)
                self._checkpoint_now_and_then()
            self._heartbeat.end()
            if self._checkpointer.ident is not None:
                self._checkpointer.join()
            self.checkpoint_at_stop()
        except Exception as error:  # noqa: BLE001 - supervision boundary: whatever ended the loop, nobody may wait for it for ever
            self._end(error)

    def _checkpoint_now_and_then(self) -> None:
        if self._checkpointer.is_alive():
            return
        draft = self.draft_checkpoint(self._checkpoint_every)
        if draft is not None:
            self._checkpointer = threading.Thread(
                target=self._make_checkpoint, args=(draft,), name="checkpointer", daemon=True
            )
            self._checkpointer.start()

    def _make_checkpoint(self, draft: CheckpointDraft[S]) -> None:
        """Beside the commit thread, which goes on: only the checkpoint's record goes through it."""
        try:
            checkpoint = self._decider.write_checkpoint(draft, pause=self._let_commits_run)
            self.submit(checkpoint).result()
            self._store.drop_old_texts()
        except CityBrainError as error:  # nothing is lost by it: the next start replays more
            log.warning("no checkpoint was made after record %d: %s", draft.after, error)

    def _let_commits_run(self) -> None:
        self._pause.wait(CHECKPOINT_PAUSE_S)

    def _end(self, error: Exception) -> None:
        self._inbox.close()
        waiting: list[QueuedInput] = []
        while group := self._inbox.take(limit=self._batch, within_s=0, linger_s=0):
            waiting += group
        self.fail(error, waiting)
