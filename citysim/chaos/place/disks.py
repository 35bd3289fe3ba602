"""Small disks: a process's data folder as a file system of its own in memory, which can be filled to the last byte and freed again. Needs root."""

import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from citysim.chaos.net.shell import said
from citysim.chaos.place.mark import Mark
from citysim.errors import ChaosUnavailableError

MIB = 1024 * 1024
BALLAST = "ballast"
PIECES = (1 * MIB, 65_536, 4_096, 1)  # ever smaller, until not one byte is left


class Disks:
    """`open` before the processes start, `close` after they have ended: what they wrote lies in the folders then, without the disks."""

    def __init__(self, folders: Mapping[str, Path], *, mib: int, mark: Mark) -> None:
        self._folders, self._mib, self._mark = dict(folders), mib, mark
        self._mounted: dict[str, Path] = {}

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(sorted(self._folders))

    def open(self) -> None:
        """Mount them; raises `ChaosUnavailableError` with none left mounted."""
        try:
            for name, folder in sorted(self._folders.items()):
                folder.mkdir(parents=True, exist_ok=True)
                said(
                    "mount", "-t", "tmpfs", "-o", f"size={self._mib}m", str(self._mark), str(folder)
                )
                self._mounted[name] = folder
        except ChaosUnavailableError:
            self.close()
            raise

    def fill(self, name: str) -> None:
        """Leave not one byte; again and again while it is to stay full (a process that deletes something makes room)."""
        with (self._mounted[name] / BALLAST).open("ab", buffering=0) as file:
            for size in PIECES:
                piece = bytes(size)
                with suppress(OSError):
                    while file.write(piece) == size:
                        pass

    def free(self, name: str) -> None:
        (self._mounted[name] / BALLAST).unlink(missing_ok=True)

    def close(self) -> None:
        while self._mounted:
            name, folder = self._mounted.popitem()
            (folder / BALLAST).unlink(missing_ok=True)
            kept = folder.with_name(f"{name}.kept")
            shutil.copytree(folder, kept, dirs_exist_ok=True)
            said("umount", "--lazy", str(folder))
            shutil.copytree(kept, folder, dirs_exist_ok=True)
            shutil.rmtree(kept)


def why_not() -> str:
    """Why this user cannot have small disks; "" when it can."""
    if os.geteuid() != 0:
        return "a small disk is a tmpfs of its own, and mounting one needs root"
    return "" if shutil.which("mount") and shutil.which("umount") else "`mount` was not found"
