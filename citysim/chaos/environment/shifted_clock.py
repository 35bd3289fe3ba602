"""`citybrain …` under a wall clock that is shifted by what a small file says.

Usage: `python -m citysim.chaos.environment.shifted_clock FILE ARG…`. Production code is unchanged.
Another process that has the file open can step the clock of the running process; its monotonic
clock goes on, as on a real machine.
"""

import mmap
import sys
import time
from pathlib import Path

OFFSET_BYTES = 8  # microseconds, signed, little-endian


def read(offset: mmap.mmap) -> int:
    return int.from_bytes(offset[:OFFSET_BYTES], "little", signed=True)


def write(offset: mmap.mmap, micros: int) -> None:
    offset[:OFFSET_BYTES] = micros.to_bytes(OFFSET_BYTES, "little", signed=True)


def shift_clock(path: Path) -> None:
    """From now on `time.time_ns` and `time.time` of this process are off by what the file says."""
    with path.open("rb") as file:
        offset = mmap.mmap(file.fileno(), OFFSET_BYTES, prot=mmap.PROT_READ)
    true_ns = time.time_ns  # noqa: TID251 - this is what is shifted

    def wall_ns() -> int:
        return true_ns() + read(offset) * 1000

    time.time_ns = wall_ns  # noqa: TID251 - as above
    time.time = lambda: wall_ns() / 1e9  # noqa: TID251 - as above


def main() -> None:
    shift_clock(Path(sys.argv[1]))
    from citybrain.cli.main import main as citybrain

    citybrain(sys.argv[2:])


if __name__ == "__main__":
    main()
