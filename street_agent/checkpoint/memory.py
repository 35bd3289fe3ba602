"""The checkpoint store of tests and of the simulator: what was written before the crash, and
nothing else. With injected faults."""

import logging

from citybrain.clock import Timestamp
from citybrain.errors import StoreFullError
from citybrain.journal.memory import Boundary, Faults
from street_agent.checkpoint.port import (
    AgentCheckpoint,
    PreviousRun,
    is_stale,
    next_checkpoint,
    previous_run,
)
from street_agent.core.source import OpenEpisode

log = logging.getLogger(__name__)


class MemoryCheckpointStore:
    """See `checkpoint.port.CheckpointStore`. `faults` is called around every checkpoint."""

    def __init__(self, *, faults: Faults | None = None) -> None:
        self._written: AgentCheckpoint | None = None  # what survives a crash
        self._last: AgentCheckpoint | None = None
        self.faults = faults

    def crash(self) -> "MemoryCheckpointStore":
        """What the next process opens (with the same faults)."""
        reopened = MemoryCheckpointStore(faults=self.faults)
        reopened._written = self._written
        return reopened

    def load(self, next_seq: int) -> PreviousRun | None:
        return None if self._written is None else previous_run(self._written, next_seq)

    def is_due(self, at: Timestamp) -> bool:
        return is_stale(self._last, at)

    def save(
        self,
        at: Timestamp,
        episodes: tuple[OpenEpisode, ...],
        next_seq: int,
        *,
        force: bool = False,
    ) -> None:
        checkpoint = next_checkpoint(self._last, at, episodes, next_seq, force=force)
        if checkpoint is None:
            return
        last, self._last = self._last, checkpoint
        try:
            self._fail(Boundary.BEFORE)
            # A checkpoint is written beside the old one and takes its place in one step.
            self._fail(Boundary.DURING)
        except StoreFullError as error:
            log.warning("the checkpoint cannot be written (%s)", error)
            self._last = last and checkpoint  # the first of a run stays due, see `port`
            return
        self._written = checkpoint
        self._fail(Boundary.AFTER)

    def _fail(self, boundary: Boundary) -> None:
        if self.faults is not None:
            self.faults(boundary)
