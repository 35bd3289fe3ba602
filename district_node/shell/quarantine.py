"""Where messages go that are not ours to believe: counted by reason, kept in two bounded files that a command can show. Judges nothing."""

import json
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

from citybrain.clock import Clock, Timestamp
from citybrain.limits import QUARANTINE_ROWS
from district_node.limits import DOOR_BYTES

NEWER, OLDER = "quarantine.jsonl", "quarantine-older.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    at: Timestamp
    sender: str  # the transport's word: the topic's agent, or "city"
    reason: str  # a short code
    detail: str
    size: int  # bytes of the message
    head: str  # its first bytes, in hexadecimal


class Apart(Protocol):
    """Where shells set aside what is not to be believed. Adapters: `Quarantine`, and the simulator's without files."""

    @property
    def count(self) -> int: ...

    def add(self, sender: str, reason: str, detail: str, payload: bytes = b"") -> None: ...


class Quarantine:
    """Never raises for a full disk: what could not be written is still counted."""

    def __init__(
        self, folder: Path, clock: Clock, *, on_row: Callable[[str], None] | None = None
    ) -> None:
        self._newer, self._older = folder / NEWER, folder / OLDER
        self._clock, self._on_row = clock, on_row
        self._rows = len(_lines(self._newer))
        self._guard = threading.Lock()
        self.by_reason: Counter[str] = Counter()

    @property
    def count(self) -> int:
        """Messages set aside by this process."""
        return self.by_reason.total()

    def add(self, sender: str, reason: str, detail: str, payload: bytes = b"") -> None:
        """Set a message aside. The older half goes when there is no room."""
        row = Row(
            at=self._clock.now(),
            sender=sender[:128],
            reason=reason,
            detail=detail[:500],
            size=len(payload),
            head=payload[: DOOR_BYTES.value].hex(),
        )
        with self._guard:
            self.by_reason[reason] += 1
            try:
                self._write(row)
            except OSError:
                pass
        if self._on_row is not None:
            self._on_row(reason)

    def _write(self, row: Row) -> None:
        if self._rows >= QUARANTINE_ROWS.value // 2:
            self._newer.replace(self._older)
            self._rows = 0
        with self._newer.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(row), ensure_ascii=False) + "\n")
        self._rows += 1


def rows(folder: Path) -> tuple[Row, ...]:
    """What is kept in `folder`, oldest first; a line that is cut off by a crash is left out."""
    found = []
    for line in _lines(folder / OLDER) + _lines(folder / NEWER):
        try:
            found.append(Row(**json.loads(line)))
        except (ValueError, TypeError):
            continue
    return tuple(found)


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
