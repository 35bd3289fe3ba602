"""paho's client, made fit for a process that must not stop: it survives errors of its own, reads in
large pieces, and takes its certificates anew at each connection.
"""

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import MQTTErrorCode

from citybrain.bus.buffered_socket import BufferedSocket
from citybrain.bus.passing_over import (
    PUBACK,
    QOS_1,
    QOS_BITS,
    behind_unwanted,
    is_unreliable,
    puback,
)
from citybrain.bus.port import IsUnwanted
from citybrain.bus.settings import BusTls

PACKETS_PER_READ = 1_000  # before their acknowledgements are written
LOOP_RESTART_S = 0.5  # before paho's loop is entered again after an error of its own


class SupervisedClient(mqtt.Client):
    """paho's client, but an unexpected error ends the connection and not the thread for ever, it
    reads many packets each time it is woken, not one, and passes over messages with QoS 0: none of
    ours is one, and nothing holds back whoever floods with them."""

    on_loop_error: Callable[[Exception], None]
    on_pass: Callable[[], None]  # at least once a second, on paho's thread
    tls: BusTls | None = None
    # why the last attempt to connect failed, or why TLS ended the last connection
    socket_error: OSError | None = None
    is_unwanted: IsUnwanted | None = None  # of messages with QoS 1; None: all are wanted
    _acks: bytearray | None = None  # of the packets that are being read

    def loop_forever(
        self, timeout: float = 1.0, retry_first_connection: bool = False
    ) -> MQTTErrorCode:
        pause = threading.Event()
        while True:
            try:
                return super().loop_forever(timeout, retry_first_connection)
            except Exception as error:  # noqa: BLE001 - the supervisor of this thread
                self.on_loop_error(error)
                drop_connection(self)
                pause.wait(LOOP_RESTART_S)

    def loop_misc(self) -> MQTTErrorCode:
        self.on_pass()
        return super().loop_misc()

    def loop_read(self, max_packets: int = 1) -> MQTTErrorCode:
        """Their acknowledgements go out as one piece. A system call for each would give the
        interpreter away for each, to threads that decode and are in no hurry to give it back."""
        self._acks = acks = bytearray()
        try:
            return self._read_packets(max_packets)
        finally:
            self._acks = None
            if acks and self.socket() is not None:
                # paho's own queueing would wake this very thread, by two more system calls
                self._out_packet.append(
                    {
                        "command": PUBACK,
                        "mid": 0,
                        "qos": 1,
                        "pos": 0,
                        "to_process": len(acks),
                        "packet": bytes(acks),
                        "info": None,
                    }
                )
                self.loop_write()

    def _send_puback(self, mid: int) -> MQTTErrorCode:
        if self._acks is None:
            return super()._send_puback(mid)
        self._acks += puback(mid)
        return MQTTErrorCode.MQTT_ERR_SUCCESS

    def _read_packets(self, max_packets: int) -> MQTTErrorCode:
        result = super().loop_read(max_packets)
        for _ in range(PACKETS_PER_READ):
            sock: Any = self.socket()
            if result != MQTTErrorCode.MQTT_ERR_SUCCESS or sock is None:
                break
            received: Any = self._in_packet
            if not received["command"]:  # not within a packet
                sock.skip(self._behind_unwanted)
            if not sock.pending():
                break
            result = super().loop_read(max_packets)
        return result

    def _behind_unwanted(self, data: bytes, at: int) -> int:
        acks = self._acks if self._acks is not None else bytearray()
        return behind_unwanted(data, at, self.is_unwanted, acks)

    def _handle_publish(self) -> MQTTErrorCode:
        """Hot: paho makes an object of thirty fields for the properties of every message, and those
        of our peers have none."""
        received: Any = self._in_packet
        if is_unreliable(received["command"]):
            return MQTTErrorCode.MQTT_ERR_SUCCESS
        message = plain_message(received["command"], received["packet"])
        if message is None or not self._manual_ack:
            return super()._handle_publish()
        is_unwanted = self.is_unwanted
        if is_unwanted is not None and is_unwanted(message.topic.encode(), bytes(message.payload)):
            return self._send_puback(message.mid)
        self._handle_on_message(message)
        return MQTTErrorCode.MQTT_ERR_SUCCESS

    def _create_socket(self) -> Any:
        self.socket_error = None
        try:
            if self.tls is not None:
                # a new context: the certificate may have been renewed since the last connection
                self._ssl_context = tls_context(self.tls)
            return BufferedSocket(super()._create_socket(), on_error=self._note_error)
        except OSError as error:
            self._note_error(error)
            raise

    def _note_error(self, error: OSError) -> None:
        self.socket_error = error


def plain_message(header: int, packet: bytes | bytearray) -> mqtt.MQTTMessage | None:
    """A PUBLISH of MQTT 5 with QoS 1 and without properties (MQTT 5, 3.3); None: it is another one,
    or not whole. `packet` is what follows the remaining length."""
    if header & QOS_BITS != QOS_1 or len(packet) < 2:
        return None
    end = 2 + (packet[0] << 8 | packet[1])
    if len(packet) < end + 3 or packet[end + 2]:
        return None
    message = mqtt.MQTTMessage(mid=packet[end] << 8 | packet[end + 1], topic=bytes(packet[2:end]))
    message.dup, message.qos, message.retain = bool(header & 0x08), 1, bool(header & 0x01)
    message.payload = bytes(packet[end + 3 :])
    return message


def tls_context(tls: BusTls) -> ssl.SSLContext:
    """Trusts `tls.ca` alone, checks the broker's host name, presents the client's certificate.
    Raises `OSError` (`ssl.SSLError` among them) where a file is missing or does not fit."""
    context = ssl.create_default_context(ssl.Purpose.SERVER_AUTH, cafile=str(tls.ca))
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(tls.certificate, tls.key)
    return context


def drop_connection(client: mqtt.Client) -> None:
    """Make paho notice a lost connection, so that it tries again after the backoff."""
    sock: Any = client.socket()
    with contextlib.suppress(OSError, AttributeError):  # it is already broken or gone
        sock.shutdown(socket.SHUT_RDWR)


def set_tcp_nodelay(_client: mqtt.Client, _userdata: Any, sock: Any) -> None:
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
