"""A client that publishes as fast as a socket takes it and waits for nobody: packets that were made
before, acknowledgements thrown away. What a client in C does to a broker.
"""

import socket
import ssl
import struct
import threading

CONNECT, PUBLISH_QOS_1 = 0x10, 0x32
VERSION_3_1_1, CLEAN, KEEPALIVE_S = b"\x04", b"\x02", b"\x00\x3c"


class RawClient:
    """Connected to the broker at `port` of `host`; `identity`: a folder, for TLS."""

    def __init__(self, port, client_id, identity=None, host="127.0.0.1"):
        connection = socket.create_connection((host, port))
        if identity is not None:
            context = ssl.create_default_context(cafile=identity / "root.pem")
            context.load_cert_chain(identity / "cert.pem", identity / "key.pem")
            connection = context.wrap_socket(connection, server_hostname=host)
        self._socket = connection
        hello = field(b"MQTT") + VERSION_3_1_1 + CLEAN + KEEPALIVE_S + field(client_id.encode())
        connection.sendall(packet(CONNECT, hello))
        assert connection.recv(4)[3] == 0, "the broker refuses it"
        threading.Thread(target=self._drain, daemon=True).start()

    def _drain(self):
        try:
            while self._socket.recv(65_536):
                pass
        except OSError:
            pass

    def send(self, packets):
        self._socket.sendall(packets)

    def close(self):
        self._socket.close()


def publish(topic, payload, mid=1):
    """A PUBLISH with QoS 1."""
    return packet(PUBLISH_QOS_1, field(topic.encode()) + struct.pack(">H", mid) + payload)


def field(data):
    return struct.pack(">H", len(data)) + data


def packet(header, body):
    length, rest = bytearray(), len(body)
    while True:
        length.append(rest % 128 | (0x80 if rest >= 128 else 0))
        rest //= 128
        if not rest:
            return bytes([header]) + bytes(length) + body
