"""A socket that is read in large pieces. paho asks for the head of every packet byte by byte, and each asking would be a call to the system. Knows no MQTT."""

from typing import Any

PIECE_BYTES = 64 * 1024


class BufferedSocket:
    """`inner`, a non-blocking socket with or without TLS: `recv` gives what was read ahead first, `pending` says how much of it there is."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner
        self._ahead, self._at = b"", 0

    def recv(self, size: int) -> bytes:
        """As of a socket: at most `size` bytes, b"" at the end; what the inner one raises goes through, and nothing is lost by it."""
        if self._at == len(self._ahead):
            self._ahead, self._at = self._inner.recv(PIECE_BYTES), 0
        piece = self._ahead[self._at : self._at + size]
        self._at += len(piece)
        return piece

    def pending(self) -> int:
        """Bytes that `recv` gives without the system, so that `select` knows nothing of them."""
        inner = getattr(self._inner, "pending", None)
        return len(self._ahead) - self._at + (inner() if inner is not None else 0)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)
