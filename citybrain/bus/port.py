"""What street agents and district nodes need of a broker. Adapters: `paho` (production), `memory`
(tests, simulator).

Delivery is at-least-once between live sessions and nothing more: the outbox, not the broker, makes
messages durable.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

from citybrain.structs import Struct


class Message(Struct, frozen=True, kw_only=True):
    """One MQTT message as a subscriber gets it. `retained`: the broker had stored it."""

    topic: str
    payload: bytes
    retained: bool = False


class Will(Struct, frozen=True, kw_only=True):
    """What the broker publishes (retained) when this client's connection breaks."""

    topic: str
    payload: bytes


OnMessage = Callable[[Message], None]  # runs on the bus's thread: enqueue there, do not work
# of a topic and a payload, as they came: whether nobody reads the message; on the bus's thread
IsUnwanted = Callable[[bytes, bytes], bool]
OnConnected = Callable[[], None]  # after every (re)connect, once the subscriptions are in force


class Bus(Protocol):
    """One client session: MQTT 5, QoS 1, persistent. Reconnects for ever, with backoff."""

    def start(self) -> None:
        """Begin to connect in the background; returns at once, broker there or not."""
        ...

    def subscribe(self, topic_filter: str, on_message: OnMessage) -> None:
        """Call it before `start`. A message is acknowledged to the broker when `on_message`
        returns; the acknowledgement to its sender is the caller's own."""
        ...

    def select(self, topic_filter: str, topics: Sequence[str] | None) -> None:
        """Of what a filter of `subscribe` matches read only `topics` from now on; None: all again.
        What others publish then costs this client nothing, and nobody waits behind it: the broker
        keeps none of it. From any thread, one at a time; retained messages are not sent anew."""
        ...

    def pass_over(self, is_unwanted: IsUnwanted | None) -> None:
        """Acknowledge to the broker what `is_unwanted`, and give it to nobody, from now on; None:
        everything is wanted again. A subscriber may call it: what makes a message of what came
        costs many times what this does, and behind whoever floods the broker keeps all others."""
        ...

    def on_connected(self, listener: OnConnected) -> None: ...

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> bool:
        """Send `payload` with QoS 1. False (and nothing done) while not connected or while the
        in-flight window is full: try again later."""
        ...

    def is_connected(self) -> bool: ...

    def problem(self) -> str:
        """What keeps this client and its broker apart, a value of `BusRefusal`; "" while it is
        connected, or where neither refused the other."""
        ...

    def stop(self) -> None:
        """Disconnect (the will is not published) and end the thread."""
        ...
