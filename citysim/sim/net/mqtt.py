"""The broker and the networks around it, on virtual time: the memory broker's steps are carried out after a delay, out of order or not at all where told."""

from random import Random  # noqa: TID251 - one seed is one story

from citybrain.bus.memory import MemoryBroker, MemoryBus
from citybrain.bus.port import Message, Will
from citysim.sim.loop import SimLoop

QUICK_S = (0.0005, 0.01)
RECONNECT_S = (0.2, 3.0)  # of a client's backoff


class Mqtt:
    """One broker. Shares in [0, 1]: `loss`, `repeats`, `reorders`; `deaf` clients hear nothing, `mute` ones are not heard."""

    def __init__(self, *, loop: SimLoop, stream: Random) -> None:
        self._loop, self._stream = loop, stream
        self.broker = MemoryBroker(copies=self._copies, on_step=self._on_step)
        self.loss = self.repeats = self.reorders = 0.0
        self.slow_s = 0.0
        self.deaf: set[str] = set()
        self.mute: set[str] = set()

    def client(self, client_id: str, *, will: Will | None = None) -> "SimBus":
        return SimBus(self, self.broker.client(client_id, will=will))

    def cut(self, client_id: str) -> None:
        """Its network breaks; the broker publishes its will."""
        self.broker.cut(client_id)

    def heal(self, client_id: str) -> None:
        """Its network is back: it connects when its backoff says so."""
        self._loop.call_later(self._stream.uniform(*RECONNECT_S), self.broker.heal, client_id)

    def crash(self, *, forget: bool) -> None:
        self.broker.crash(forget=forget)

    def restart(self) -> None:
        self.broker.restart()

    def _copies(self, client_id: str, _message: Message) -> int:
        if client_id in self.deaf or (self.loss and self._stream.random() < self.loss):
            return 0
        return 2 if self.repeats and self._stream.random() < self.repeats else 1

    def _on_step(self) -> None:
        delay_s = self._stream.uniform(*QUICK_S) + (
            self._stream.uniform(0.0, 2 * self.slow_s) if self.slow_s else 0.0
        )
        self._loop.call_later(delay_s, self._deliver_one)

    def _deliver_one(self) -> None:
        waiting = self.broker.pending()
        is_odd = waiting > 1 and self.reorders and self._stream.random() < self.reorders
        self.broker.deliver_one(self._stream.randrange(waiting) if is_odd else 0)


class SimBus:
    """See `citybrain.bus.port.Bus`: the memory broker's client behind a network that may swallow what it says."""

    def __init__(self, mqtt: Mqtt, bus: MemoryBus) -> None:
        self._mqtt, self._bus = mqtt, bus
        self.client_id = bus.client_id
        self.start, self.stop, self.subscribe, self.on_connected, self.is_connected = (
            bus.start,
            bus.stop,
            bus.subscribe,
            bus.on_connected,
            bus.is_connected,
        )

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> bool:
        """True though nobody hears it while this client is mute: so does TCP."""
        if self.client_id in self._mqtt.mute:
            return self._bus.is_connected()
        return self._bus.publish(topic, payload, retain=retain)

    def vanish(self) -> None:
        """Its process is gone: the broker notices and publishes the will."""
        self._mqtt.broker.vanish(self.client_id)
