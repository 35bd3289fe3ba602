"""What an agent's shell needs of its durable outbox (upwards) and of its book of requests (downwards). Adapters: `sqlite`, `memory`. Sends nothing.

An item put is durable when `put` returns. Only an acknowledgement of the receiving application takes it out again. When the outbox is full, the oldest
row of the lowest rank becomes part of a `Gap` that travels in its place (`ranks` says what ranks how): loss is declared, never silent.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from citybrain.domain.agent import Ack, AgentHello, RequestAck, RequestBatch
from citybrain.domain.event import (
    Event,
    LossCount,
    OutboxItem,
    VerificationRequest,
    VerificationResult,
    VisibilityInterval,
)
from citybrain.ids import AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """What its maker had to give up before it could be put: becomes a `Gap` of one number."""

    reason: str
    losses: tuple[LossCount, ...]


Draft = Event | VisibilityInterval | VerificationResult | Lost  # before it has a number


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One item that was not acknowledged. `turn` orders rows by when they last changed (a gap marker that grows gets a new turn)."""

    said: OutboxItem
    rank: int
    turn: int
    size: int  # bytes that the row counts for against the cap


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """A stretch of the outbox: rows of `rank` with `after` < turn < `before`."""

    rank: int
    after: int
    before: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxStats:
    rows: int
    bytes: int  # of the cap
    cap_bytes: int
    lost: int  # items given up under the cap since the outbox was made
    next_turn: int
    next_seq: int


class Outbox(Protocol):
    """Upwards: numbered drafts until acknowledged. Every method may be called from any thread."""

    @property
    def incarnation(self) -> int: ...

    def put(self, drafts: Sequence[Draft]) -> tuple[int, ...]:
        """Number and keep `drafts` in one transaction; a `VerificationResult` closes its request in the same one.

        Raises `StoreFullError` (disk, not cap) with nothing kept: `Holding` bridges that.
        """
        ...

    def acknowledge(self, ack: Ack) -> int:
        """Take out what the receiver has committed; how many rows went. Another incarnation's ack does nothing."""
        ...

    def hello(self, agent: AgentId) -> AgentHello: ...

    def pending(self, lane: Lane, limit: int) -> tuple[Row, ...]:
        """Rows of `lane` by turn, at most `limit`."""
        ...

    def again(self, seqs: Sequence[int]) -> tuple[Row, ...]:
        """Those of `seqs` that are still here, as they are now."""
        ...

    def stats(self) -> OutboxStats: ...

    def close(self) -> None: ...


class Requests(Protocol):
    """Downwards: what the district asked, kept until it is answered by a `VerificationResult` that was put."""

    def keep_asked(self, asked: RequestBatch) -> RequestAck:
        """Keep what is new, in order and without holes per store epoch, durably; the answer to send back. Idempotent."""
        ...

    def open_requests(self) -> tuple[VerificationRequest, ...]:
        """Not yet answered, by deadline."""
        ...

    def request_acks(self) -> tuple[RequestAck, ...]:
        """What to say after a reconnect, the newest epoch last."""
        ...
