"""The mark of a chaos run: a name that says which process it belongs to, on everything that would outlive it. By it a later run finds what a dead one left."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

PREFIX = "cbchaos"
PATTERN = re.compile(rf"{PREFIX}-(\d+)-(\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """`began` is the kernel's: a pid that was given again is another process."""

    pid: int
    began: int

    def __str__(self) -> str:
        return f"{PREFIX}-{self.pid}-{self.began}"

    @property
    def is_alive(self) -> bool:
        return _began(self.pid) == self.began


def ours() -> Mark:
    """The mark of this process."""
    return Mark(pid=os.getpid(), began=_began(os.getpid()) or 0)


def found_in(text: str) -> Mark | None:
    """The first mark in `text`."""
    match = PATTERN.search(text)
    return None if match is None else Mark(pid=int(match[1]), began=int(match[2]))


def _began(pid: int) -> int | None:
    """When the process started, in ticks since boot; None when there is none, or only its ashes (Linux)."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] == "Z" else int(fields[19])
