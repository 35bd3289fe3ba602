"""The folder of attached files: each once, under its SHA-256, whole and durable before it has that
name. Blocks: for threads. Knows no case.
"""

import errno
import hashlib
import os
import shutil
from collections.abc import Generator, Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

from citybrain.api.limits import FILE_PIECE
from citybrain.attached_files import FOLDER, is_digest
from citybrain.data_folder import FILE_MODE, FOLDER_MODE
from citybrain.errors import StoreError, StoreFullError
from district_node.attachments.limits import ATTACHMENT_ROOM
from district_node.attachments.media_types import HEAD_BYTES

INCOMING = ".incoming-"  # before the name of a file that is not whole yet
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
KEPT, MISSING, DAMAGED = "kept", "missing", "damaged"


class AttachmentFolder:
    """Below the data folder `data`; made when the first file comes. Raises `StoreError`,
    `StoreFullError`."""

    def __init__(self, data: Path) -> None:
        self._folder = data / FOLDER

    def begin(self, token: str) -> "Incoming":
        """A file that comes in; `token` tells it from others."""
        try:
            self._folder.mkdir(mode=FOLDER_MODE, exist_ok=True)
            if shutil.disk_usage(self._folder).free < ATTACHMENT_ROOM.value:
                raise StoreFullError(
                    f"the disk of {self._folder} has less than {ATTACHMENT_ROOM.value}"
                    f" {ATTACHMENT_ROOM.unit}: make room."
                )
            return Incoming(self._folder, self._folder / f"{INCOMING}{token}")
        except OSError as error:
            raise _translated(self._folder, error) from error

    def names(self) -> tuple[str, ...]:
        """The digests of the files that are there."""
        return tuple(name for name in self._entries() if is_digest(name))

    def remove(self, sha256: str) -> None:
        """Nobody names it any more. One that is not there is no error."""
        try:
            (self._folder / sha256).unlink(missing_ok=True)
        except OSError as error:
            raise _translated(self._folder / sha256, error) from error

    def sweep(self, named: Iterable[str]) -> int:
        """Remove what is not among the `named` digests: what a crash left, or what a backup has
        more. How many files."""
        keep = frozenset(named)
        left = [name for name in self._entries() if name not in keep and _is_ours(name)]
        for name in left:
            self.remove(name)
        return len(left)

    def state_of(self, sha256: str, size: int) -> str:
        """Whether the file is there and has its size: a look, not a reading."""
        try:
            found = (self._folder / sha256).stat().st_size
        except OSError:
            return MISSING
        return KEPT if found == size else DAMAGED

    def open_whole(self, sha256: str) -> BinaryIO | None:
        """The file, read through and found to be what its digest says; None: it is not. Raises
        `FileNotFoundError`."""
        with ExitStack() as closing:  # also where the disk fails half-way
            file = closing.enter_context((self._folder / sha256).open("rb"))
            if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
                return None
            file.seek(0)
            closing.pop_all()
        return file

    def _entries(self) -> list[str]:
        found = self._folder.iterdir() if self._folder.is_dir() else ()
        return sorted(path.name for path in found)


class Incoming:
    """One file on its way in. `write` its bytes, then `keep` or `discard` it."""

    def __init__(self, folder: Path, path: Path) -> None:
        self._folder, self._path, self._digest = folder, path, hashlib.sha256()
        self.head, self.size = b"", 0
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
        self._file = os.fdopen(descriptor, "wb")

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()

    def write(self, data: bytes) -> None:
        self.head += data[: max(0, HEAD_BYTES - len(self.head))]
        self.size += len(data)
        self._digest.update(data)
        try:
            self._file.write(data)
        except OSError as error:
            raise _translated(self._path, error) from error

    def keep(self) -> None:
        """Durable under its digest from now on: file and folder are."""
        path = self._folder / self.sha256
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            self._path.replace(path)
            _sync(self._folder)
            _sync(self._folder.parent)  # which may have the folder since just now
        except OSError as error:
            raise _translated(path, error) from error

    def discard(self) -> None:
        """Nothing of it is kept; after `keep` nothing is left to discard."""
        try:
            self._file.close()
        except OSError:  # a full disk: what it had buffered goes with it
            pass
        self._path.unlink(missing_ok=True)


def pieces_of(file: BinaryIO) -> Generator[bytes, None, None]:
    """What the file has, in pieces; then it is closed."""
    with file:
        while piece := file.read(FILE_PIECE.value):
            yield piece


def _is_ours(name: str) -> bool:
    return is_digest(name) or name.startswith(INCOMING)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _translated(path: Path, error: OSError) -> StoreError:
    kind = StoreFullError if error.errno in FULL else StoreError
    return kind(f"{path} cannot be written: {error.strerror}. Look at the disk of data_dir.")
