"""A SQLite file that one process owns: locked, opened, migrated, with apsw's errors translated. The
only importer of apsw beside the adapters.

The lock is an `flock` on a file beside the database: the kernel drops it when the process ends,
however it ends.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw

from citybrain.errors import (
    NewerFormatError,
    StoreBusyError,
    StoreCorruptError,
    StoreError,
    StoreFullError,
    UpgradeError,
)
from citybrain.sqlite.statements import migrations

BUSY_WAIT_MS = 5_000  # a reader of another process may hold the file for a moment, never longer
WAL_LIMIT_BYTES = 16 * 1024 * 1024  # the write-ahead log shrinks back to this after a burst
CACHE_KIB = 8 * 1024


class FileLock:
    """Held from construction to `release`; raises `StoreBusyError` when another process holds
    it."""

    def __init__(self, path: Path) -> None:
        self._path = path.with_name(path.name + ".lock")
        try:
            self._fd = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise _from_os(path, error) from error
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.ftruncate(self._fd, 0)
            os.write(self._fd, f"{os.getpid()}\n".encode())
        except BlockingIOError as error:
            holder = os.read(self._fd, 32).decode(errors="replace").strip() or "unknown"
            os.close(self._fd)
            raise StoreBusyError(
                f"{path} is held by another process (pid {holder}). Stop that process, or give this"
                " one a path of its own."
            ) from error
        except OSError as error:  # a full disk cannot note the pid; the lock itself stands
            os.close(self._fd)
            raise _from_os(path, error) from error

    def release(self) -> None:
        """Let others in. Releasing twice is no error."""
        fd, self._fd = self._fd, -1
        if fd >= 0:
            os.close(fd)


def open_owned(path: Path, *, schema: str) -> tuple[FileLock, apsw.Connection]:
    """Lock, open (or make) and migrate the file with the migrations of package `schema`. Every
    commit on the connection is durable."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _from_os(path, error) from error
    lock = FileLock(path)
    try:
        with translated_errors(path):
            connection = apsw.Connection(str(path))
            connection.set_busy_timeout(BUSY_WAIT_MS)
            connection.execute(
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY"
            )
            connection.execute(
                f"PRAGMA journal_size_limit={WAL_LIMIT_BYTES}; PRAGMA cache_size=-{CACHE_KIB}"
            )
            _migrate(connection, path, schema)
    except BaseException:
        lock.release()
        raise
    return lock, connection


def open_shared(path: Path, *, schema: str) -> apsw.Connection:
    """A connection for short upkeep transactions beside the process that owns the file, live or
    not. It migrates nothing: raises `UpgradeError` where the file has not this version's schema."""
    if not path.exists():
        raise StoreError(f"{path} does not exist. Give the path of a journal or outbox file.")
    with translated_errors(path):
        connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)
        connection.set_busy_timeout(BUSY_WAIT_MS)
        connection.execute("PRAGMA synchronous=FULL")
        check_schema(connection, path, schema)
    return connection


def create_new(path: Path, *, schema: str) -> apsw.Connection:
    """A new file of its own, without a log beside it; one that was left at `path` is replaced."""
    with translated_errors(path):
        for suffix in ("", "-journal"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        connection = apsw.Connection(str(path))
        connection.execute("PRAGMA journal_mode=DELETE; PRAGMA synchronous=FULL")
        _migrate(connection, path, schema)
    return connection


def check_schema(connection: apsw.Connection, path: Path, schema: str) -> None:
    """Raise `UpgradeError` where the file has not exactly the schema of this version."""
    steps, done = migrations(schema), _applied_migrations(connection, path, schema)
    if done < len(steps):
        raise UpgradeError(
            f"{path} has schema {done}, and this version reads schema {len(steps)}. Start its node"
            " once with this version, which brings it up, or use the version that wrote it."
        )


def open_reader(path: Path) -> apsw.Connection:
    """A read-only connection; the file may be live in this or another process."""
    if not path.exists():
        raise StoreError(f"{path} does not exist. Give the path of a journal or outbox file.")
    with translated_errors(path):
        try:
            return _checked(apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY))
        except apsw.CantOpenError:
            if path.with_name(path.name + "-wal").exists():
                raise
            # a closed file on a read-only medium, where not even a lock can be written
            address = f"{path.resolve().as_uri()}?immutable=1"
            return _checked(
                apsw.Connection(address, flags=apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI)
            )


def _checked(connection: apsw.Connection) -> apsw.Connection:
    connection.set_busy_timeout(BUSY_WAIT_MS)
    connection.execute("PRAGMA query_only=ON")
    connection.execute("SELECT count(*) FROM sqlite_schema").fetchall()
    return connection


@contextmanager
def transaction(connection: apsw.Connection, path: Path) -> Iterator[None]:
    """All of the block, or nothing of it; apsw's errors are translated."""
    with translated_errors(path):
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


@contextmanager
def translated_errors(path: Path) -> Iterator[None]:
    """Translate apsw's errors into ours."""
    try:
        yield
    except apsw.Error as error:
        raise _translated(path, error) from error


# a short read: the file ends in the middle of a page
_CORRUPT_IO = {
    apsw.SQLITE_IOERR_CORRUPTFS,
    apsw.SQLITE_IOERR_DATA,
    apsw.SQLITE_IOERR_SHORT_READ,
}


def _translated(path: Path, error: apsw.Error) -> StoreError:
    extended = getattr(error, "extendedresult", 0)
    if isinstance(error, apsw.NotADBError):
        return StoreCorruptError(
            f"{path} is not an SQLite file, or its first page is damaged. Give the right path, or"
            " restore it from a backup."
        )
    if isinstance(error, apsw.CorruptError) or extended in _CORRUPT_IO:
        return StoreCorruptError(
            f"{path} is damaged ({error}). `citybrain journal verify {path}` shows where; restore"
            " it from a backup."
        )
    if isinstance(error, apsw.FullError | apsw.IOError):
        return StoreFullError(
            f"{path} cannot be written: {error}. Nothing was changed; free some disk and it goes on"
            " by itself."
        )
    if isinstance(error, apsw.BusyError | apsw.LockedError):
        return StoreBusyError(
            f"{path} is held by another process ({error}). Stop that process, or give this one a"
            " path of its own."
        )
    if isinstance(
        error, apsw.CantOpenError | apsw.ReadOnlyError | apsw.PermissionsError | apsw.AuthError
    ):
        return StoreError(
            f"{path} cannot be opened for this ({error}). Check that the folder exists and that"
            " this user may write there."
        )
    if isinstance(error, apsw.SQLError) and "no such table" in str(error):
        return StoreError(
            f"{path} is an SQLite file, but not of this kind ({error}). Give the path of a journal,"
            " as `data_dir` holds it."
        )
    return StoreError(f"{path}: {error}")


def _from_os(path: Path, error: OSError) -> StoreError:
    if error.errno in {28, 122}:  # ENOSPC, EDQUOT
        return StoreFullError(
            f"{path} cannot be written: {error.strerror}. Nothing was changed; free some disk and"
            " start again."
        )
    return StoreError(
        f"{path} cannot be opened: {error.strerror}. Check that the folder exists and that this"
        " user may write there."
    )


def _migrate(connection: apsw.Connection, path: Path, schema: str) -> None:
    connection.execute(
        "CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL)"
        " STRICT"
    )
    for step in migrations(schema)[_applied_migrations(connection, path, schema) :]:
        with transaction(connection, path):
            connection.execute(step.sql)
            connection.execute(
                "INSERT INTO migrations (number, name) VALUES (?, ?)", (step.number, step.name)
            )


def _applied_migrations(connection: apsw.Connection, path: Path, schema: str) -> int:
    """How many of the migrations of package `schema` the file has had; raises `UpgradeError` where
    it has had others: it is of a newer version, or no file of this kind."""
    steps = migrations(schema)
    found = connection.execute("SELECT number, name FROM migrations ORDER BY number").fetchall()
    if len(found) > len(steps):
        raise NewerFormatError(
            f"{path} was written by a newer version (schema {len(found)}, this one knows"
            f" {len(steps)}). Start the version that wrote it."
        )
    for step, (number, name) in zip(steps, found, strict=False):
        if (step.number, step.name) != (number, name):
            raise UpgradeError(
                f"{path} is not a file of this kind: its migration {number} is {name!r}, and here"
                f" it is {step.name!r}. Give the right path."
            )
    return len(found)
