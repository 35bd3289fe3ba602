"""What a full outbox gives up: the oldest row of the lowest priority leaves its number to a gap
marker, and neighbouring markers are merged. No I/O of its own.

A marker that was fetched for sending never changes again: the receiver may have it already, and
would take its grown successor for something new.
"""

import logging
from typing import Protocol

from citybrain import canonical_json
from citybrain.domain.event import Event, Gap, OutboxItem
from citybrain.limits import MESSAGE_BYTES
from citybrain.structs import replace
from street_agent.outbox.port import DeclaredLoss, OutboxDraft, OutboxRow
from street_agent.outbox.priority import loss_of, losses_of, summed

log = logging.getLogger(__name__)

FULL = "outbox_full"
OVERSIZED = "oversized"
UNWRITABLE = "unwritable"  # it holds what has no canonical form
ROW_OVERHEAD = 64  # bytes a row costs besides its payload: keys, index, page slack
ROW_BYTES_MAX = MESSAGE_BYTES.value - 16 * 1024  # a row must fit into a message with its envelope
CAP_BYTES_MIN = 64 * 1024  # below this not even the markers fit


class RowStore(Protocol):
    """Where an adapter stores its rows, inside a transaction."""

    def stored_bytes(self) -> int: ...

    def lowest_row(self) -> OutboxRow | None:
        """The oldest row of the lowest priority below GAP_PRIORITY."""
        ...

    def unsent_gap_from(self, first: int) -> OutboxRow | None:
        """A marker that begins at `first` and was never fetched for sending."""
        ...

    def unsent_gap_upto(self, last: int) -> OutboxRow | None:
        """A marker that ends at `last` and was never fetched for sending."""
        ...

    def drop(self, row: OutboxRow) -> None: ...

    def add_gap(self, item: OutboxItem) -> None:
        """Store a new marker, not yet fetched for sending, with a new revision."""
        ...


def make_room(store: RowStore, cap_bytes: int) -> int:
    """Give rows up until the store fits into `cap_bytes` or holds markers only; how many."""
    lost = 0
    while store.stored_bytes() > cap_bytes and (row := store.lowest_row()) is not None:
        collapse_into_gap(store, row)
        lost += 1
    return lost


def collapse_into_gap(store: RowStore, row: OutboxRow, reason: str = FULL) -> None:
    """A marker takes the place of `row`, and of the unsent markers on both sides of it."""
    first = last = row.item.seq
    losses = losses_of(row.item)
    store.drop(row)
    for neighbour in (store.unsent_gap_upto(first - 1), store.unsent_gap_from(last + 1)):
        gap = None if neighbour is None else neighbour.item.content
        if neighbour is not None and isinstance(gap, Gap) and gap.reason == reason:
            first, last = min(first, gap.first), max(last, gap.last)
            losses = (*losses, *gap.losses)
            store.drop(neighbour)
    marker = Gap(first=first, last=last, reason=reason, losses=summed(losses))
    store.add_gap(OutboxItem(seq=first, content=marker))


def ensure_cap(cap_bytes: int, *, minimum: int = CAP_BYTES_MIN) -> int:
    """`cap_bytes`, if markers and a few alarms fit into it."""
    if cap_bytes < minimum:
        raise ValueError(
            f"an outbox of {cap_bytes} bytes holds nothing; give it at least {minimum}"
        )
    return cap_bytes


def fit_to_message(draft: OutboxDraft) -> OutboxDraft:
    """`draft` as it can travel: without its evidence when that is too big for a message, and as a
    declared loss when even the rest is, or when it has no canonical form: a bug of ours, which must
    cost that one item and not the box."""
    if isinstance(draft, DeclaredLoss):
        return draft
    try:
        if len(canonical_json.encode(draft)) <= ROW_BYTES_MAX:
            return draft
    except ValueError as error:
        log.error("an item cannot be stored and is declared as lost: %s", error)  # noqa: TRY400 - where is said
        return DeclaredLoss(reason=UNWRITABLE, losses=(loss_of(draft),))
    if isinstance(draft, Event) and draft.evidence is not None:
        return fit_to_message(replace(draft, evidence=None))
    return DeclaredLoss(reason=OVERSIZED, losses=(loss_of(draft),))
