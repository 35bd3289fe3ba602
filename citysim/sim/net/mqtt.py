"""The MQTT broker and the networks around it, on virtual time.

The memory broker's deliveries are carried out after a delay, and where a fault wants it out of
order, twice or not at all.
"""

from random import Random  # noqa: TID251 - seeded

from citybrain.bus.memory import MemoryBroker, MemoryBus
from citybrain.bus.port import Message, Will
from citysim.sim.event_loop import VirtualTimeLoop

DELAY_S = (0.0005, 0.01)
RECONNECT_S = (0.2, 3.0)  # a client's backoff


class Mqtt:
    """One broker with its clients' networks.

    `loss`, `duplicates` and `reorders` are shares in [0, 1], `slow_s` is the mean additional
    delay. Clients in `receive_blocked` get no message; what those in `send_blocked` publish does
    not reach the broker.
    """

    def __init__(self, *, loop: VirtualTimeLoop, rng: Random) -> None:
        self._loop, self._rng = loop, rng
        self.broker = MemoryBroker(delivery_count=self._delivery_count, on_pending=self._on_pending)
        self.loss = self.duplicates = self.reorders = 0.0
        self.slow_s = 0.0
        self._late_until_s = 0.0  # what was published while it was slow arrives until then
        self.receive_blocked: set[str] = set()
        self.send_blocked: set[str] = set()

    def client(self, client_id: str, *, will: Will | None = None) -> "SimBus":
        return SimBus(self, self.broker.client(client_id, will=will))

    def disconnect(self, client_id: str) -> None:
        """The client's network breaks; the broker publishes its will."""
        self.broker.disconnect(client_id)

    def reconnect(self, client_id: str) -> None:
        """The client's network is back; the client connects after its backoff."""
        self._loop.call_later(self._rng.uniform(*RECONNECT_S), self.broker.reconnect, client_id)

    @property
    def is_lossy(self) -> bool:
        """Whether what is published now, or was lately, may be lost, late or out of order."""
        is_late = self._loop.time() <= self._late_until_s
        return bool(self.loss or self.reorders or self.slow_s) or is_late

    def is_cut_off(self, client_id: str) -> bool:
        """Whether what this client publishes, or is sent, does not arrive."""
        return client_id in self.receive_blocked or client_id in self.send_blocked

    def crash(self, *, lose_state: bool) -> None:
        self.broker.crash(lose_state=lose_state)

    def restart(self) -> None:
        self.broker.restart()

    def _delivery_count(self, client_id: str, _message: Message) -> int:
        if client_id in self.receive_blocked or (self.loss and self._rng.random() < self.loss):
            return 0
        return 2 if self.duplicates and self._rng.random() < self.duplicates else 1

    def _on_pending(self) -> None:
        extra_s = 0.0
        delay_s = self._rng.uniform(*DELAY_S)
        if self.slow_s:
            extra_s = self._rng.uniform(0.0, 2 * self.slow_s)
            until_s = self._loop.time() + delay_s + extra_s
            self._late_until_s = max(self._late_until_s, until_s)
        self._loop.call_later(delay_s + extra_s, self._deliver_one)

    def _deliver_one(self) -> None:
        waiting = self.broker.pending()
        is_reordered = waiting > 1 and self.reorders and self._rng.random() < self.reorders
        self.broker.deliver_one(self._rng.randrange(waiting) if is_reordered else 0)


class SimBus:
    """See `citybrain.bus.port.Bus`: a client of the memory broker whose publishes may be lost."""

    def __init__(self, mqtt: Mqtt, bus: MemoryBus) -> None:
        self._mqtt, self._bus = mqtt, bus
        self.client_id = bus.client_id
        self.start, self.stop = bus.start, bus.stop
        self.subscribe, self.on_connected = bus.subscribe, bus.on_connected
        self.is_connected, self.problem = bus.is_connected, bus.problem
        self.pass_over, self.select = bus.pass_over, bus.select

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> bool:
        """True also where sending is blocked: TCP takes what it cannot deliver."""
        if self.client_id in self._mqtt.send_blocked:
            return self._bus.is_connected()
        return self._bus.publish(topic, payload, retain=retain)

    def vanish(self) -> None:
        """The client's process is gone: the broker notices and publishes the will."""
        self._mqtt.broker.kill(self.client_id)
