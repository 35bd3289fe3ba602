"""The process tree below this process, read from /proc (Linux). Finds what a dead child left behind; starts nothing.

As the *subreaper* this process becomes the parent of every orphan below it, whatever session that orphan made for itself (Ray does). Everything we
start carries a *mark* in its environment, which its own children inherit: only what is below us and carries the mark is ever signalled.
"""

import ctypes
import os
import signal
import sys
from pathlib import Path

PR_SET_CHILD_SUBREAPER = 36
MARK = "CITYBRAIN_RUN"  # environment variable


def become_subreaper() -> None:
    """From now on orphans below this process come to it. Without effect where the kernel is not Linux."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def descendants(of: int) -> list[int]:
    """Every pid below `of` now, sorted; zombies included."""
    parents = _parents()
    found: set[int] = set()
    frontier = {of}
    while frontier:
        frontier = {pid for pid, parent in parents.items() if parent in frontier} - found
        found |= frontier
    return sorted(found)


def marked(mark: str) -> list[int]:
    """The living descendants of this process whose mark begins with `mark`, sorted."""
    wanted = f"{MARK}={mark}".encode()
    return [
        pid
        for pid in descendants(os.getpid())
        if any(entry.startswith(wanted) for entry in _environment(pid))
    ]


def signal_marked(mark: str, number: signal.Signals) -> list[int]:
    """Send `number` to all of `marked(mark)` and return them."""
    found = marked(mark)
    for pid in found:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            continue
    return found


def program_of(pid: int) -> str:
    """The file name of the program that a process runs; "" when it is gone."""
    try:
        return Path(
            Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[0].decode(errors="replace")
        ).name
    except OSError:
        return ""


def collect_orphans() -> None:
    """Take the exit status of whatever ended as a child of this process, so that no zombie stays. Only when no child is awaited elsewhere."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def _environment(pid: int) -> list[bytes]:
    try:
        return Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return []  # it ended meanwhile, or is another user's


def _parents() -> dict[int, int]:
    parents = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            stat = (entry / "stat").read_text()
        except OSError:
            continue  # it ended meanwhile
        parents[int(entry.name)] = int(stat.rpartition(")")[2].split()[1])
    return parents
