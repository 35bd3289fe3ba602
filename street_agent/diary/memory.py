"""The diary of tests and of the simulator: what was written before the crash, and nothing else. With faults at its boundary."""

import logging

from citybrain.clock import Timestamp
from citybrain.errors import StoreFullError
from citybrain.journal.memory import Boundary, Faults
from street_agent.core.source import OpenEpisode
from street_agent.diary.port import Page, Past, following, is_stale, past

log = logging.getLogger(__name__)


class MemoryDiary:
    """See `diary.port.Diary`. `faults` is asked around every page."""

    def __init__(self, *, faults: Faults | None = None) -> None:
        self._written: Page | None = None  # what survives a crash
        self._last: Page | None = None
        self.faults = faults

    def crash(self) -> "MemoryDiary":
        """What the next process opens (with the same faults)."""
        reopened = MemoryDiary(faults=self.faults)
        reopened._written = self._written
        return reopened

    def read(self, next_seq: int) -> Past | None:
        return None if self._written is None else past(self._written, next_seq)

    def is_due(self, at: Timestamp) -> bool:
        return is_stale(self._last, at)

    def note(
        self,
        at: Timestamp,
        episodes: tuple[OpenEpisode, ...],
        next_seq: int,
        *,
        force: bool = False,
    ) -> None:
        page = following(self._last, at, episodes, next_seq, force=force)
        if page is None:
            return
        self._last = page
        try:
            self._strike(Boundary.BEFORE)
            self._strike(
                Boundary.DURING
            )  # a page is written beside the old one and takes its place in one step
        except StoreFullError as error:
            log.warning("the diary cannot be written (%s)", error)
            return
        self._written = page
        self._strike(Boundary.AFTER)

    def _strike(self, boundary: Boundary) -> None:
        if self.faults is not None:
            self.faults(boundary)
