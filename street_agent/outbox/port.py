"""Ports: the durable outbox (upwards) and the store of requests (downwards). Neither sends
anything.

Adapters: `sqlite` (production), `memory` (tests, simulator). An item is durable when `put` returns;
only an acknowledgement of the receiving application removes it. When the outbox is full, the oldest
row of the lowest priority becomes part of a `Gap` that travels in its place (`priority` defines the
order): loss is declared, never silent.
"""

from collections.abc import Sequence
from typing import Protocol

from citybrain.domain.agent import Ack, AgentHello, RequestAck, RequestBatch
from citybrain.domain.event import LossCount, OutboxItem, VerificationRequest
from citybrain.ids import AgentId
from citybrain.structs import Struct
from street_agent.core.draft import Draft


class DeclaredLoss(Struct, frozen=True, kw_only=True):
    """Drafts that were given up before they had a number: becomes a `Gap` of one number."""

    reason: str
    losses: tuple[LossCount, ...]


OutboxDraft = Draft | DeclaredLoss


class OutboxRow(Struct, frozen=True, kw_only=True):
    """One item that was not acknowledged. `revision` orders rows by when they last changed (a gap
    marker that grows gets a new one)."""

    item: OutboxItem
    priority: int
    revision: int
    size: int  # bytes that the row counts for against the cap


class PendingRange(Struct, frozen=True, kw_only=True):
    """A range of the outbox: rows of `priority` with `after` < revision < `before`."""

    priority: int
    after: int
    before: int


class OutboxStats(Struct, frozen=True, kw_only=True):
    """How full the outbox is, and the next numbers that it will give."""

    rows: int
    bytes: int  # of the cap
    cap_bytes: int
    lost: int  # items given up under the cap since the outbox was made
    next_revision: int
    next_seq: int
    set_apart: int = 0  # rows that could not be read and were declared, since the outbox was made
    files_damaged: int = 0  # that are kept aside, each replaced by a new outbox


class Outbox(Protocol):
    """Upwards: numbered items until acknowledged. Every method may be called from any thread."""

    @property
    def incarnation(self) -> int: ...

    def put(self, drafts: Sequence[OutboxDraft]) -> tuple[int, ...]:
        """Number and store `drafts` in one transaction; a `VerificationResult` closes its request
        in the same one.

        Raises `StoreFullError` (disk, not cap) with nothing stored: `DiskFullBuffer` bridges that.
        """
        ...

    def acknowledge(self, ack: Ack) -> int:
        """Remove what the receiver has committed; how many rows were removed. An ack of another
        incarnation does nothing."""
        ...

    def hello(self, agent: AgentId) -> AgentHello: ...

    def follow(self, previous: int) -> None:
        """Store which incarnation the district says was before this one, for every later hello."""
        ...

    def pending(self, pending_range: PendingRange, limit: int) -> tuple[OutboxRow, ...]:
        """Rows of the range by revision, at most `limit`."""
        ...

    def rows_of(self, seqs: Sequence[int]) -> tuple[OutboxRow, ...]:
        """Those of `seqs` that are still stored, as they are now."""
        ...

    def stats(self) -> OutboxStats: ...

    def close(self) -> None: ...


class RequestStore(Protocol):
    """Downwards: what the district requested, stored until a `VerificationResult` that was put
    answers it."""

    def store_requests(self, batch: RequestBatch) -> RequestAck:
        """Store what is new, in order and without holes per store epoch, durably; the
        acknowledgement to send back. Idempotent."""
        ...

    def open_requests(self) -> tuple[VerificationRequest, ...]:
        """Not yet answered, by deadline."""
        ...

    def request_acks(self) -> tuple[RequestAck, ...]:
        """What to acknowledge after a reconnect, the newest epoch last."""
        ...
