"""A list of tickets for the tests of feeds: with clocks that run out, two orders, two filters."""

from citybrain.clock import Timestamp
from citybrain.feed.change_feed import ChangeFeed
from citybrain.feed.collection import Collection
from citybrain.feed.spec import ViewSpec, words_of
from citybrain.structs import Struct

START = Timestamp(1_000)


class Ticket(Struct, frozen=True, kw_only=True):
    """`clocks` are times at which it becomes more urgent."""

    title: str = "a ticket"
    kind: str = "water"
    rank: int = 0
    clocks: tuple[int, ...] = ()


def urgency(ticket: Ticket, now: Timestamp) -> tuple[int, int]:
    return -sum(clock <= now for clock in ticket.clocks), ticket.rank


def next_clock(ticket: Ticket, now: Timestamp) -> Timestamp | None:
    return min((Timestamp(clock) for clock in ticket.clocks if clock > now), default=None)


TICKETS: Collection[Ticket] = Collection(
    name="tickets",
    orders={"urgency": urgency, "title": lambda ticket, now: (ticket.title,)},
    filters={
        "kind": lambda ticket, wanted: ticket.kind == wanted,
        "rank_below": lambda ticket, wanted: ticket.rank < int(wanted),
    },
    text=lambda ticket: f"{ticket.title} {ticket.kind}",
    next_change_at=next_clock,
)


def feed_of(items: dict[str, Ticket], *, epoch: str = "e1") -> ChangeFeed:
    """A feed with one list that holds `items`."""
    feed = ChangeFeed(epoch)
    feed.add(TICKETS)
    feed.refresh("tickets", items, START)
    return feed


def view(**changed: object) -> ViewSpec:
    return ViewSpec(collection="tickets", **changed)


def window_of(items: dict[str, Ticket], spec: ViewSpec, now: Timestamp):
    """(total, rows) of a view, from its definition alone."""
    wanted: dict[str, set[str]] = {}
    for name, value in spec.filters:
        wanted.setdefault(name, set()).add(value)
    found = [
        (key, ticket)
        for key, ticket in items.items()
        if all(any(TICKETS.filters[f](ticket, v) for v in vs) for f, vs in wanted.items())
        and all(word in TICKETS.text(ticket).casefold() for word in words_of(spec.search))
    ]
    sort_key = TICKETS.orders[spec.order_by.removeprefix("-") or "urgency"]
    found.sort(key=lambda row: (sort_key(row[1], now), row[0]))
    if spec.order_by.startswith("-"):
        found.reverse()
    return len(found), tuple(found[spec.offset : spec.offset + spec.limit])
