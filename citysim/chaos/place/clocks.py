"""The wall clocks of a run's processes, each of which can be stepped: an offset in a small file that `stepped` reads. Also what is then known of node time."""

import mmap
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from citybrain.clock import SECOND_US, SLOWER, Instant
from citysim.chaos.place import stepped


class Clocks:
    """`open` before the processes start."""

    def __init__(self, folder: Path, names: Iterable[str]) -> None:
        self._files = {name: folder / f"{name}.offset" for name in sorted(names)}
        self._offsets: dict[str, mmap.mmap] = {}
        self._ahead = {name: Ahead() for name in self._files}

    def open(self) -> None:
        for name, path in self._files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(bytes(stepped.OFFSET_BYTES))
            with path.open("r+b") as file:
                self._offsets[name] = mmap.mmap(file.fileno(), stepped.OFFSET_BYTES)

    def close(self) -> None:
        while self._offsets:
            self._offsets.popitem()[1].close()

    def under(self, name: str, argv: Sequence[str]) -> tuple[str, ...]:
        """The command line of a `citybrain` process (`python -m citybrain.cli.main …`) under a clock that can be stepped."""
        python, _, _, *words = argv
        return (python or sys.executable, "-m", stepped.__name__, str(self._files[name]), *words)

    def step(self, name: str, seconds: float, now: Instant) -> None:
        """From now on the process's wall clock is `seconds` off the machine's."""
        self._ahead[name].stepped(seconds, now)
        stepped.write(self._offsets[name], round(seconds * SECOND_US))

    def ahead_s(self, name: str, now: Instant) -> float:
        """How far node time there may be ahead of the machine's: it never goes back, it only runs slower (see `citybrain.clock`)."""
        return self._ahead[name].seconds(now) if name in self._ahead else 0.0


class Ahead:
    """By how much a node's time is ahead at most, after the steps so far. A process that was down meanwhile is ahead by less."""

    def __init__(self) -> None:
        self._offset_s, self._ahead_s, self._at = 0.0, 0.0, Instant(0)

    def stepped(self, offset_s: float, now: Instant) -> None:
        self._ahead_s, self._at, self._offset_s = max(self.seconds(now), offset_s), now, offset_s

    def seconds(self, now: Instant) -> float:
        caught_up = (now - self._at) / SECOND_US / SLOWER
        return max(self._offset_s, self._ahead_s - caught_up)
