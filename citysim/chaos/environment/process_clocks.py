"""The wall clocks of a run's processes, each of which can be stepped.

A clock's offset lies in a small file that `shifted_clock` reads. Also bounds how far the node's own
time is then off.
"""

import mmap
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from citybrain.clock import SECOND_US, Instant
from citybrain.node_time.discipline import SLEW_DIVISOR
from citysim.chaos.environment import shifted_clock


class ProcessClocks:
    """`open` it before the processes start."""

    def __init__(self, folder: Path, names: Iterable[str]) -> None:
        self._files = {name: folder / f"{name}.offset" for name in sorted(names)}
        self._offsets: dict[str, mmap.mmap] = {}
        self._leads = {name: NodeTimeLead() for name in self._files}

    def open(self) -> None:
        for name, path in self._files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(bytes(shifted_clock.OFFSET_BYTES))
            with path.open("r+b") as file:
                self._offsets[name] = mmap.mmap(file.fileno(), shifted_clock.OFFSET_BYTES)

    def close(self) -> None:
        while self._offsets:
            self._offsets.popitem()[1].close()

    def wrap_command(self, name: str, argv: Sequence[str]) -> tuple[str, ...]:
        """The command line `python -m citybrain.cli.main …` under a clock that can be stepped."""
        python, _, _, *arguments = argv
        module = shifted_clock.__name__
        return (python or sys.executable, "-m", module, str(self._files[name]), *arguments)

    def step(self, name: str, seconds: float, now: Instant) -> None:
        """From now on the process's wall clock is `seconds` off the machine's."""
        self._leads[name].stepped(seconds, now)
        shifted_clock.write(self._offsets[name], round(seconds * SECOND_US))

    def lead_s(self, name: str, now: Instant) -> float:
        """How far node time there may be ahead of the machine's.

        Node time never goes back, it only runs slower (see `citybrain.system_clock`).
        """
        return self._leads[name].seconds(now) if name in self._leads else 0.0


class NodeTimeLead:
    """By how much a node's time is ahead at most, after the steps so far.

    A process that was down meanwhile is ahead by less.
    """

    def __init__(self) -> None:
        self._offset_s, self._lead_s, self._at = 0.0, 0.0, Instant(0)

    def stepped(self, offset_s: float, now: Instant) -> None:
        self._lead_s, self._at, self._offset_s = max(self.seconds(now), offset_s), now, offset_s

    def seconds(self, now: Instant) -> float:
        caught_up = (now - self._at) / SECOND_US / SLEW_DIVISOR
        return max(self._offset_s, self._lead_s - caught_up)
