"""A log file of bounded size: at the bound it becomes the one older file, which it replaces.

Knows no levels and no formats.
"""

from pathlib import Path
from types import TracebackType

from citybrain.limits import Limit

LOG_BYTES = Limit(
    name="demo_log_bytes",
    value=2 * 1024 * 1024,
    unit="bytes",
    reason="a process that complains at every frame for an hour",
    fate="the file becomes NAME.1, whose former content is dropped",
)


class BoundedLog:
    """Append-only lines in `path`, at most two files of `cap` bytes each."""

    def __init__(self, path: Path, *, cap: int = LOG_BYTES.value) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path, self._cap = path, cap
        self._file = path.open("ab")
        self._size = path.stat().st_size

    def write(self, line: bytes) -> None:
        if self._size + len(line) > self._cap:
            self._rotate()
        self._file.write(line)
        self._file.flush()
        self._size += len(line)

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> "BoundedLog":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _rotate(self) -> None:
        self._file.close()
        self._path.replace(self._path.with_name(self._path.name + ".1"))
        self._file = self._path.open("ab")
        self._size = 0


def last_lines(path: Path, count: int) -> str:
    """The last `count` lines of a log, for an error message; "" when there is none."""
    if not path.exists():
        return ""
    return "\n".join(path.read_text(errors="replace").splitlines()[-count:])
