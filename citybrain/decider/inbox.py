"""A bounded queue whose reader takes groups: what waits, plus what comes within a moment. Knows
nothing of what is in it."""

import threading
from collections import deque
from typing import Generic, TypeVar

from citybrain.errors import NodeStoppingError, QueueFullError

T = TypeVar("T")


class Inbox(Generic[T]):
    """Many threads put, one thread takes."""

    def __init__(self, *, capacity: int) -> None:
        self._items: deque[T] = deque()
        self._capacity = capacity
        self._changed = threading.Condition()
        self._wanted = 1  # how many items the taker waits for before it wants to be woken
        self._is_closed = False

    def put(self, item: T) -> None:
        """Raises `QueueFullError` where there is no room and `NodeStoppingError` after `close`;
        then `item` was not taken."""
        with self._changed:
            if self._is_closed:
                raise NodeStoppingError(
                    "this node is stopping; nothing more is taken in. Submit it again after the"
                    " start."
                )
            if len(self._items) >= self._capacity:
                raise QueueFullError(
                    f"{self._capacity} inputs wait for the journal already. Submit this one again"
                    " later."
                )
            self._items.append(item)
            if len(self._items) >= self._wanted:
                self._changed.notify()

    def take(self, *, limit: int, within_s: float | None, linger_s: float) -> list[T]:
        """Wait at most `within_s` (None: for ever) for something, then at most `linger_s` for more,
        and return up to `limit` in order.

        Empty when nothing came, or when the inbox was closed and is empty.
        """
        with self._changed:
            self._wait_for(1, within_s)
            if self._items and linger_s > 0:
                self._wait_for(limit, linger_s)
            return [self._items.popleft() for _ in range(min(limit, len(self._items)))]

    def close(self) -> None:
        """No more is let in; what is inside can still be taken."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()

    @property
    def is_drained(self) -> bool:
        return self._is_closed and not self._items

    def __len__(self) -> int:
        return len(self._items)

    def _wait_for(self, count: int, seconds: float | None) -> None:
        self._wanted = count
        self._changed.wait_for(lambda: len(self._items) >= count or self._is_closed, seconds)
        self._wanted = 1
