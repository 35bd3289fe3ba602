"""The log of a crew's device: every order shown and every button pressed, one JSON line each.

The law checkers read it; it decides nothing.
"""

from collections.abc import Iterator
from pathlib import Path

from citybrain import canonical_json
from citybrain.clock import Timestamp
from citybrain.errors import MalformedError
from citybrain.limits import Limit
from citybrain.structs import Struct

DEVICE_BYTES = Limit(
    name="device_log_bytes",
    value=4 * 1024 * 1024,
    unit="bytes",
    reason="about 30,000 lines, days of a demo",
    fate="the older half is dropped; the last assignment number stays known",
)


class DeviceEntry(Struct, frozen=True, kw_only=True):
    """`action`: shown, void, or the button; `outcome`: "" (shown, void), "done" or the refusal."""

    at: Timestamp
    unit: str
    assignment_number: int
    order: str
    action: str
    outcome: str = ""


class DeviceLog:
    """Append-only lines of one device, at most `cap` bytes."""

    def __init__(self, path: Path, *, cap: int = DEVICE_BYTES.value) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path, self._cap = path, cap
        self._size = path.stat().st_size if path.exists() else 0

    def last_assignment_number(self) -> int:
        """The highest assignment number that this device ever showed."""
        return max(
            (entry.assignment_number for entry in read(self._path) if entry.action == "shown"),
            default=0,
        )

    def write(self, entry: DeviceEntry) -> None:
        line = canonical_json.encode(entry) + b"\n"
        if self._size + len(line) > self._cap:
            self._drop_older_half()
        with self._path.open("ab") as file:
            file.write(line)
        self._size += len(line)

    def _drop_older_half(self) -> None:
        lines = self._path.read_bytes().splitlines(keepends=True)
        kept = b"".join(lines[len(lines) // 2 :])
        self._path.write_bytes(kept)
        self._size = len(kept)


def read(path: Path) -> Iterator[DeviceEntry]:
    """The entries of a device's log; a last line that a crash cut off is left out."""
    if not path.exists():
        return
    for line in path.read_bytes().splitlines():
        try:
            yield canonical_json.decode(line, DeviceEntry)
        except MalformedError:
            continue
