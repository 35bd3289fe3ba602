"""A bounded queue with a share for each sender, urgent messages first: what one sends in excess
delays and displaces nobody else's. Knows nothing of what is in it; time comes in.

Both lanes are start-time fair queues (Goyal, Vin and Cheng, 1996): the message with the lowest
start tag goes first, so that whoever sent less than its share is next, however long the others'
queues are. A sender may fill as much as is free (Choudhury and Hahne's dynamic threshold, 1998):
n that flood leave room for one more, and a little of its own has each of them whatever the others
have waiting. And a token bucket bounds what of a sender gets in over time.
"""

from collections import deque
from collections.abc import Callable
from enum import StrEnum
from heapq import heappop, heappush
from typing import Generic, NamedTuple, TypeVar

from citybrain.clock import SECOND_US, Clock, Instant
from citybrain.limits import Limit
from district_node.limits import (
    INGRESS_BURST,
    INGRESS_BYTES,
    INGRESS_OWN_BYTES,
    INGRESS_RATE,
    INGRESS_URGENT_BURST,
    INGRESS_URGENT_BYTES,
    INGRESS_URGENT_RATE,
)

T = TypeVar("T")

MESSAGE_BYTES = 256  # what a message costs besides its own bytes: in memory, and as a record
URGENT_WEIGHT = 3  # urgent bytes to one of the others, while both wait
NEWCOMERS = "senders that are not known"  # the one sender that all of them count as
URGENT_LEAD = 64 * 1024  # bytes by which the urgent lane may be ahead of that
SWEEP_US = 60 * SECOND_US  # how often senders are looked through for some to forget


class Unqueued(StrEnum):
    """Why a message was not taken."""

    QUEUE_FULL = "queue_full"  # its sender has as much waiting as there is room left
    OVER_RATE = "over_rate"  # its sender has used up what may get in of it
    MUTED = "muted"  # it floods: the broker is asked for nothing of it, each time counted once
    TOO_MANY_NEW = "too_many_new"  # one more new name than lab mode enrols within a minute


class Dropped(NamedTuple):
    """Why a message was not taken, and on whose account."""

    sender: str
    reason: Unqueued


class Taken(NamedTuple, Generic[T]):
    """An item that has its turn, and its cost."""

    item: T
    cost: int


class FairQueue(Generic[T]):
    """One thread at a time. Each name that `is_known` is a sender of its own. All others are one
    sender together, with one share: whoever makes up three hundred names gets no more by it."""

    def __init__(self, clock: Clock, is_known: Callable[[str], bool]) -> None:
        self._clock, self._is_known = clock, is_known
        self._urgent: _Lane[T] = _Lane(INGRESS_URGENT_BYTES.value)
        self._ordinary: _Lane[T] = _Lane(INGRESS_BYTES.value)
        self._lead = 0  # bytes of the urgent lane that the other one is owed a share of
        self._senders: dict[str, _Sender[T]] = {}
        self._newcomers: _Sender[T] = _Sender(NEWCOMERS, clock.instant())
        self._swept_at = Instant(-SWEEP_US)

    def __bool__(self) -> bool:
        return bool(self._urgent.waiting or self._ordinary.waiting)

    @property
    def cost(self) -> int:
        """Of all that waits, in bytes."""
        return self._urgent.waiting + self._ordinary.waiting

    @property
    def urgent_cost(self) -> int:
        """Of what waits in the reserve."""
        return self._urgent.waiting

    @property
    def senders(self) -> int:
        """How many known ones have a place of their own."""
        return len(self._senders)

    def account(self, name: str) -> str:
        """Which sender `name` counts as now."""
        return name if name in self._senders or self._is_known(name) else NEWCOMERS

    def put(self, name: str, item: T, size: int, *, is_urgent: bool) -> Dropped | None:
        """Take `item` of the sender `name`, `size` bytes large; or why not. What is urgent beyond
        its sender's reserve waits with the rest."""
        sender = self._senders.get(name) or self._admitted(name)
        cost = size + MESSAGE_BYTES
        if (
            is_urgent
            and self._urgent.has_room(sender.urgent, cost)
            and sender.urgent_bucket.take(cost, self._clock)
        ):
            self._urgent.put(sender.urgent, Taken(item, cost))
            return None
        if not self._ordinary.has_room(sender.ordinary, cost):
            return Dropped(sender.name, Unqueued.QUEUE_FULL)
        if not sender.bucket.take(cost, self._clock):
            return Dropped(sender.name, Unqueued.OVER_RATE)
        self._ordinary.put(sender.ordinary, Taken(item, cost))
        return None

    def take(self) -> Taken[T]:
        """Whose turn it is; raises `IndexError` where nothing waits."""
        urgent, ordinary = self._urgent, self._ordinary
        if not urgent.waiting:
            self._lead = 0
            return ordinary.take()
        if not ordinary.waiting:
            self._lead = 0
            return urgent.take()
        if self._lead < URGENT_LEAD:
            taken = urgent.take()
            self._lead += taken.cost
            return taken
        taken = ordinary.take()
        self._lead -= URGENT_WEIGHT * taken.cost
        return taken

    def _admitted(self, name: str) -> "_Sender[T]":
        if not self._is_known(name):
            return self._newcomers
        self._sweep()
        sender = self._senders[name] = _Sender(name, self._clock.instant())
        return sender

    def _sweep(self) -> None:
        """Forget whoever has nothing waiting and all of its rate left: it would begin alike, or
        with the others where it is no longer known."""
        now = self._clock.instant()
        if now - self._swept_at < SWEEP_US:
            return
        self._swept_at = now
        for name, sender in list(self._senders.items()):
            if sender.is_idle(now):
                del self._senders[name]


class _Bucket:
    """Bytes that may get in of one sender. The clock is read only where they seem used up."""

    __slots__ = ("_burst", "_per_minute", "_refilled_at", "left")

    def __init__(self, burst: Limit, rate: Limit, now: Instant) -> None:
        self._burst, self._per_minute = burst.value, rate.value
        self.left, self._refilled_at = float(burst.value), now

    def take(self, cost: int, clock: Clock) -> bool:
        if self.left < cost:
            self.refill(clock.instant())
        if self.left < cost:
            return False
        self.left -= cost
        return True

    def refill(self, now: Instant) -> None:
        gained = (now - self._refilled_at) * self._per_minute / (60 * SECOND_US)
        self.left, self._refilled_at = min(self._burst, self.left + gained), now

    @property
    def is_full(self) -> bool:
        return self.left >= self._burst


class _Waiting(Generic[T]):
    """What waits of one sender in one lane."""

    __slots__ = ("bytes", "items", "next_tag")

    def __init__(self) -> None:
        self.items: deque[Taken[T]] = deque()
        self.bytes = self.next_tag = 0


class _Sender(Generic[T]):
    __slots__ = ("bucket", "name", "ordinary", "urgent", "urgent_bucket")

    def __init__(self, name: str, now: Instant) -> None:
        self.name = name
        self.urgent: _Waiting[T] = _Waiting()
        self.ordinary: _Waiting[T] = _Waiting()
        self.urgent_bucket = _Bucket(INGRESS_URGENT_BURST, INGRESS_URGENT_RATE, now)
        self.bucket = _Bucket(INGRESS_BURST, INGRESS_RATE, now)

    def is_idle(self, now: Instant) -> bool:
        if self.urgent.items or self.ordinary.items:
            return False
        self.urgent_bucket.refill(now)
        self.bucket.refill(now)
        return self.urgent_bucket.is_full and self.bucket.is_full


class _Lane(Generic[T]):
    """A start-time fair queue of `capacity` bytes, and a few more for each sender."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self.waiting = 0  # bytes
        self._now = 0  # virtual time: the start tag of what was taken last
        self._arrivals = 0  # breaks ties: first come, first served
        self._heads: list[tuple[int, int, _Waiting[T]]] = []  # a heap: of each sender its next item

    def has_room(self, of: _Waiting[T], cost: int) -> bool:
        return of.bytes + cost <= max(INGRESS_OWN_BYTES.value, self._capacity - self.waiting)

    def put(self, of: _Waiting[T], taken: Taken[T]) -> None:
        if not of.items:
            self._queue_head(of, max(self._now, of.next_tag))
        of.items.append(taken)
        of.bytes += taken.cost
        self.waiting += taken.cost

    def take(self) -> Taken[T]:
        self._now, _, of = heappop(self._heads)
        taken = of.items.popleft()
        of.bytes -= taken.cost
        self.waiting -= taken.cost
        of.next_tag = self._now + taken.cost
        if of.items:
            self._queue_head(of, of.next_tag)
        return taken

    def _queue_head(self, of: _Waiting[T], tag: int) -> None:
        self._arrivals += 1
        heappush(self._heads, (tag, self._arrivals, of))
