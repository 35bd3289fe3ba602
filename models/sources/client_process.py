"""Runs a package manager's own client and watches how much it has downloaded. Kills it when no more
bytes arrive.
"""

import os
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from citybrain.structs import Struct
from models.errors import DownloadError
from models.progress import Progress

POLL_S = 0.2
NO_PROGRESS_S_MAX = 30.0  # without a new byte: some clients look up first, and unpack at the end
LAST_LINES = 3  # of the client's output, quoted when it fails


class ClientRun(Struct, frozen=True, kw_only=True):
    """A download: `size` bytes (0: unknown), which the client writes `copies` times."""

    description: str
    size: int = 0
    copies: int = 1


def run(
    argv: Sequence[str],
    client_run: ClientRun,
    *,
    folder: Path,
    progress: Progress,
    env: Mapping[str, str] | None = None,
) -> None:
    """Run `argv` in `folder`; progress is the growth of `folder`. Raises `DownloadError` with the
    end of its output."""
    progress.started(client_run.description, client_run.size)
    log = folder / ".output"
    with log.open("wb") as output:
        try:
            process = subprocess.Popen(
                argv,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=env,
            )
        except OSError as error:
            raise DownloadError(f"{argv[0]} cannot be started: {error}.") from error
        try:
            _watch(process, client_run, folder, progress)
        finally:
            if process.poll() is None:
                process.kill()
            process.wait()
    if process.returncode != 0:
        raise DownloadError(f"`{Path(argv[0]).name}` gave up: {log_tail(log)}")


def log_tail(log: Path) -> str:
    """The last lines of a client's output, in one line."""
    lines = [
        line.strip()
        for line in log.read_text(encoding="utf-8", errors="replace").splitlines()
        if line.strip()
    ]
    return " / ".join(lines[-LAST_LINES:])[:400] or "it printed nothing."


def _watch(
    process: subprocess.Popen[bytes], client_run: ClientRun, folder: Path, progress: Progress
) -> None:
    size, idle_s = 0, 0.0
    while True:
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=POLL_S)
            return
        before, size = size, _size(folder)
        progress.advanced(size // client_run.copies)
        idle_s = 0.0 if size != before else idle_s + POLL_S
        if idle_s > NO_PROGRESS_S_MAX:
            raise DownloadError(f"nothing came for {NO_PROGRESS_S_MAX:.0f} s; stopped.")


def _size(folder: Path) -> int:
    """Bytes in all files below `folder`, while others write, rename and remove there."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):  # a temporary file that has just gone
                total += Path(place, name).stat().st_size
    return total
