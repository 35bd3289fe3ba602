"""The tag of a chaos run: a name with its process, on everything that would outlive it.

By the tags a later run finds what a dead one left.
"""

import os
import re
from pathlib import Path

from citybrain.structs import Struct

PREFIX = "cbchaos"
PATTERN = re.compile(rf"{PREFIX}-(\d+)-(\d+)")


class RunTag(Struct, frozen=True, kw_only=True):
    """`started`: the kernel's start time of the process; a reused pid is another process."""

    pid: int
    started: int

    def __str__(self) -> str:
        return f"{PREFIX}-{self.pid}-{self.started}"

    @property
    def is_alive(self) -> bool:
        return _started(self.pid) == self.started


def own_tag() -> RunTag:
    """The tag of this process."""
    return RunTag(pid=os.getpid(), started=_started(os.getpid()) or 0)


def parse_tag(text: str) -> RunTag | None:
    """The first tag in `text`."""
    match = PATTERN.search(text)
    return None if match is None else RunTag(pid=int(match[1]), started=int(match[2]))


def _started(pid: int) -> int | None:
    """When the process started, in ticks since boot; None: it is gone, or a zombie (Linux)."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] == "Z" else int(fields[19])
