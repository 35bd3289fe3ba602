"""What a crew's device remembers: every order it showed and every button pressed, a line each, on disk. The law checkers read it; it decides nothing."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from citybrain.clock import Timestamp
from citybrain.limits import Limit

DEVICE_BYTES = Limit(
    name="device_log_bytes",
    value=4 * 1024 * 1024,
    unit="bytes",
    reason="about 30,000 lines, days of a demo",
    fate="the older half is dropped; the last assignment number stays known",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceLine:
    """`what`: shown, void, or the button; `outcome`: "" (shown, void), "done", or why it was not done."""

    at: Timestamp
    unit: str
    assignment: int
    order: str
    what: str
    outcome: str = ""


class DeviceLog:
    """Append-only lines of one device."""

    def __init__(self, path: Path, *, cap: int = DEVICE_BYTES.value) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path, self._cap = path, cap
        self._size = path.stat().st_size if path.exists() else 0

    def last_assignment(self) -> int:
        """The highest assignment number this device ever showed."""
        return max(
            (line.assignment for line in read(self._path) if line.what == "shown"), default=0
        )

    def write(self, line: DeviceLine) -> None:
        text = json.dumps(asdict(line), separators=(",", ":")) + "\n"
        if self._size + len(text) > self._cap:
            self._drop_older_half()
        with self._path.open("a") as file:
            file.write(text)
        self._size += len(text)

    def _drop_older_half(self) -> None:
        lines = self._path.read_text().splitlines(keepends=True)
        kept = "".join(lines[len(lines) // 2 :])
        self._path.write_text(kept)
        self._size = len(kept)


def read(path: Path) -> Iterator[DeviceLine]:
    """The lines of a device's log; a last line that was cut off by a crash is left out."""
    if not path.exists():
        return
    for text in path.read_text().splitlines():
        try:
            yield DeviceLine(**json.loads(text))
        except (ValueError, TypeError):
            continue
