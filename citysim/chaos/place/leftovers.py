"""What dead chaos runs left here: frozen processes, network namespaces, mounted disks. Found by their mark, removed only when its run is gone."""

import os
import signal
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from citysim.chaos.net.shell import said
from citysim.chaos.place.mark import Mark, found_in
from citysim.errors import ChaosUnavailableError
from citysim.supervise.tree import MARK

NAMESPACES, MOUNTS = Path("/run/netns"), Path("/proc/mounts")


@dataclass(frozen=True, slots=True, kw_only=True)
class Leftovers:
    """Of runs whose process is gone."""

    processes: tuple[int, ...] = ()
    namespaces: tuple[str, ...] = ()
    mounts: tuple[str, ...] = ()

    def __str__(self) -> str:
        parts = (
            ("process", self.processes),
            ("network namespace", self.namespaces),
            ("small disk", self.mounts),
        )
        return ", ".join(
            f"{len(some)} {what}{'' if len(some) == 1 else 'es' if what.endswith('s') else 's'}"
            for what, some in parts
            if some
        )


def find() -> Leftovers:
    processes = [
        int(entry.name)
        for entry in Path("/proc").iterdir()
        if entry.name.isdigit() and _is_orphaned(_run_of(entry))
    ]
    namespaces = (
        [entry.name for entry in NAMESPACES.iterdir() if _is_orphaned(found_in(entry.name))]
        if NAMESPACES.is_dir()
        else []
    )
    mounts = [line.split() for line in MOUNTS.read_text().splitlines()] if MOUNTS.exists() else []
    return Leftovers(
        processes=tuple(sorted(processes)),
        namespaces=tuple(sorted(namespaces)),
        mounts=tuple(place for source, place, *_ in mounts if _is_orphaned(found_in(source))),
    )


def remove(left: Leftovers) -> None:
    """Best effort: what this user may not remove stays, and `find` names it again."""
    for pid in left.processes:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)
    for place in left.mounts:
        with suppress(ChaosUnavailableError):
            said("umount", "--lazy", place)
    for name in left.namespaces:
        with suppress(ChaosUnavailableError):
            said("ip", "netns", "del", name)


def _is_orphaned(mark: Mark | None) -> bool:
    return mark is not None and not mark.is_alive


def _run_of(process: Path) -> Mark | None:
    """The run that started it, from its environment."""
    try:
        entries = (process / "environ").read_bytes().split(b"\0")
    except OSError:
        return None  # it ended meanwhile, or is another user's
    wanted = f"{MARK}=".encode()
    return next(
        (found_in(entry.decode(errors="replace")) for entry in entries if entry.startswith(wanted)),
        None,
    )
