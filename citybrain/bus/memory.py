"""The broker of tests and of the simulator: in memory, nothing happens until `deliver` is called.
One process only.

It keeps persistent sessions, retained messages and wills as MQTT 5 brokers do, and can lose, repeat
and reorder on request. A scheduler is told of every pending step (`on_pending`) and carries it out
when it likes (`deliver_one`). Callbacks run on the thread that delivers; any thread may publish.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from citybrain.bus.filters import matches
from citybrain.bus.port import IsUnwanted, Message, OnConnected, OnMessage, Will
from citybrain.bus.subscriptions import Subscriptions
from citybrain.limits import Limit

OFFLINE_QUEUE = Limit(
    name="memory_broker_offline",
    value=10_000,
    unit="messages",
    reason="as the production broker",
    fate="the newest is dropped: the outbox sends it again",
)
CACHED_ROUTES = 4_096  # topics whose subscribers are remembered

# (client id, message) -> how often it arrives: 0 lost, 1 once, 2 repeated
DeliveryCount = Callable[[str, Message], int]
# One more step is pending. The broker is locked: schedule `deliver_one`, do not call it.
OnPending = Callable[[], None]


@dataclass(slots=True)  # mutable
class _Session:
    filters: tuple[str, ...] = ()
    offline: deque[Message] = field(default_factory=deque)  # came while no client was connected
    client: "MemoryBus | None" = None  # the live connection


@dataclass(frozen=True, slots=True)  # refers to a live object, so it is no value
class _Connect:
    """`client` connects."""

    client: "MemoryBus"


@dataclass(frozen=True, slots=True)
class _Delivery:
    """`message` arrives at the session of `client_id`."""

    client_id: str
    message: Message


class MemoryBroker:
    """One broker. `client()` makes bus clients of it; `deliver()` carries out pending steps."""

    def __init__(
        self,
        *,
        delivery_count: DeliveryCount | None = None,
        on_pending: OnPending = lambda: None,
    ) -> None:
        self.delivery_count: DeliveryCount = delivery_count or (lambda _client_id, _message: 1)
        self.on_pending = on_pending
        self.up = True
        self.published = 0  # messages that clients published
        self._lock = threading.RLock()
        self._steps: deque[_Connect | _Delivery] = deque()
        self._sessions: dict[str, _Session] = {}
        self._retained: dict[str, Message] = {}
        self._started: dict[str, MemoryBus] = {}
        self._unreachable: set[str] = set()
        # by topic: the clients that subscribed to it; emptied when a session changes
        self._routes: dict[str, tuple[str, ...]] = {}

    def client(self, client_id: str, *, will: Will | None = None) -> "MemoryBus":
        return MemoryBus(self, client_id, will)

    def pending(self) -> int:
        """How many steps wait for `deliver`."""
        with self._lock:
            return len(self._steps)

    def deliver_one(self, index: int = 0) -> bool:
        """Carry out the pending step at `index` (0: the oldest; others reorder). False: none."""
        with self._lock:
            if not self._steps:
                return False
            self._steps.rotate(-(index % len(self._steps)))
            step = self._steps.popleft()
            self._steps.rotate(index % (len(self._steps) + 1))
        match step:
            case _Connect(client):
                self._connect(client)
            case _Delivery(client_id, message):
                self._deliver_to(client_id, message)
        return True

    def deliver(self, limit: int = 100_000) -> int:
        """Carry out steps, and those that they cause, until none is pending or `limit` are done;
        returns how many."""
        done = 0
        while done < limit and self.deliver_one():
            done += 1
        return done

    def disconnect(self, client_id: str) -> None:
        """The network to `client_id` breaks until `reconnect`: its will is published, its session
        stays."""
        with self._lock:
            self._unreachable.add(client_id)
            self._drop_connection(client_id)

    def reconnect(self, client_id: str) -> None:
        """The network to `client_id` is back: it connects at the next `deliver`."""
        with self._lock:
            self._unreachable.discard(client_id)
            client = self._started.get(client_id)
            if client is not None:
                self._enqueue(_Connect(client))

    def kill(self, client_id: str) -> None:
        """The process of `client_id` dies: its will is published, its session stays, and only a
        new client of that name connects again."""
        with self._lock:
            self._started.pop(client_id, None)
            self._drop_connection(client_id)

    def crash(self, *, lose_state: bool) -> None:
        """The broker dies with whatever was pending; `lose_state`: its sessions and retained
        messages too, as after SIGKILL without persistence."""
        with self._lock:
            self.up = False
            self._steps.clear()
            for session in self._sessions.values():
                session.client = None
            if lose_state:
                self._routes.clear()
                self._sessions.clear()
                self._retained.clear()

    def restart(self) -> None:
        """The broker is back: every started client connects at the next `deliver`."""
        with self._lock:
            self.up = True
            for _, client in sorted(self._started.items()):
                self._enqueue(_Connect(client))

    def _drop_connection(self, client_id: str) -> None:
        session = self._sessions.get(client_id)
        client = session.client if session else None
        if session is None or client is None:
            return
        session.client = None
        if client.will is not None:
            self._publish(
                Message(topic=client.will.topic, payload=client.will.payload), retain=True
            )

    def attach(self, client: "MemoryBus") -> None:
        with self._lock:
            self._started[client.client_id] = client
            self._enqueue(_Connect(client))

    def detach(self, client: "MemoryBus") -> None:
        with self._lock:
            if self._started.get(client.client_id) is client:
                del self._started[client.client_id]
            session = self._sessions.get(client.client_id)
            if session is not None and session.client is client:
                session.client = None

    def subscribe_again(self, client: "MemoryBus") -> None:
        """What the client reads has changed."""
        with self._lock:
            if self.is_attached(client):
                self._sessions[client.client_id].filters = client.filters
                self._routes.clear()

    def is_attached(self, client: "MemoryBus") -> bool:
        with self._lock:
            session = self._sessions.get(client.client_id)
            return self.up and session is not None and session.client is client

    def accept(self, client: "MemoryBus", message: Message, *, retain: bool) -> bool:
        with self._lock:
            if not self.is_attached(client):
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
            self._enqueue(_Delivery(client_id, message))

    def _route(self, topic: str) -> tuple[str, ...]:
        if topic not in self._routes:
            if len(self._routes) >= CACHED_ROUTES:
                self._routes.clear()
            self._routes[topic] = tuple(
                sorted(
                    name
                    for name, session in self._sessions.items()
                    if any(matches(f, topic) for f in session.filters)
                )
            )
        return self._routes[topic]

    def _connect(self, client: "MemoryBus") -> None:
        client_id = client.client_id
        with self._lock:
            if (
                not self.up
                or client_id in self._unreachable
                or self._started.get(client_id) is not client
                or self.is_attached(client)
            ):
                return
            session = self._sessions.setdefault(client_id, _Session())
            session.client = client
            session.filters = client.filters
            self._routes.clear()
            offline, session.offline = session.offline, deque()
            retained = [
                m
                for topic, m in sorted(self._retained.items())
                if any(matches(f, topic) for f in session.filters)
            ]
            for message in (*offline, *retained):
                self._enqueue(_Delivery(client_id, message))
        client.connected()

    def _enqueue(self, step: _Connect | _Delivery) -> None:
        self._steps.append(step)
        self.on_pending()

    def _deliver_to(self, client_id: str, message: Message) -> None:
        for _ in range(self.delivery_count(client_id, message)):
            with self._lock:
                session = self._sessions.get(client_id)
                if session is None:
                    return
                if session.client is None:
                    if len(session.offline) < OFFLINE_QUEUE.value and not message.retained:
                        session.offline.append(message)
                    continue
                client = session.client
                is_asked = any(matches(f, message.topic) for f in session.filters)
            if is_asked and not client.passes_over(message):
                client.received(message)


class MemoryBus:
    """One client of a `MemoryBroker`, made by `MemoryBroker.client`."""

    def __init__(self, broker: MemoryBroker, client_id: str, will: Will | None) -> None:
        self.client_id, self.will = client_id, will
        self._subscriptions = Subscriptions()
        self._is_unwanted: IsUnwanted | None = None
        self._broker = broker
        self._listeners: list[OnConnected] = []

    def start(self) -> None:
        self._broker.attach(self)

    def subscribe(self, topic_filter: str, on_message: OnMessage) -> None:
        self._subscriptions.add(topic_filter, on_message)

    def select(self, topic_filter: str, topics: Sequence[str] | None) -> None:
        self._subscriptions.select(topic_filter, topics)
        self._broker.subscribe_again(self)

    @property
    def filters(self) -> tuple[str, ...]:
        """All that it subscribes to."""
        return self._subscriptions.filters()

    def passes_over(self, message: Message) -> bool:
        is_unwanted = self._is_unwanted
        return is_unwanted is not None and is_unwanted(message.topic.encode(), message.payload)

    def received(self, message: Message) -> None:
        """Called by the broker."""
        for on_message in self._subscriptions.of(message.topic):
            on_message(message)

    def pass_over(self, is_unwanted: IsUnwanted | None) -> None:
        self._is_unwanted = is_unwanted

    def on_connected(self, listener: OnConnected) -> None:
        self._listeners.append(listener)

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> bool:
        return self._broker.accept(self, Message(topic=topic, payload=payload), retain=retain)

    def is_connected(self) -> bool:
        return self._broker.is_attached(self)

    def problem(self) -> str:
        return ""

    def stop(self) -> None:
        self._broker.detach(self)

    def connected(self) -> None:
        """Called by the broker once the session is connected."""
        for listener in self._listeners:
            listener()
