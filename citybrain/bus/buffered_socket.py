"""A socket that is read in large pieces: paho reads the head of every packet byte by byte, and each
read would be a system call. Knows no MQTT.
"""

import ssl
from collections.abc import Callable
from typing import Any

READ_BYTES = 256 * 1024


class BufferedSocket:
    """Wraps a non-blocking socket, with or without TLS; `recv` returns buffered bytes first."""

    def __init__(
        self, inner: Any, *, on_error: Callable[[ssl.SSLError], None] = lambda _error: None
    ) -> None:
        """`on_error` is told when TLS ends the connection: whoever reads may say no more than that
        it ended."""
        self._inner, self._on_error = inner, on_error
        self._buffer, self._at = b"", 0
        self._failed: ssl.SSLError | None = None  # after bytes that were still to be read

    def recv(self, size: int) -> bytes:
        """At most `size` bytes, b"" at the end. The inner socket's errors lose no bytes."""
        if self._at == len(self._buffer):
            self._buffer, self._at = self._receive(), 0
        piece = self._buffer[self._at : self._at + size]
        self._at += len(piece)
        return piece

    def _receive(self) -> bytes:
        if not hasattr(self._inner, "pending"):
            received: bytes = self._inner.recv(READ_BYTES)
            return received
        if self._failed is not None:
            raise self._failed
        return self._receive_records()

    def _receive_records(self) -> bytes:
        """All that came. TLS gives out one record at a time, which from a broker is one message:
        whoever answered each would send as many records back, of which mosquitto reads one between
        two of a flood's hundred messages."""
        received: list[bytes] = []
        size = 0
        while size < READ_BYTES:
            try:
                record: bytes = self._inner.recv(READ_BYTES)
            except (ssl.SSLWantReadError, ssl.SSLWantWriteError):  # nothing ended
                if not received:
                    raise
                break
            except ssl.SSLError as error:
                self._on_error(error)
                if not received:
                    raise
                self._failed = error
                break
            received.append(record)
            size += len(record)
            if not record:  # the end, which is said again when it is asked for
                break
        return b"".join(received)

    def skip(self, end_of: Callable[[bytes, int], int]) -> None:
        """Pass over what is buffered, up to where `end_of` (buffer, next byte) says."""
        self._at = end_of(self._buffer, self._at)

    def pending(self) -> int:
        """Bytes that `recv` returns without a system call, of which `select` knows nothing."""
        left = len(self._buffer) - self._at
        inner = getattr(self._inner, "pending", None)
        # asked last: it gives the interpreter away to whoever waits for it
        return left if left or inner is None else inner()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)
