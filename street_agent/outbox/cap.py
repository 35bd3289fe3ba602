"""The fate of a full outbox: the oldest row of the lowest rank gives its number to a gap marker, and neighbouring markers become one. No I/O of its own.

A marker that was handed out for sending is never changed again: the receiver may have it already, and would take its grown twin for news.
"""

from dataclasses import replace
from typing import Protocol

from citybrain import canonical_json
from citybrain.domain.event import Event, Gap, OutboxItem
from citybrain.limits import MESSAGE_BYTES
from street_agent.outbox.port import Draft, Lost, Row
from street_agent.outbox.ranks import loss_of, losses_of, summed

FULL = "outbox_full"
OVERSIZED = "oversized"
ROW_OVERHEAD = 64  # bytes a row costs besides its payload: keys, index, page slack
ROW_BYTES_MAX = MESSAGE_BYTES.value - 16 * 1024  # a row must fit into a message with its envelope
CAP_BYTES_MIN = 64 * 1024  # below this not even the markers fit


class Shelf(Protocol):
    """Where rows stand, inside a transaction."""

    def bytes_kept(self) -> int: ...

    def lowest(self) -> Row | None:
        """The oldest row of the lowest rank below GAP_RANK."""
        ...

    def loose_gap_from(self, first: int) -> Row | None:
        """A marker that begins at `first` and was never handed out."""
        ...

    def loose_gap_upto(self, last: int) -> Row | None: ...

    def drop(self, row: Row) -> None: ...

    def place_gap(self, said: OutboxItem) -> None:
        """Put a new marker, loose, with a new turn."""
        ...


def make_room(shelf: Shelf, cap_bytes: int) -> int:
    """Give rows up until the shelf fits into `cap_bytes` or holds markers only; how many were given up."""
    lost = 0
    while shelf.bytes_kept() > cap_bytes and (row := shelf.lowest()) is not None:
        bury(shelf, row)
        lost += 1
    return lost


def bury(shelf: Shelf, row: Row, reason: str = FULL) -> None:
    """A marker takes the place of `row`, together with the loose markers on both sides."""
    first = last = row.said.seq
    losses = losses_of(row.said)
    shelf.drop(row)
    for neighbour in (shelf.loose_gap_upto(first - 1), shelf.loose_gap_from(last + 1)):
        if (
            neighbour is not None
            and neighbour.said.gap is not None
            and neighbour.said.gap.reason == reason
        ):
            first, last = min(first, neighbour.said.gap.first), max(last, neighbour.said.gap.last)
            losses = (*losses, *losses_of(neighbour.said))
            shelf.drop(neighbour)
    shelf.place_gap(
        OutboxItem(seq=first, gap=Gap(first=first, last=last, reason=reason, losses=summed(losses)))
    )


def ensure_cap(cap_bytes: int, *, least: int = CAP_BYTES_MIN) -> int:
    """`cap_bytes`, if markers and a few alarms fit into it."""
    if cap_bytes < least:
        raise ValueError(f"an outbox of {cap_bytes} bytes holds nothing; give it at least {least}")
    return cap_bytes


def fitting(draft: Draft) -> Draft:
    """`draft` as it can travel: without its evidence when that is too big for a message, and as a declared loss when even the rest is."""
    if isinstance(draft, Lost) or len(canonical_json.encode(draft)) <= ROW_BYTES_MAX:
        return draft
    if isinstance(draft, Event) and draft.evidence is not None:
        return fitting(replace(draft, evidence=None))
    return Lost(reason=OVERSIZED, losses=(loss_of(draft),))
