"""The MQTT bus of production: paho-mqtt 2, wrapped once. The only importer of paho.

Every callback below runs on paho's own thread. paho keeps what it was handed until the broker has it, across reconnects of this process;
what must outlive the process is the outbox's.
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
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from citybrain.bus.backoff import Backoff
from citybrain.bus.buffered import BufferedSocket
from citybrain.bus.filters import matches
from citybrain.bus.port import Message, OnConnected, OnMessage, Will
from citybrain.errors import BusError
from citybrain.ids import IdSource, RandomIds
from citybrain.limits import Limit

log = logging.getLogger(__name__)

IN_FLIGHT = Limit(
    name="bus_in_flight",
    value=100,
    unit="messages",
    reason="a round trip at full rate",
    fate="publish says no; the caller tries again later",
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
DRAIN_S = 1.0  # at stop, for what is in flight
PACKETS_AT_ONCE = 100  # read before the acknowledgements of those are written
RESTART_S = 0.5  # before the loop is entered again after a fault of the client itself


@dataclass(frozen=True, slots=True, kw_only=True)
class BusTls:
    """Certificates of this client and of the authority that the broker's must come from."""

    ca: Path
    certificate: Path
    key: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class BusLogin:
    """Who this client says it is, to a broker that asks. The password is not shown."""

    username: str
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class BusConfig:
    host: str
    port: int
    client_id: str
    keepalive_s: int = 5
    session_expiry_s: int = 7 * 24 * 3600
    connect_timeout_s: float = 5.0
    retry_first_s: float = 0.25
    retry_most_s: float = 15.0
    tls: BusTls | None = None
    login: BusLogin | None = None


class _Lasting(mqtt.Client):
    """paho's thread would end for ever at an error it does not expect; here only the attempt ends. And it reads one packet each time it is woken; here many."""

    on_fault: Callable[[Exception], None]

    def loop_forever(
        self, timeout: float = 1.0, retry_first_connection: bool = False
    ) -> mqtt.MQTTErrorCode:
        pause = threading.Event()
        while True:
            try:
                return super().loop_forever(timeout, retry_first_connection)
            except Exception as error:  # noqa: BLE001 - the supervisor of this thread
                self.on_fault(error)
                _break(self)
                pause.wait(RESTART_S)

    def loop_read(self, max_packets: int = 1) -> mqtt.MQTTErrorCode:
        result = super().loop_read(max_packets)
        for _ in range(PACKETS_AT_ONCE):
            sock: Any = self.socket()
            if result != mqtt.MQTT_ERR_SUCCESS or sock is None or not sock.pending():
                break
            result = super().loop_read(max_packets)
        return result

    def _create_socket(self) -> Any:
        return BufferedSocket(super()._create_socket())


class PahoBus:
    """One client session with a broker. See `citybrain.bus.port.Bus` for the contract."""

    def __init__(
        self, config: BusConfig, *, will: Will | None = None, ids: IdSource | None = None
    ) -> None:
        self._config = config
        self._backoff = Backoff(
            first_s=config.retry_first_s, most_s=config.retry_most_s, ids=ids or RandomIds()
        )
        self._filters: dict[str, OnMessage] = {}
        self._listeners: list[OnConnected] = []
        self._window = threading.Condition()
        self._in_flight = 0
        self._room = IN_FLIGHT.value
        self._connected = False
        self._asked: int | None = None  # the SUBSCRIBE that is not yet answered
        self._trouble = "not started"
        self._refused = False  # the broker said why it does not want this connection
        self._stopping = False
        self.failed = 0  # messages on which a subscriber raised
        self._client = self._new_client(will)

    def start(self) -> None:
        properties = Properties(PacketTypes.CONNECT)
        properties.SessionExpiryInterval = self._config.session_expiry_s
        properties.ReceiveMaximum = RECEIVE_MAX.value
        properties.MaximumPacketSize = PACKET_BYTES.value
        self._wait_before_retry()
        self._trouble = "connecting"
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
        with self._window:
            if not self._connected or self._in_flight >= self._room:
                return False
            self._in_flight += 1
        info = self._client.publish(
            topic, payload, qos=QOS, retain=retain
        )  # outside the lock: paho answers under locks of its own
        if info.rc == mqtt.MQTT_ERR_QUEUE_SIZE:
            self._landed()
            return False
        return True

    def is_connected(self) -> bool:
        return self._connected

    def trouble(self) -> str:
        """Why there is no connection, in words; "" while there is one."""
        return "" if self._connected else self._trouble

    def check(self) -> None:
        """Raise `BusError` with the reason while there is no connection."""
        if not self._connected:
            raise BusError(
                f"no connection to the broker at {self._config.host}:{self._config.port}: {self._trouble}."
            )

    def stop(self) -> None:
        with self._window:
            self._window.wait_for(
                lambda: self._in_flight == 0 or not self._connected, timeout=DRAIN_S
            )
            self._stopping = True
        self._client.disconnect()
        self._client.loop_stop()
        self._connected, self._trouble = False, "stopped"

    def _new_client(self, will: Will | None) -> mqtt.Client:
        client = _Lasting(
            CallbackAPIVersion.VERSION2,
            client_id=self._config.client_id,
            protocol=mqtt.MQTTv5,
            manual_ack=True,
        )
        client.on_fault = lambda error: self._lost(f"the client failed ({error})")
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
        client.on_socket_open = _no_delay
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
        self._room = min(IN_FLIGHT.value, getattr(properties, "ReceiveMaximum", IN_FLIGHT.value))
        if reason.is_failure:
            self._refused = True
            self._lost(f"the broker refused the connection ({reason})")
            return
        if not self._filters:
            self._stands()
            return
        # On every connect, whatever the broker says about the session: some brokers say they kept it and did not.
        _, self._asked = client.subscribe(
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
        if mid != self._asked:
            return
        self._asked = None
        refused = [
            f"{f} ({r})"
            for f, r in zip(sorted(self._filters), reasons, strict=False)
            if r.is_failure
        ]
        if refused:
            self._refused = True
            self._lost(
                f"the broker refused to let {self._config.client_id} read {', '.join(refused)}"
            )
            _break(client)
            return
        self._stands()

    def _stands(self) -> None:
        self._backoff.reset()
        self._wait_before_retry()
        with self._window:
            self._connected = True
        log.info(
            "%s is connected to the broker at %s:%d",
            self._config.client_id,
            self._config.host,
            self._config.port,
        )
        for listener in self._listeners:
            self._guarded(listener, "a listener for connections")

    def _on_connect_fail(self, _client: mqtt.Client, _userdata: Any) -> None:
        certificates = ", and are the certificates right" if self._config.tls else ""
        self._lost(f"no answer (is it running, is the address right{certificates}?)")
        self._wait_before_retry()

    def _on_disconnect(
        self,
        _client: mqtt.Client,
        _userdata: Any,
        _flags: Any,
        reason: ReasonCode,
        _properties: Any,
    ) -> None:
        self._asked = None
        if not self._refused:
            self._lost(f"the connection ended ({reason})")
        self._refused = False
        self._wait_before_retry()

    def _lost(self, why: str) -> None:
        with self._window:
            was_connected, self._connected = self._connected, False
            self._window.notify_all()
        if not self._stopping and (was_connected or why != self._trouble):
            log.warning(
                "%s has no connection to the broker at %s:%d: %s",
                self._config.client_id,
                self._config.host,
                self._config.port,
                why,
            )
        self._trouble = why

    def _wait_before_retry(self) -> None:
        wait_s = self._backoff.next_s()
        self._client.reconnect_delay_set(wait_s, wait_s)  # type: ignore[arg-type]  # paho passes it to time.sleep: fractions are fine

    def _on_publish(
        self, _client: mqtt.Client, _userdata: Any, _mid: int, _reason: ReasonCode, _properties: Any
    ) -> None:
        self._landed()

    def _landed(self) -> None:
        with self._window:
            self._in_flight -= 1
            if self._in_flight == 0:
                self._window.notify_all()

    def _on_message(self, client: mqtt.Client, _userdata: Any, message: mqtt.MQTTMessage) -> None:
        """Hand over, then acknowledge to the broker, once. What matches no filter is of an older subscription of this session."""
        taken = Message(
            topic=message.topic, payload=bytes(message.payload), retained=message.retain
        )
        for topic_filter, on_message in self._filters.items():
            if matches(topic_filter, taken.topic):
                self._guarded(partial(on_message, taken), taken.topic)
        client.ack(message.mid, message.qos)

    def _guarded(self, call: Callable[[], None], about: str) -> None:
        """One subscriber's fault must not end the thread that serves all; the message is not lost: its sender's outbox still has it."""
        try:
            call()
        except Exception:
            self.failed += 1
            log.exception("%s: handling %s failed", self._config.client_id, about)


def _break(client: mqtt.Client) -> None:
    """Let paho see a lost connection, so that it tries again after the backoff."""
    sock: Any = client.socket()
    with contextlib.suppress(OSError, AttributeError):  # it broke, or is gone, by itself meanwhile
        sock.shutdown(socket.SHUT_RDWR)


def _no_delay(_client: mqtt.Client, _userdata: Any, sock: Any) -> None:
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
