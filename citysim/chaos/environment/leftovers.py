"""What dead chaos runs left here: frozen processes, network namespaces, mounted disks.

Found by their tag, and removed only when its run is gone.
"""

import os
import signal
from contextlib import suppress
from pathlib import Path

from citybrain.structs import Struct
from citysim.chaos.environment.run_tag import RunTag, parse_tag
from citysim.chaos.net.system_command import run_command
from citysim.errors import ChaosUnavailableError
from citysim.supervise.process_tree import TAG_VARIABLE

NAMESPACES, MOUNTS = Path("/run/netns"), Path("/proc/mounts")


class Leftovers(Struct, frozen=True, kw_only=True):
    """Of runs whose process is gone."""

    processes: tuple[int, ...] = ()
    namespaces: tuple[str, ...] = ()
    mounts: tuple[str, ...] = ()

    def __str__(self) -> str:
        parts = (
            ("process(es)", self.processes),
            ("network namespace(s)", self.namespaces),
            ("small disk(s)", self.mounts),
        )
        return ", ".join(f"{len(some)} {what}" for what, some in parts if some)


def find() -> Leftovers:
    processes = [
        int(entry.name)
        for entry in Path("/proc").iterdir()
        if entry.name.isdigit() and _is_orphaned(_tag_of(entry))
    ]
    namespaces = (
        [entry.name for entry in NAMESPACES.iterdir() if _is_orphaned(parse_tag(entry.name))]
        if NAMESPACES.is_dir()
        else []
    )
    mounts = [line.split() for line in MOUNTS.read_text().splitlines()] if MOUNTS.exists() else []
    return Leftovers(
        processes=tuple(sorted(processes)),
        namespaces=tuple(sorted(namespaces)),
        mounts=tuple(place for source, place, *_ in mounts if _is_orphaned(parse_tag(source))),
    )


def remove(left: Leftovers) -> None:
    """Best effort: what this user may not remove stays, and `find` names it again."""
    for pid in left.processes:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)
    for place in left.mounts:
        with suppress(ChaosUnavailableError):
            run_command("umount", "--lazy", place)
    for name in left.namespaces:
        with suppress(ChaosUnavailableError):
            run_command("ip", "netns", "del", name)


def _is_orphaned(tag: RunTag | None) -> bool:
    return tag is not None and not tag.is_alive


def _tag_of(process: Path) -> RunTag | None:
    """The tag of the run that started it, from its environment."""
    try:
        entries = (process / "environ").read_bytes().split(b"\0")
    except OSError:
        return None  # it ended meanwhile, or is another user's
    wanted = f"{TAG_VARIABLE}=".encode()
    return next(
        (
            parse_tag(entry.decode(errors="replace"))
            for entry in entries
            if entry.startswith(wanted)
        ),
        None,
    )
