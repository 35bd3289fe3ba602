"""The MQTT bus of production: paho-mqtt 2, wrapped once (its client in `paho_client`).

Every callback below runs on paho's own thread. paho keeps what is published until the broker has
it, across reconnects of this process; what must outlive the process is in the outbox.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from citybrain.bus.backoff import Backoff
from citybrain.bus.paho_client import (
    SupervisedClient,
    drop_connection,
    set_tcp_nodelay,
    tls_context,
)
from citybrain.bus.port import IsUnwanted, Message, OnConnected, OnMessage, Will
from citybrain.bus.proof import PROOF_SECONDS, TopicProof
from citybrain.bus.refusals import BusRefusal, OnRefusal, silenced, tls_refusal, unanswered
from citybrain.bus.settings import BusConfig, BusLogin, BusTls
from citybrain.bus.subscriptions import Subscriptions, in_packets
from citybrain.clock import Clock, Instant
from citybrain.errors import BusError
from citybrain.ids import IdSource
from citybrain.limits import Limit

__all__ = ["IN_FLIGHT", "BusConfig", "BusLogin", "BusTls", "PahoBus"]

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
    value=2_000,
    unit="messages",
    reason="bounds what a burst puts in memory; in a flood a broker takes acknowledgements, and so"
    " sends more, no oftener than a few times a second",
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
SENT_ANEW, NOT_SENT_ANEW = 0, 2  # retained messages, at a SUBSCRIBE (MQTT 5, 3.8.3.1)
NOT_AUTHORIZED = 0x87  # a reason code of MQTT 5
DRAIN_S = 1.0  # at stop, for messages in flight


class PahoBus:
    """One client session with a broker. See `citybrain.bus.port.Bus` for the contract."""

    def __init__(
        self,
        config: BusConfig,
        *,
        ids: IdSource,
        will: Will | None = None,
        clock: Clock | None = None,
        on_refusal: OnRefusal = lambda _refusal: None,
    ) -> None:
        """`on_refusal` counts what broker and client do not grant each other. A configuration
        with a `probe` needs a `clock`."""
        if config.probe and clock is None:
            raise ValueError("a client that proves what it may needs a clock")
        self._config, self._clock = config, clock
        self._proof = TopicProof(ids)
        self._probe_mids: set[int] = set()  # of messages to itself that are not yet acknowledged
        self._count_refusal = on_refusal
        self._backoff = Backoff(first_s=config.retry_first_s, max_s=config.retry_max_s, ids=ids)
        self._subscriptions = Subscriptions()
        self._listeners: list[OnConnected] = []
        self._in_flight_changed = threading.Condition()
        self._in_flight = 0
        self._in_flight_max = IN_FLIGHT.value
        self._connected = False
        self._subscribes: dict[int, list[str]] = {}  # of this connection, not yet answered
        self._disconnect_reason = "not started"
        self._answered = False  # the broker said anything on this connection
        self._refused = False  # the broker gave its reason
        self._problem = ""  # while not connected: the kind of refusal, if it was one
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
        self._subscriptions.add(topic_filter, on_message)

    def select(self, topic_filter: str, topics: Sequence[str] | None) -> None:
        change = self._subscriptions.select(topic_filter, topics)
        # first what is wanted, so that nothing is missed between the two; without a connection
        # neither is sent, and the next one begins with what is wanted then
        self._subscribe(change.added, NOT_SENT_ANEW)
        for filters in in_packets(change.dropped):
            self._client.unsubscribe(filters)

    def pass_over(self, is_unwanted: IsUnwanted | None) -> None:
        self._client.is_unwanted = is_unwanted

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

    def problem(self) -> str:
        return "" if self._connected else self._problem

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

    def _new_client(self, will: Will | None) -> SupervisedClient:
        client = SupervisedClient(
            CallbackAPIVersion.VERSION2,
            client_id=self._config.client_id,
            protocol=mqtt.MQTTv5,
            manual_ack=True,
        )
        client.on_loop_error = lambda error: self._set_disconnected(f"the client failed ({error})")
        client.on_pass = self._on_pass
        client.connect_timeout = self._config.connect_timeout_s
        client.max_inflight_messages_set(IN_FLIGHT.value)
        client.max_queued_messages_set(2 * IN_FLIGHT.value)
        if will is not None:
            client.will_set(will.topic, will.payload, qos=QOS, retain=True)
        if self._config.tls is not None:
            client.tls = self._config.tls
            client.tls_set_context(tls_context(self._config.tls))
        if self._config.login is not None:
            client.username_pw_set(self._config.login.username, self._config.login.password)
        client.on_socket_open = set_tcp_nodelay
        client.on_connect = self._on_connect
        client.on_connect_fail = self._on_connect_fail
        client.on_disconnect = self._on_disconnect
        client.on_subscribe = self._on_subscribe
        client.on_publish = self._on_publish
        client.on_message = self._on_message
        return client

    def _on_connect(
        self, _client: mqtt.Client, _userdata: Any, _flags: Any, reason: ReasonCode, properties: Any
    ) -> None:
        self._in_flight_max = min(
            IN_FLIGHT.value, getattr(properties, "ReceiveMaximum", IN_FLIGHT.value)
        )
        self._answered = True
        if reason.is_failure:
            self._refuse(BusRefusal.CONNECTION, f"the broker refused the connection ({reason})")
            return
        # On every connect, even if the broker reports a kept session: some report one and have
        # none.
        wanted = (*self._subscriptions.filters(), *filter(None, [self._config.probe]))
        self._subscribes = self._subscribe(wanted, SENT_ANEW)
        if not wanted:  # not: nothing could be sent, for the connection is gone again
            self._set_connected()

    def _subscribe(self, filters: Sequence[str], retained: int) -> dict[int, list[str]]:
        """The SUBSCRIBEs that were sent, and their filters."""
        options, sent = SubscribeOptions(qos=QOS, retainHandling=retained), {}
        for some in in_packets(filters):
            _, mid = self._client.subscribe([(one, options) for one in some])
            if mid is not None:
                sent[mid] = some
        return sent

    def _on_subscribe(
        self,
        client: mqtt.Client,
        _userdata: Any,
        mid: int,
        reasons: list[ReasonCode],
        _properties: Any,
    ) -> None:
        asked = self._subscribes.pop(mid, [])
        refused = [f"{f} ({r})" for f, r in zip(asked, reasons, strict=False) if r.is_failure]
        if refused:
            self._refuse(
                BusRefusal.CONNECTION,
                f"the broker refused to let {self._config.client_id} read {', '.join(refused)}",
            )
            drop_connection(client)
            return
        if self._subscribes or self._connected or not asked:
            return
        if self._config.probe and self._clock is not None:
            self._prove(self._clock.instant())
        else:
            self._set_connected()

    def _prove(self, now: Instant) -> None:
        """Send a message to oneself; nothing but its return proves that the broker lets this client
        speak and listen."""
        payload = self._proof.begin(now)
        info = self._client.publish(self._config.probe, payload, qos=QOS)
        if info.rc != MQTTErrorCode.MQTT_ERR_QUEUE_SIZE:
            self._probe_mids.add(info.mid)

    def _on_pass(self) -> None:
        if self._clock is None:
            return
        now = self._clock.instant()
        if self._proof.is_overdue(now):
            self._silence()
        if self._proof.is_overdue(now) or self._proof.is_due(now):
            self._prove(now)

    def _silence(self) -> None:
        reason = silenced(self._config, PROOF_SECONDS.value)
        self._set_disconnected(reason, problem=BusRefusal.SILENCED)
        self._count_refusal(BusRefusal.SILENCED)

    def _refuse(self, refusal: BusRefusal, reason: str) -> None:
        """The broker, or TLS, gave a reason: the end of the connection that follows has none."""
        self._refused = True
        self._set_disconnected(reason, problem=refusal)
        self._count_refusal(refusal)

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
        refusal = tls_refusal(self._client.socket_error, self._config.host)
        if refusal is not None:
            self._set_disconnected(refusal, problem=BusRefusal.CERTIFICATE)
            self._count_refusal(BusRefusal.CERTIFICATE)
        else:
            certificates = ", and are the certificates right" if self._config.tls else ""
            problem = f"is it running, is the address right{certificates}?"
            self._set_disconnected(f"no answer ({problem})")
        self._set_retry_delay()

    def _on_disconnect(
        self,
        _client: mqtt.Client,
        _userdata: Any,
        _flags: Any,
        reason: ReasonCode,
        _properties: Any,
    ) -> None:
        self._proof.end()
        refusal = tls_refusal(self._client.socket_error, self._config.host)
        if not self._refused and refusal is not None:
            self._refuse(BusRefusal.CERTIFICATE, refusal)
        elif not self._refused and not self._answered:
            has_tls = self._config.tls is not None
            self._refuse(BusRefusal.CONNECTION, unanswered(str(reason), has_tls=has_tls))
        elif not self._refused:
            self._set_disconnected(f"the connection ended ({reason})")
        self._refused = self._answered = False
        self._set_retry_delay()

    def _set_disconnected(self, reason: str, *, problem: str = "") -> None:
        self._problem = problem
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
        self, _client: mqtt.Client, _userdata: Any, mid: int, reason: ReasonCode, _properties: Any
    ) -> None:
        is_denied = reason.value == NOT_AUTHORIZED
        if mid in self._probe_mids:
            self._probe_mids.discard(mid)
            if is_denied:
                self._silence()
            return
        if is_denied:
            self._on_denied()
        self._publish_finished()

    def _on_denied(self) -> None:
        """The broker's rules did not let a message through. It may be this one topic, or everything
        since the rules changed."""
        self._count_refusal(BusRefusal.DENIED)
        if self._proof.doubt():
            log.warning("%s: the broker's rules denied a message of it", self._config.client_id)

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
        is_proof = received.topic == self._config.probe
        if is_proof and self._proof.has_come_back(received.payload) and not self._connected:
            self._set_connected()
        for on_message in self._subscriptions.of(received.topic):
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
