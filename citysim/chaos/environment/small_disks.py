"""Small disks: a process's data folder as a file system of its own in memory.

It can be filled to the last byte and freed again. Needs root.
"""

import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from citysim.chaos.environment.run_tag import RunTag
from citysim.chaos.net.system_command import run_command
from citysim.errors import ChaosUnavailableError

MIB = 1024 * 1024
FILLER = "filler"
PIECES = (1 * MIB, 65_536, 4_096, 1)  # ever smaller, until no byte is left


class SmallDisks:
    """`open` them before the processes start, `close` them after they have ended.

    Then what they wrote lies in the folders, without the disks.
    """

    def __init__(self, folders: Mapping[str, Path], *, mib: int, tag: RunTag) -> None:
        self._folders, self._mib, self._tag = dict(folders), mib, tag
        self._mounted: dict[str, Path] = {}

    def open(self) -> None:
        """Mount them; raises `ChaosUnavailableError` with none left mounted."""
        size, tag = f"size={self._mib}m", str(self._tag)
        try:
            for name, folder in sorted(self._folders.items()):
                folder.mkdir(parents=True, exist_ok=True)
                run_command("mount", "-t", "tmpfs", "-o", size, tag, str(folder))
                self._mounted[name] = folder
        except ChaosUnavailableError:
            self.close()
            raise

    def fill(self, name: str) -> None:
        """Leave no byte. Call it again while the disk is to stay full: deleting makes room."""
        with (self._mounted[name] / FILLER).open("ab", buffering=0) as file:
            for size in PIECES:
                piece = bytes(size)
                with suppress(OSError):
                    while file.write(piece) == size:
                        pass

    def free(self, name: str) -> None:
        (self._mounted[name] / FILLER).unlink(missing_ok=True)

    def close(self) -> None:
        while self._mounted:
            name, folder = self._mounted.popitem()
            (folder / FILLER).unlink(missing_ok=True)
            copy = folder.with_name(f"{name}.copy")
            shutil.copytree(folder, copy, dirs_exist_ok=True)
            run_command("umount", "--lazy", str(folder))
            shutil.copytree(copy, folder, dirs_exist_ok=True)
            shutil.rmtree(copy)


def unavailable_reason() -> str:
    """Why this user cannot have small disks; "" when it can."""
    if os.geteuid() != 0:
        return "a small disk is a tmpfs of its own, and mounting one needs root"
    return "" if shutil.which("mount") and shutil.which("umount") else "`mount` was not found"
