"""Runs a package manager's own client and watches how much it has brought. It is stopped when nothing comes any more."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from models.errors import DownloadError
from models.progress import Progress

POLL_S = 0.2
SILENT_S_MAX = 30.0  # without a new byte on disk: some clients look up first, and unpack at the end
LAST_LINES = 3  # of what the tool said, quoted when it fails


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What a tool is about to bring: `size` bytes (0: unknown), of which it writes `copies`."""

    what: str
    size: int = 0
    copies: int = 1


def run(
    argv: Sequence[str],
    task: Task,
    *,
    folder: Path,
    progress: Progress,
    env: Mapping[str, str] | None = None,
) -> None:
    """Run `argv` in `folder`; progress is the growth of `folder`. Raises `DownloadError` with the tool's last words."""
    progress.begin(task.what, task.size)
    log = folder / ".said"
    with log.open("wb") as said:
        try:
            process = subprocess.Popen(
                argv,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                env=env,
            )
        except OSError as error:
            raise DownloadError(f"{argv[0]} cannot be started: {error}.") from error
        try:
            _watch(process, task, folder, progress)
        finally:
            if process.poll() is None:
                process.kill()
            process.wait()
    if process.returncode != 0:
        raise DownloadError(f"`{Path(argv[0]).name}` gave up: {last_words(log)}")


def last_words(log: Path) -> str:
    """The last lines of a tool's output, in one."""
    lines = [
        line.strip()
        for line in log.read_text(encoding="utf-8", errors="replace").splitlines()
        if line.strip()
    ]
    return " / ".join(lines[-LAST_LINES:])[:400] or "it said nothing."


def _watch(process: subprocess.Popen[bytes], task: Task, folder: Path, progress: Progress) -> None:
    size, silent_s = 0, 0.0
    while True:
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=POLL_S)
            return
        before, size = size, _size(folder)
        progress.at(size // task.copies)
        silent_s = 0.0 if size != before else silent_s + POLL_S
        if silent_s > SILENT_S_MAX:
            raise DownloadError(f"nothing came for {SILENT_S_MAX:.0f} s; stopped.")


def _size(folder: Path) -> int:
    """Bytes in all files below `folder`, while others write, rename and remove there."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):  # a temporary file that has just gone
                total += Path(place, name).stat().st_size
    return total
