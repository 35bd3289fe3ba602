"""Bridges a full disk: drafts that the outbox could not store wait in memory, bounded; what does
not fit there is declared once there is room.

An `Outbox` in front of an `Outbox`. What waits here is lost in a power cut: the disk was full, and
no promise was given (`put` returned no numbers).
"""

import logging
from collections.abc import Sequence
from threading import RLock

from citybrain.domain.agent import Ack, AgentHello
from citybrain.domain.event import LossCount
from citybrain.errors import StoreCorruptError, StoreFullError
from citybrain.ids import AgentId
from citybrain.limits import Limit
from citybrain.structs import replace
from street_agent.outbox.port import (
    DeclaredLoss,
    Outbox,
    OutboxDraft,
    OutboxRow,
    OutboxStats,
    PendingRange,
)
from street_agent.outbox.priority import loss_of, priority_of, summed

log = logging.getLogger(__name__)

BUFFERED_DRAFTS = Limit(
    name="outbox_buffered",
    value=1_000,
    unit="drafts",
    reason="minutes of alarms while somebody frees the disk",
    fate="the oldest of the lowest severity is counted into a gap that is sent when there is room",
)
DISK_FULL = "disk_full"
# Drafts per retry: a disk that stays full must not cost the encoding of the whole backlog each
# time.
RETRY_BATCH = 32


log = logging.getLogger(__name__)


class DiskFullBuffer:
    """See `outbox.port.Outbox`. `put` never raises `StoreFullError`: it returns no numbers, and the
    drafts are stored at a later `put` or `retry`."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self._buffer: list[OutboxDraft] = []
        self._losses: tuple[LossCount, ...] = ()
        self._given_up = 0
        self._is_full = False
        self._lock = RLock()

    @property
    def incarnation(self) -> int:
        return self._outbox.incarnation

    @property
    def buffered(self) -> int:
        """Drafts that wait for room on the disk."""
        return len(self._buffer)

    def put(self, drafts: Sequence[OutboxDraft]) -> tuple[int, ...]:
        with self._lock:
            self._buffer.extend(drafts)
            return self.retry()

    def retry(self) -> tuple[int, ...]:
        """Store what waits, oldest first; the numbers it got, none when the disk is still full."""
        with self._lock:
            given: list[int] = []
            while self._buffer or self._losses:
                declared = (
                    [DeclaredLoss(reason=DISK_FULL, losses=self._losses)] if self._losses else []
                )
                some = self._buffer[:RETRY_BATCH] if self._is_full else self._buffer
                try:
                    seqs = self._outbox.put([*declared, *some])
                except StoreFullError as error:
                    self._note_full(str(error))
                    self._give_up(len(self._buffer) - BUFFERED_DRAFTS.value)
                    return tuple(given)
                given.extend(seqs[len(declared) :])
                self._buffer, self._losses = self._buffer[len(some) :], ()
            if self._is_full:
                self._is_full = False
                log.warning("the disk has room again: what waited is in the outbox")
            return tuple(given)

    def acknowledge(self, ack: Ack) -> int:
        return self._outbox.acknowledge(ack)

    def hello(self, agent: AgentId) -> AgentHello:
        return self._outbox.hello(agent)

    def follow(self, previous: int) -> None:
        self._outbox.follow(previous)

    def pending(self, pending_range: PendingRange, limit: int) -> tuple[OutboxRow, ...]:
        return self._outbox.pending(pending_range, limit)

    def rows_of(self, seqs: Sequence[int]) -> tuple[OutboxRow, ...]:
        return self._outbox.rows_of(seqs)

    def stats(self) -> OutboxStats:
        """Those of the outbox; what is buffered counts as stored, what was given up as lost."""
        stats = self._outbox.stats()
        if not self._buffer and not self._given_up:
            return stats
        return replace(stats, rows=stats.rows + len(self._buffer), lost=stats.lost + self._given_up)

    def close(self) -> None:
        """Store what waits if there is room now, and close the outbox behind, damaged or not."""
        try:
            self.retry()
        except StoreCorruptError:  # whoever sets it aside says what it is
            log.warning(
                "%d items that waited in memory are lost: the outbox is damaged", self.buffered
            )
        finally:
            self._outbox.close()

    def _note_full(self, reason: str) -> None:
        if not self._is_full:
            self._is_full = True
            log.error("the disk is full, events wait in memory until there is room: %s", reason)

    def _give_up(self, count: int) -> None:
        for _ in range(count):
            lowest = min(self._buffer, key=priority_of)  # of several the first: the oldest
            self._buffer.remove(lowest)
            self._given_up += not isinstance(lowest, DeclaredLoss)
            lost = lowest.losses if isinstance(lowest, DeclaredLoss) else (loss_of(lowest),)
            self._losses = summed((*self._losses, *lost))
