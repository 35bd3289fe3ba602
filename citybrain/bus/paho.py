"""The MQTT bus of production: paho-mqtt 2, wrapped once. The only importer of paho.

Every callback below runs on paho's own thread. paho keeps what is published until the broker has
it, across reconnects of this process; what must outlive the process is in the outbox.
"""

import contextlib
import logging
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from citybrain.bus.backoff import Backoff
from citybrain.bus.buffered_socket import BufferedSocket
from citybrain.bus.filters import matches
from citybrain.bus.port import Message, OnConnected, OnMessage, Will
from citybrain.errors import BusError
from citybrain.ids import IdSource
from citybrain.limits import Limit
from citybrain.structs import Struct

log = logging.getLogger(__name__)

IN_FLIGHT = Limit(
    name="bus_in_flight",
    value=100,
    unit="messages",
    reason="a round trip at full rate",
    fate="publish returns False; the caller tries again later",
)
RECEIVE_MAX = Limit(
    name="bus_receive_max",
    value=500,
    unit="messages",
    reason="bounds what a burst puts in memory",
    fate="the broker holds the rest",
)
PACKET_BYTES = Limit(
    name="bus_packet_bytes",
    value=1024 * 1024,
    unit="bytes",
    reason="four times the largest message",
    fate="the broker does not deliver it",
)
QOS = 1
DRAIN_S = 1.0  # at stop, for messages in flight
PACKETS_PER_READ = 100  # before their acknowledgements are written
LOOP_RESTART_S = 0.5  # before paho's loop is entered again after an error of its own


class BusTls(Struct, frozen=True, kw_only=True):
    """Certificates of this client and of the authority that the broker's must come from."""

    ca: Path
    certificate: Path
    key: Path


@dataclass(frozen=True, slots=True, kw_only=True)  # not a Struct: it hides a field from its repr
class BusLogin:
    """User name and password for a broker that asks. The password is not shown."""

    username: str
    password: str | None = field(default=None, repr=False)


class BusConfig(Struct, frozen=True, kw_only=True):
    """Where the broker is, who this client is, and how long it waits. Times are in seconds."""

    host: str
    port: int
    client_id: str
    keepalive_s: int = 5
    session_expiry_s: int = 7 * 24 * 3600
    connect_timeout_s: float = 5.0
    retry_first_s: float = 0.25
    retry_max_s: float = 15.0
    tls: BusTls | None = None
    login: BusLogin | None = None


class SupervisedClient(mqtt.Client):
    """paho's client, but an unexpected error ends the connection and not the thread for ever, and
    it reads many packets each time it is woken, not one."""

    on_loop_error: Callable[[Exception], None]

    def loop_forever(
        self, timeout: float = 1.0, retry_first_connection: bool = False
    ) -> MQTTErrorCode:
        pause = threading.Event()
        while True:
            try:
                return super().loop_forever(timeout, retry_first_connection)
            except Exception as error:  # noqa: BLE001 - the supervisor of this thread
                self.on_loop_error(error)
                _drop_connection(self)
                pause.wait(LOOP_RESTART_S)

    def loop_read(self, max_packets: int = 1) -> MQTTErrorCode:
        result = super().loop_read(max_packets)
        for _ in range(PACKETS_PER_READ):
            sock: Any = self.socket()
            if result != MQTTErrorCode.MQTT_ERR_SUCCESS or sock is None or not sock.pending():
                break
            result = super().loop_read(max_packets)
        return result

    def _create_socket(self) -> Any:
        return BufferedSocket(super()._create_socket())


class PahoBus:
    """One client session with a broker. See `citybrain.bus.port.Bus` for the contract."""

    def __init__(self, config: BusConfig, *, ids: IdSource, will: Will | None = None) -> None:
        self._config = config
        self._backoff = Backoff(first_s=config.retry_first_s, max_s=config.retry_max_s, ids=ids)
        self._filters: dict[str, OnMessage] = {}
        self._listeners: list[OnConnected] = []
        self._in_flight_changed = threading.Condition()
        self._in_flight = 0
        self._in_flight_max = IN_FLIGHT.value
        self._connected = False
        self._subscribe_mid: int | None = None  # the SUBSCRIBE that is not yet answered
        self._disconnect_reason = "not started"
        self._refused = False  # the broker gave its reason
        self._stopping = False
        self.subscriber_errors = 0  # messages on which a subscriber raised
        self._client = self._new_client(will)

    def start(self) -> None:
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call, unused-ignore]  # untyped
        properties.SessionExpiryInterval = self._config.session_expiry_s
        properties.ReceiveMaximum = RECEIVE_MAX.value
        properties.MaximumPacketSize = PACKET_BYTES.value
        self._set_retry_delay()
        self._disconnect_reason = "connecting"
        self._client.connect_async(
            self._config.host,
            self._config.port,
            keepalive=self._config.keepalive_s,
            clean_start=False,
            properties=properties,
        )
        self._client.loop_start()

    def subscribe(self, topic_filter: str, on_message: OnMessage) -> None:
        self._filters[topic_filter] = on_message

    def on_connected(self, listener: OnConnected) -> None:
        self._listeners.append(listener)

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> bool:
        with self._in_flight_changed:
            if not self._connected or self._in_flight >= self._in_flight_max:
                return False
            self._in_flight += 1
        # Outside the lock: paho calls back under locks of its own.
        info = self._client.publish(topic, payload, qos=QOS, retain=retain)
        if info.rc == MQTTErrorCode.MQTT_ERR_QUEUE_SIZE:
            self._publish_finished()
            return False
        return True

    def is_connected(self) -> bool:
        return self._connected

    def disconnect_reason(self) -> str:
        """Why there is no connection, in words; "" while there is one."""
        return "" if self._connected else self._disconnect_reason

    def check(self) -> None:
        """Raise `BusError` with the reason while there is no connection."""
        if not self._connected:
            raise BusError(
                f"no connection to the broker at {self._config.host}:{self._config.port}:"
                f" {self._disconnect_reason}."
            )

    def stop(self) -> None:
        with self._in_flight_changed:
            self._in_flight_changed.wait_for(
                lambda: self._in_flight == 0 or not self._connected, timeout=DRAIN_S
            )
            self._stopping = True
        self._client.disconnect()
        self._client.loop_stop()
        self._connected, self._disconnect_reason = False, "stopped"

    def _new_client(self, will: Will | None) -> mqtt.Client:
        client = SupervisedClient(
            CallbackAPIVersion.VERSION2,
            client_id=self._config.client_id,
            protocol=mqtt.MQTTv5,
            manual_ack=True,
        )
        client.on_loop_error = lambda error: self._set_disconnected(f"the client failed ({error})")
        client.connect_timeout = self._config.connect_timeout_s
        client.max_inflight_messages_set(IN_FLIGHT.value)
        client.max_queued_messages_set(2 * IN_FLIGHT.value)
        if will is not None:
            client.will_set(will.topic, will.payload, qos=QOS, retain=True)
        if self._config.tls is not None:
            tls = self._config.tls
            client.tls_set(
                ca_certs=str(tls.ca), certfile=str(tls.certificate), keyfile=str(tls.key)
            )
        if self._config.login is not None:
            client.username_pw_set(self._config.login.username, self._config.login.password)
        client.on_socket_open = _set_tcp_nodelay
        client.on_connect = self._on_connect
        client.on_connect_fail = self._on_connect_fail
        client.on_disconnect = self._on_disconnect
        client.on_subscribe = self._on_subscribe
        client.on_publish = self._on_publish
        client.on_message = self._on_message
        return client

    def _on_connect(
        self, client: mqtt.Client, _userdata: Any, _flags: Any, reason: ReasonCode, properties: Any
    ) -> None:
        self._in_flight_max = min(
            IN_FLIGHT.value, getattr(properties, "ReceiveMaximum", IN_FLIGHT.value)
        )
        if reason.is_failure:
            self._refused = True
            self._set_disconnected(f"the broker refused the connection ({reason})")
            return
        if not self._filters:
            self._set_connected()
            return
        # On every connect, even if the broker reports a kept session: some report one and have
        # none.
        _, self._subscribe_mid = client.subscribe(
            [(topic_filter, SubscribeOptions(qos=QOS)) for topic_filter in sorted(self._filters)]
        )

    def _on_subscribe(
        self,
        client: mqtt.Client,
        _userdata: Any,
        mid: int,
        reasons: list[ReasonCode],
        _properties: Any,
    ) -> None:
        if mid != self._subscribe_mid:
            return
        self._subscribe_mid = None
        refused = [
            f"{f} ({r})"
            for f, r in zip(sorted(self._filters), reasons, strict=False)
            if r.is_failure
        ]
        if refused:
            self._refused = True
            self._set_disconnected(
                f"the broker refused to let {self._config.client_id} read {', '.join(refused)}"
            )
            _drop_connection(client)
            return
        self._set_connected()

    def _set_connected(self) -> None:
        self._backoff.reset()
        self._set_retry_delay()
        with self._in_flight_changed:
            self._connected = True
        log.info(
            "%s is connected to the broker at %s:%d",
            self._config.client_id,
            self._config.host,
            self._config.port,
        )
        for listener in self._listeners:
            self._call_subscriber(listener, "a listener for connections")

    def _on_connect_fail(self, _client: mqtt.Client, _userdata: Any) -> None:
        certificates = ", and are the certificates right" if self._config.tls else ""
        self._set_disconnected(f"no answer (is it running, is the address right{certificates}?)")
        self._set_retry_delay()

    def _on_disconnect(
        self,
        _client: mqtt.Client,
        _userdata: Any,
        _flags: Any,
        reason: ReasonCode,
        _properties: Any,
    ) -> None:
        self._subscribe_mid = None
        if not self._refused:
            self._set_disconnected(f"the connection ended ({reason})")
        self._refused = False
        self._set_retry_delay()

    def _set_disconnected(self, reason: str) -> None:
        with self._in_flight_changed:
            was_connected, self._connected = self._connected, False
            self._in_flight_changed.notify_all()
        if not self._stopping and (was_connected or reason != self._disconnect_reason):
            log.warning(
                "%s has no connection to the broker at %s:%d: %s",
                self._config.client_id,
                self._config.host,
                self._config.port,
                reason,
            )
        self._disconnect_reason = reason

    def _set_retry_delay(self) -> None:
        wait_s = self._backoff.next_s()
        # paho passes it to time.sleep: fractions are fine, though it declares int
        self._client.reconnect_delay_set(wait_s, wait_s)  # type: ignore[arg-type]  # floats do, too

    def _on_publish(
        self, _client: mqtt.Client, _userdata: Any, _mid: int, _reason: ReasonCode, _properties: Any
    ) -> None:
        self._publish_finished()

    def _publish_finished(self) -> None:
        with self._in_flight_changed:
            self._in_flight -= 1
            if self._in_flight == 0:
                self._in_flight_changed.notify_all()

    def _on_message(self, client: mqtt.Client, _userdata: Any, message: mqtt.MQTTMessage) -> None:
        """Call the subscribers, then acknowledge to the broker, once. A message that matches no
        filter belongs to an older subscription of this session."""
        received = Message(
            topic=message.topic, payload=bytes(message.payload), retained=message.retain
        )
        for topic_filter, on_message in self._filters.items():
            if matches(topic_filter, received.topic):
                self._call_subscriber(partial(on_message, received), received.topic)
        client.ack(message.mid, message.qos)

    def _call_subscriber(self, call: Callable[[], None], about: str) -> None:
        """One subscriber's error must not end the thread that serves all. The message is not lost:
        its sender's outbox still has it."""
        try:
            call()
        except Exception:
            self.subscriber_errors += 1
            log.exception("%s: handling %s failed", self._config.client_id, about)


def _drop_connection(client: mqtt.Client) -> None:
    """Make paho notice a lost connection, so that it tries again after the backoff."""
    sock: Any = client.socket()
    with contextlib.suppress(OSError, AttributeError):  # it is already broken or gone
        sock.shutdown(socket.SHUT_RDWR)


def _set_tcp_nodelay(_client: mqtt.Client, _userdata: Any, sock: Any) -> None:
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
