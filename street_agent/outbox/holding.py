"""Bridges a full disk: drafts that the outbox could not keep wait in memory, bounded, and what does not fit there is declared once there is room.

An `Outbox` in front of an `Outbox`. What waits here is lost in a power cut: the disk was full, and no promise was given (`put` returned no numbers).
"""

from collections.abc import Sequence
from dataclasses import replace
from threading import RLock

from citybrain.domain.agent import Ack, AgentHello
from citybrain.domain.event import LossCount
from citybrain.errors import StoreFullError
from citybrain.ids import AgentId
from citybrain.limits import Limit
from street_agent.outbox.port import Draft, Lane, Lost, Outbox, OutboxStats, Row
from street_agent.outbox.ranks import loss_of, rank_of, summed

HELD_DRAFTS = Limit(
    name="outbox_held",
    value=1_000,
    unit="drafts",
    reason="minutes of alarms while somebody frees the disk",
    fate="the oldest of the lowest severity is counted into a gap that travels when there is room",
)
DISK_FULL = "disk_full"
AT_ONCE = 32  # of a backlog, per try: a disk that stays full must not cost the whole backlog's encoding at every try


class Holding:
    """See `outbox.port.Outbox`. `put` never raises `StoreFullError`: it returns no numbers and tries again at the next `put` or `retry`."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self._waiting: list[Draft] = []
        self._losses: tuple[LossCount, ...] = ()
        self._given_up = 0
        self._is_full = False
        self._guard = RLock()

    @property
    def incarnation(self) -> int:
        return self._outbox.incarnation

    @property
    def held(self) -> int:
        """Drafts that wait for room on the disk."""
        return len(self._waiting)

    def put(self, drafts: Sequence[Draft]) -> tuple[int, ...]:
        with self._guard:
            self._waiting.extend(drafts)
            return self.retry()

    def retry(self) -> tuple[int, ...]:
        """Put what waits, oldest first; the numbers it got, none when the disk is still full."""
        with self._guard:
            given: list[int] = []
            while self._waiting or self._losses:
                declared = [Lost(reason=DISK_FULL, losses=self._losses)] if self._losses else []
                some = self._waiting[:AT_ONCE] if self._is_full else self._waiting
                try:
                    seqs = self._outbox.put([*declared, *some])
                except StoreFullError:
                    self._is_full = True
                    self._give_up(len(self._waiting) - HELD_DRAFTS.value)
                    return tuple(given)
                given.extend(seqs[len(declared) :])
                self._waiting, self._losses = self._waiting[len(some) :], ()
            self._is_full = False
            return tuple(given)

    def acknowledge(self, ack: Ack) -> int:
        return self._outbox.acknowledge(ack)

    def hello(self, agent: AgentId) -> AgentHello:
        return self._outbox.hello(agent)

    def pending(self, lane: Lane, limit: int) -> tuple[Row, ...]:
        return self._outbox.pending(lane, limit)

    def again(self, seqs: Sequence[int]) -> tuple[Row, ...]:
        return self._outbox.again(seqs)

    def stats(self) -> OutboxStats:
        """Those of the outbox; what waits here counts as kept, what was given up here as lost."""
        kept = self._outbox.stats()
        if not self._waiting and not self._given_up:
            return kept
        return replace(kept, rows=kept.rows + len(self._waiting), lost=kept.lost + self._given_up)

    def close(self) -> None:
        """Put what waits if there is room now, and close the outbox behind."""
        self.retry()
        self._outbox.close()

    def _give_up(self, count: int) -> None:
        for _ in range(count):
            lowest = min(self._waiting, key=rank_of)  # of several the first, which is the oldest
            self._waiting.remove(lowest)
            self._given_up += not isinstance(lowest, Lost)
            lost = lowest.losses if isinstance(lowest, Lost) else (loss_of(lowest),)
            self._losses = summed((*self._losses, *lost))
