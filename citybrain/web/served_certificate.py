"""The certificate that a console presents, and the time that a handshake may take. A renewed one is
presented from the next connection on.
"""

import asyncio
import logging
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from citybrain.enrolment.peer import Signature, files_signature

log = logging.getLogger(__name__)


class ServedCertificate:
    """`context` is a server's. Nobody is asked for a certificate of his own: people sign in."""

    def __init__(self, certificate: Path, key: Path) -> None:
        """Raises `OSError` (an `ssl.SSLError` is one) where they cannot be used."""
        self._certificate, self._key = certificate, key
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.minimum_version = ssl.TLSVersion.TLSv1_2
        self._signature = self._load()

    def refresh(self) -> None:
        """Read the files again where one is another; what cannot be read now is tried at the next
        connection."""
        if files_signature(self._certificate, self._key) == self._signature:
            return
        try:
            self._signature = self._load()
        except OSError as error:
            log.warning("the former certificate is presented: %s", error)

    def _load(self) -> Signature:
        signature = files_signature(self._certificate, self._key)
        self.context.load_cert_chain(self._certificate, self._key)
        return signature


class Handshakes:
    """Those that are under way, by the client's address and port; one that takes longer than
    `wait_s` is cut off."""

    def __init__(self, wait_s: float) -> None:
        self._wait_s = wait_s
        self._waiting: dict[object, asyncio.TimerHandle] = {}

    def begin(self, connection: socket.socket, client: object, on_late: Callable[[], None]) -> None:
        """`on_late` is called when it was cut off."""

        def cut_off() -> None:
            del self._waiting[client]
            with suppress(OSError):  # it has ended by itself
                connection.shutdown(socket.SHUT_RDWR)
            on_late()

        loop = asyncio.get_running_loop()
        self._waiting[client] = loop.call_later(self._wait_s, cut_off)

    def end(self, client: object) -> None:
        """It is done, or its connection closed; ending it again is no error."""
        timer = self._waiting.pop(client, None)
        if timer is not None:
            timer.cancel()
