"""A listening socket that accepts no more connections than its table has places for, before any
byte of a connection is read (and before TLS).
"""

import asyncio
import socket
from collections.abc import Callable

from citybrain.web import limits
from citybrain.web.admission.connections import ConnectionTable
from citybrain.web.admission.refusals import Refusal, Refusals
from citybrain.web.served_certificate import Handshakes, ServedCertificate


class BoundedListener(socket.socket):
    """Listens as `made` does, which it takes over. A connection that has no place is closed at
    once; one that has gives it back when it is closed.
    """

    def __init__(
        self,
        made: socket.socket,
        connections: ConnectionTable,
        refusals: Refusals,
        *,
        certificate: ServedCertificate | None,
        handshakes: Handshakes,
    ) -> None:
        super().__init__(made.family, made.type, made.proto, fileno=made.detach())
        self._connections, self._refusals = connections, refusals
        self._certificate, self._handshakes = certificate, handshakes
        self.setblocking(False)

    def accept(self) -> tuple[socket.socket, object]:
        """As a socket's. Raises `ConnectionAbortedError` for a connection that was refused: the
        event loop comes back for the next.
        """
        connection, address = super().accept()
        host = str(address[0])
        refusal = self._connections.admit(host)
        if refusal is not None:
            connection.close()
            self._refusals.add(refusal, host, now_s=asyncio.get_running_loop().time())
            raise ConnectionAbortedError("refused")
        if hasattr(socket, "TCP_USER_TIMEOUT"):  # a peer that is gone or reads nothing, on Linux
            wait_ms = limits.READER_WAIT.value * 1000
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, wait_ms)

        def release() -> None:
            self._handshakes.end(address)
            self._connections.release(host)

        admitted = _Admitted(connection, release)
        if self._certificate is not None:
            self._certificate.refresh()
            self._handshakes.begin(admitted, address, lambda: self._late(host))
        return admitted, address

    def _late(self, host: str) -> None:
        now_s = asyncio.get_running_loop().time()
        self._refusals.add(Refusal.HANDSHAKE_LATE, host, now_s=now_s)


class _Admitted(socket.socket):
    def __init__(self, connection: socket.socket, release: Callable[[], None]) -> None:
        family, kind, proto = connection.family, connection.type, connection.proto
        super().__init__(family, kind, proto, fileno=connection.detach())
        self._release: Callable[[], None] | None = release

    def close(self) -> None:
        super().close()
        release, self._release = self._release, None
        if release is not None:
            release()
