"""The broker of tests and of the simulator: in memory, nothing happens until `deliver` is called. Not for more than one process.

It keeps persistent sessions, retained messages and wills as MQTT 5 brokers do, and can lose, repeat and reorder on request. A scheduler hears of every
step that waits (`on_step`) and carries it out when it likes (`deliver_one`). Callbacks run on the thread that delivers; publishing from any thread is safe.
"""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from citybrain.bus.filters import matches
from citybrain.bus.port import Message, OnConnected, OnMessage, Will
from citybrain.limits import Limit

OFFLINE_QUEUE = Limit(
    name="memory_broker_offline",
    value=10_000,
    unit="messages",
    reason="as the production broker",
    fate="the newest is dropped: the outbox sends it again",
)
TOPICS_KEPT = 4_096  # whose routes are remembered

Copies = Callable[
    [str, Message], int
]  # (client id, message) -> how often it arrives: 0 lost, 1 once, 2 repeated
OnStep = Callable[
    [], None
]  # one more step waits; called while the broker is at work: schedule a `deliver_one`, do not call it


@dataclass(slots=True)
class _Session:
    filters: dict[str, OnMessage] = field(default_factory=dict)
    waiting: deque[Message] = field(default_factory=deque)
    client: "MemoryBus | None" = None  # the live connection


@dataclass(frozen=True, slots=True)
class _Step:
    client_id: str
    message: Message | None  # None: a connection is made
    client: "MemoryBus | None" = None


class MemoryBroker:
    """One broker. `client()` makes bus clients of it; `deliver()` makes things happen."""

    def __init__(self, *, copies: Copies | None = None, on_step: OnStep = lambda: None) -> None:
        self.copies: Copies = copies or (lambda _client_id, _message: 1)
        self.on_step = on_step
        self.up = True
        self.published = 0  # messages that clients handed over
        self._lock = threading.RLock()
        self._steps: deque[_Step] = deque()
        self._sessions: dict[str, _Session] = {}
        self._retained: dict[str, Message] = {}
        self._started: dict[str, MemoryBus] = {}
        self._cut_off: set[str] = set()
        self._routes: dict[
            str, tuple[str, ...]
        ] = {}  # by topic: whose sessions want it; forgotten when a session changes

    def client(self, client_id: str, *, will: Will | None = None) -> "MemoryBus":
        return MemoryBus(self, client_id, will)

    def pending(self) -> int:
        """How many steps wait for `deliver`."""
        with self._lock:
            return len(self._steps)

    def deliver_one(self, index: int = 0) -> bool:
        """Carry out the waiting step at `index` (0: the oldest; others reorder). False when nothing waits."""
        with self._lock:
            if not self._steps:
                return False
            self._steps.rotate(-(index % len(self._steps)))
            step = self._steps.popleft()
            self._steps.rotate(index % (len(self._steps) + 1))
        if step.message is None:
            self._connect(step)
        else:
            self._hand_over(step.client_id, step.message)
        return True

    def deliver(self, limit: int = 100_000) -> int:
        """Carry out steps, and those that they cause, until nothing waits or `limit` are done; returns how many."""
        done = 0
        while done < limit and self.deliver_one():
            done += 1
        return done

    def cut(self, client_id: str) -> None:
        """The network to `client_id` breaks until `heal`: its will is published, its session stays."""
        with self._lock:
            self._cut_off.add(client_id)
            self._hang_up(client_id)

    def vanish(self, client_id: str) -> None:
        """The process of `client_id` dies: its will is published, its session stays, and only a new client of that name connects again."""
        with self._lock:
            self._started.pop(client_id, None)
            self._hang_up(client_id)

    def _hang_up(self, client_id: str) -> None:
        session = self._sessions.get(client_id)
        client = session.client if session else None
        if session is None or client is None:
            return
        session.client = None
        if client.will is not None:
            self._publish(
                Message(topic=client.will.topic, payload=client.will.payload), retain=True
            )

    def heal(self, client_id: str) -> None:
        """The network to `client_id` is back: it connects at the next `deliver`."""
        with self._lock:
            self._cut_off.discard(client_id)
            client = self._started.get(client_id)
            if client is not None:
                self._queue(_Step(client_id, None, client))

    def crash(self, *, forget: bool) -> None:
        """The broker dies with whatever was on its way; `forget`: sessions and retained messages too, as after SIGKILL without persistence."""
        with self._lock:
            self.up = False
            self._steps.clear()
            for session in self._sessions.values():
                session.client = None
            if forget:
                self._routes.clear()
                self._sessions.clear()
                self._retained.clear()

    def restart(self) -> None:
        """The broker is back: every started client connects at the next `deliver`."""
        with self._lock:
            self.up = True
            for client_id, client in sorted(self._started.items()):
                self._queue(_Step(client_id, None, client))

    def _start(self, client: "MemoryBus") -> None:
        with self._lock:
            self._started[client.client_id] = client
            self._queue(_Step(client.client_id, None, client))

    def _stop(self, client: "MemoryBus") -> None:
        with self._lock:
            if self._started.get(client.client_id) is client:
                del self._started[client.client_id]
            session = self._sessions.get(client.client_id)
            if session is not None and session.client is client:
                session.client = None

    def _is_connected(self, client: "MemoryBus") -> bool:
        with self._lock:
            session = self._sessions.get(client.client_id)
            return self.up and session is not None and session.client is client

    def _accept(self, client: "MemoryBus", message: Message, *, retain: bool) -> bool:
        with self._lock:
            if not self._is_connected(client):
                return False
            self.published += 1
            self._publish(message, retain=retain)
            return True

    def _publish(self, message: Message, *, retain: bool) -> None:
        if retain:
            self._retained[message.topic] = Message(
                topic=message.topic, payload=message.payload, retained=True
            )
            if not message.payload:
                del self._retained[message.topic]
        for client_id in self._route(message.topic):
            self._queue(_Step(client_id, message))

    def _route(self, topic: str) -> tuple[str, ...]:
        if topic not in self._routes:
            if len(self._routes) >= TOPICS_KEPT:
                self._routes.clear()
            self._routes[topic] = tuple(
                sorted(
                    name
                    for name, session in self._sessions.items()
                    if any(matches(f, topic) for f in session.filters)
                )
            )
        return self._routes[topic]

    def _connect(self, step: _Step) -> None:
        client = step.client
        with self._lock:
            may_connect = self.up and step.client_id not in self._cut_off
            if (
                not may_connect
                or client is None
                or self._started.get(step.client_id) is not client
                or self._is_connected(client)
            ):
                return
            session = self._sessions.setdefault(step.client_id, _Session())
            session.client = client
            session.filters = dict(client.filters)
            self._routes.clear()
            waiting, session.waiting = session.waiting, deque()
            kept = [
                m
                for topic, m in sorted(self._retained.items())
                if any(matches(f, topic) for f in session.filters)
            ]
            for message in (*waiting, *kept):
                self._queue(_Step(step.client_id, message))
        client.connected()

    def _queue(self, step: _Step) -> None:
        self._steps.append(step)
        self.on_step()

    def _hand_over(self, client_id: str, message: Message) -> None:
        for _ in range(self.copies(client_id, message)):
            with self._lock:
                session = self._sessions.get(client_id)
                if session is None:
                    return
                if session.client is None:
                    if len(session.waiting) < OFFLINE_QUEUE.value and not message.retained:
                        session.waiting.append(message)
                    continue
                handlers = [
                    handler
                    for f, handler in sorted(session.filters.items())
                    if matches(f, message.topic)
                ]
            for handler in handlers:
                handler(message)


class MemoryBus:
    """One client of a `MemoryBroker`. Made by `MemoryBroker.client`."""

    def __init__(self, broker: MemoryBroker, client_id: str, will: Will | None) -> None:
        self.client_id, self.will = client_id, will
        self.filters: dict[str, OnMessage] = {}
        self._broker = broker
        self._listeners: list[OnConnected] = []

    def start(self) -> None:
        self._broker._start(self)

    def subscribe(self, topic_filter: str, on_message: OnMessage) -> None:
        self.filters[topic_filter] = on_message

    def on_connected(self, listener: OnConnected) -> None:
        self._listeners.append(listener)

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> bool:
        return self._broker._accept(self, Message(topic=topic, payload=payload), retain=retain)

    def is_connected(self) -> bool:
        return self._broker._is_connected(self)

    def stop(self) -> None:
        self._broker._stop(self)

    def connected(self) -> None:
        """Called by the broker once the session stands."""
        for listener in self._listeners:
            listener()
