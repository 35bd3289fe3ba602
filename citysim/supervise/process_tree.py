"""The process tree below this process, read from /proc (Linux). Finds orphans; starts nothing.

As the *subreaper* this process becomes the parent of every orphan below it, whatever session the
orphan made for itself (Ray does). Every process that we start carries a *tag* in its environment,
which its own children inherit: only tagged processes below this one are ever signalled.
"""

import ctypes
import os
import signal
import sys
from pathlib import Path

PR_SET_CHILD_SUBREAPER = 36
TAG_VARIABLE = "CITYBRAIN_RUN"  # of the environment


def become_subreaper() -> None:
    """From now on orphans below this process become its children. No effect except on Linux."""
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


def tagged(tag: str) -> list[int]:
    """The pids of this process's descendants whose tag begins with `tag`, sorted."""
    wanted = f"{TAG_VARIABLE}={tag}".encode()
    return [
        pid
        for pid in descendants(os.getpid())
        if any(entry.startswith(wanted) for entry in _environment(pid))
    ]


def signal_tagged(tag: str, number: signal.Signals) -> list[int]:
    """Send the signal `number` to all of `tagged(tag)` and return them."""
    found = tagged(tag)
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
    """Reap every child that has ended, so that no zombie stays.

    Call it only when no child is awaited elsewhere.
    """
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
