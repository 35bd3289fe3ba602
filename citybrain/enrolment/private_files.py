"""Files and folders that their owner alone may read, written whole or not at all."""

import os
from pathlib import Path

FILE_MODE, FOLDER_MODE = 0o600, 0o700


def write_private(path: Path, content: bytes | str) -> None:
    """Put `content` at `path`, durable, for the owner alone; a reader finds the old file or the new
    one. Raises `OSError`."""
    beside = path.with_name(path.name + ".new")
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
    with os.fdopen(os.open(beside, flags, FILE_MODE), "wb") as file:
        os.fchmod(file.fileno(), FILE_MODE)
        file.write(content if isinstance(content, bytes) else content.encode())
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    sync_folder(path.parent)


def make_private_folder(path: Path) -> None:
    """A folder for the owner alone; one that is there becomes so. Raises `OSError`."""
    path.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    path.chmod(FOLDER_MODE)


def sync_folder(path: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def is_open_to_others(path: Path) -> bool:
    """Whether anybody but the owner may read or write it."""
    return bool(path.stat().st_mode & 0o077)


def give_to_owner_of(folder: Path, path: Path) -> None:
    """Where root did the work, what it made belongs to whom the folder belongs to: a node runs as a
    user of its own."""
    if os.geteuid() != 0:
        return
    owner = folder.stat()
    for one in (path, *path.rglob("*")):
        os.chown(one, owner.st_uid, owner.st_gid, follow_symlinks=False)
