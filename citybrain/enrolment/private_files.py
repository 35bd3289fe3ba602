"""Files and folders that their owner alone may read, written whole or not at all.

Where root does the work, what it makes belongs to whom the folder around it belongs to: a node runs
as a user of its own. That user could put links in root's way, so none is followed.
"""

import os
from pathlib import Path

FILE_MODE, FOLDER_MODE = 0o600, 0o700


def write_private(path: Path, content: bytes | str) -> None:
    """Put `content` at `path`, durable, for the owner alone; a reader finds the old file or the new
    one. Raises `OSError`."""
    beside = path.with_name(path.name + ".new")
    beside.unlink(missing_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    with os.fdopen(os.open(beside, flags, FILE_MODE), "wb") as file:
        _make_private(file.fileno(), FILE_MODE, path.parent)
        file.write(content if isinstance(content, bytes) else content.encode())
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    sync_folder(path.parent)


def make_private_folder(path: Path) -> None:
    """A folder for the owner alone; one that is there becomes so, and those around it that are
    missing are made so. Raises `OSError`, also where a link stands there."""
    if not path.parent.exists():
        make_private_folder(path.parent)
    path.mkdir(mode=FOLDER_MODE, exist_ok=True)
    _open_and_make_private(path, FOLDER_MODE, os.O_DIRECTORY)


def make_private_file(path: Path) -> None:
    """Let a file that somebody else wrote be for its owner alone. Raises `OSError`."""
    _open_and_make_private(path, FILE_MODE, 0)


def sync_folder(path: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def is_open_to_others(path: Path) -> bool:
    """Whether anybody but the owner may read or write it."""
    return bool(path.stat().st_mode & 0o077)


def _open_and_make_private(path: Path, mode: int, flags: int) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | flags)
    try:
        _make_private(descriptor, mode, path.parent)
    finally:
        os.close(descriptor)


def _make_private(descriptor: int, mode: int, around: Path) -> None:
    os.fchmod(descriptor, mode)  # whatever the umask left of it
    if os.geteuid() == 0:
        owner = around.stat()
        os.fchown(descriptor, owner.st_uid, owner.st_gid)
