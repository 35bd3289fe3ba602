"""What street agents and district nodes need of a broker. Adapters: `paho` (production), `memory` (tests, simulator).

Delivery is at-least-once between live sessions and nothing more: no broker is the durability (the outbox is).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    topic: str
    payload: bytes
    retained: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Will:
    """What the broker publishes (retained) when this client vanishes."""

    topic: str
    payload: bytes


OnMessage = Callable[
    [Message], None
]  # called on the bus's own thread: hand over, do not work there
OnConnected = Callable[[], None]  # after every (re)connect, once subscriptions stand


class Bus(Protocol):
    """One client session: MQTT 5, QoS 1, persistent session. Reconnects for ever with backoff and jitter."""

    def start(self) -> None:
        """Begin to connect in the background; returns at once, broker there or not."""
        ...

    def subscribe(self, topic_filter: str, on_message: OnMessage) -> None:
        """Before `start`. Messages are acknowledged to the broker when `on_message` returns; an application-level ack is the caller's own."""
        ...

    def on_connected(self, listener: OnConnected) -> None: ...

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> bool:
        """Hand `payload` to the broker, QoS 1. False (and nothing done) when not connected or the in-flight window is full: try again later."""
        ...

    def is_connected(self) -> bool: ...

    def stop(self) -> None:
        """Disconnect in order (no will is sent) and end the thread."""
        ...
