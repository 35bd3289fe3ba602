"""Keeps messages that are refused: counted by reason, in two bounded files that a command can show.
Judges nothing.
"""

import os
import threading
from collections import Counter
from collections.abc import Callable
from io import FileIO
from pathlib import Path
from typing import Protocol

from citybrain import canonical_json
from citybrain.clock import Clock, Timestamp
from citybrain.errors import MalformedError
from citybrain.limits import QUARANTINE_ROWS
from citybrain.structs import Struct
from district_node.limits import QUARANTINE_BYTES

NEWER, OLDER = "quarantine.jsonl", "quarantine-older.jsonl"


class QuarantinedMessage(Struct, frozen=True, kw_only=True):
    """A message that was refused, cut to a bounded size."""

    at: Timestamp
    sender: str  # by the transport: the topic's agent, or "city"
    reason: str  # a short code
    detail: str
    size: int  # bytes of the message
    head: str  # its first bytes, in hexadecimal


class Quarantine(Protocol):
    """Where shells put what they refuse. Adapters: `FileQuarantine`, the simulator's in memory."""

    @property
    def count(self) -> int: ...

    def add(self, sender: str, reason: str, detail: str, payload: bytes = b"") -> None: ...


class FileQuarantine:
    """Never raises for a full disk: what could not be written is still counted."""

    def __init__(
        self, folder: Path, clock: Clock, *, on_message: Callable[[str], None] | None = None
    ) -> None:
        self._newer, self._older = folder / NEWER, folder / OLDER
        self._clock, self._on_message = clock, on_message
        self._rows = len(_lines(self._newer))
        self._guard = threading.Lock()
        self._file: FileIO | None = None
        self.by_reason: Counter[str] = Counter()

    @property
    def count(self) -> int:
        """Messages that this process has quarantined."""
        return self.by_reason.total()

    def add(self, sender: str, reason: str, detail: str, payload: bytes = b"") -> None:
        """Keep a message. The older half goes when there is no room."""
        message = QuarantinedMessage(
            at=self._clock.now(),
            sender=sender[:128],
            reason=reason,
            detail=detail[:500],
            size=len(payload),
            head=payload[: QUARANTINE_BYTES.value].hex(),
        )
        with self._guard:
            self.by_reason[reason] += 1
            try:
                self._write(message)
            except OSError:
                pass
        if self._on_message is not None:
            self._on_message(reason)

    def _write(self, message: QuarantinedMessage) -> None:
        """The file stays open: in a flood that nothing can be made of, opening it for each message
        takes longer than all else together."""
        if self._rows >= QUARANTINE_ROWS.value // 2:
            self._close()
            self._newer.replace(self._older)
            self._rows = 0
        try:
            if self._file is None:
                self._file = self._newer.open("a+b", buffering=0)
                self._file.write(_line_end(self._file))
            self._file.write(canonical_json.encode(message) + b"\n")
        except OSError:
            self._close()  # what was cut off is looked for when it is opened again
            raise
        self._rows += 1

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def read_quarantine(folder: Path) -> tuple[QuarantinedMessage, ...]:
    """What is kept in `folder`, oldest first; a line that a crash cut off is left out."""
    found = []
    for line in _lines(folder / OLDER) + _lines(folder / NEWER):
        try:
            found.append(canonical_json.decode(line, QuarantinedMessage))
        except MalformedError:
            continue
    return tuple(found)


def _line_end(file: FileIO) -> bytes:
    """What ends a last line that a crash or a full disk cut off, so that the next stands alone."""
    if file.seek(0, os.SEEK_END) == 0:
        return b""
    file.seek(-1, os.SEEK_END)
    return b"" if file.read(1) == b"\n" else b"\n"


def _lines(path: Path) -> list[bytes]:
    try:
        return path.read_bytes().splitlines()
    except OSError:
        return []
