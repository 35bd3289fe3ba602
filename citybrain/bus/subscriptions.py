"""What a client reads of its broker: its filters with who is called, and of some of them only a
selection of topics. Sends nothing.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from citybrain.bus.filters import matches
from citybrain.bus.port import OnMessage

FILTERS_PER_PACKET = 500  # of a SUBSCRIBE or UNSUBSCRIBE: 30 KiB at most


class Change(NamedTuple):
    """What to ask the broker for from now on, and then what no more."""

    added: tuple[str, ...]
    dropped: tuple[str, ...]


class Subscriptions:
    """`add` before the client starts; `select` on any thread, one at a time."""

    def __init__(self) -> None:
        self.handlers: dict[str, OnMessage] = {}  # by filter
        self._selected: dict[str, tuple[str, ...]] = {}  # replaced, never changed

    def add(self, topic_filter: str, on_message: OnMessage) -> None:
        self.handlers[topic_filter] = on_message

    def of(self, topic: str) -> list[OnMessage]:
        """Whom a message on `topic` is for."""
        return [call for one, call in self.handlers.items() if matches(one, topic)]

    def filters(self) -> tuple[str, ...]:
        """All that the broker is asked for."""
        return tuple(sorted({each for one in self.handlers for each in self._asked(one)}))

    def select(self, topic_filter: str, topics: Sequence[str] | None) -> Change:
        """Of what `topic_filter` matches read only `topics`; None: all again."""
        before = set(self.filters())
        others = {one: kept for one, kept in self._selected.items() if one != topic_filter}
        self._selected = others if topics is None else {**others, topic_filter: tuple(topics)}
        after = set(self.filters())
        return Change(tuple(sorted(after - before)), tuple(sorted(before - after)))

    def _asked(self, topic_filter: str) -> tuple[str, ...]:
        return self._selected.get(topic_filter, (topic_filter,))


def in_packets(filters: Sequence[str]) -> Iterator[list[str]]:
    """So many at a time as a packet may name."""
    for first in range(0, len(filters), FILTERS_PER_PACKET):
        yield list(filters[first : first + FILTERS_PER_PACKET])
