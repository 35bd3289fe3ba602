"""A SQLite file that one process owns: locked, opened, migrated, with apsw's errors translated. The
only importer of apsw beside the adapters.

The lock is an `flock` on a file beside the database: the kernel drops it when the process ends,
however it ends.
"""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw

from citybrain.data_folder import FILE_MODE
from citybrain.errors import (
    StoreBusyError,
    StoreCorruptError,
    StoreError,
    StoreFullError,
)
from citybrain.sqlite.schema import apply_migration, check_kind, check_schema, missing_migrations

BUSY_WAIT_MS = 5_000  # a reader of another process may hold the file for a moment, never longer
WAL_LIMIT_BYTES = 16 * 1024 * 1024  # the write-ahead log shrinks back to this after a burst
CACHE_KIB = 8 * 1024
PAGE_BYTES_MIN = 512  # SQLite has no smaller ones


class FileLock:
    """Held from construction to `release`; raises `StoreBusyError` when another process holds
    it."""

    def __init__(self, path: Path) -> None:
        real = path.resolve()  # two names of one file are one lock
        self._path = real.with_name(real.name + ".lock")
        try:
            self._fd = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, FILE_MODE)
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


def accept(_connection: apsw.Connection) -> None:
    """For whoever has nothing to refuse."""


def open_owned(
    path: Path, *, schema: str, check: Callable[[apsw.Connection], None] = accept
) -> tuple[FileLock, apsw.Connection]:
    """Lock, open (or make) and migrate the file with the migrations of package `schema`. Every
    commit on the connection is durable. `check` may refuse a file of that kind: before it, and
    where it raises, nothing in the file was changed.

    The transaction that brings a file of an older schema up is still open: `settle` it when nothing
    else refused the file, or close the connection, and the version that wrote it can still open it.
    """
    ensure_no_folder(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _from_os(path, error) from error
    lock, connection = FileLock(path), None
    try:
        _make_or_check_content(path, schema)
        has_log = _has_log(path)  # opening it makes one
        with translated_errors(path):
            connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)
            connection.set_busy_timeout(BUSY_WAIT_MS)
            check_kind(connection, path, schema)
            _check_end(connection, path, has_log=has_log)
            check(connection)
            connection.execute(
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY"
            )
            connection.execute(
                f"PRAGMA journal_size_limit={WAL_LIMIT_BYTES}; PRAGMA cache_size=-{CACHE_KIB}"
            )
            if missing := missing_migrations(connection, path, schema):
                connection.execute("BEGIN IMMEDIATE")
            for step in missing:
                apply_migration(connection, step)
            check_schema(connection, path, schema)
    except BaseException:
        if connection is not None:
            connection.close()
        lock.release()
        raise
    return lock, connection


def settle(connection: apsw.Connection, path: Path) -> None:
    """Keep what `open_owned` left open; does nothing where it left nothing."""
    if connection.in_transaction:
        with translated_errors(path):
            connection.execute("COMMIT")


def open_shared(path: Path, *, schema: str) -> apsw.Connection:
    """A connection for short upkeep transactions beside the process that owns the file, live or
    not. It migrates nothing: raises `UpgradeError` where the file has not this version's schema."""
    _ensure_content(path)
    with translated_errors(path):
        connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)
        connection.set_busy_timeout(BUSY_WAIT_MS)
        connection.execute("PRAGMA synchronous=FULL")
        check_schema(connection, path, schema)
    return connection


def bring_up(path: Path, *, schema: str) -> None:
    """Bring a shared file that an older version wrote to this version's schema, in one transaction;
    one that has it stays as it is. Raises `StoreError`, also where it is of another kind."""
    _ensure_content(path)
    with translated_errors(path):
        connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)
        try:
            connection.set_busy_timeout(BUSY_WAIT_MS)
            if not missing_migrations(connection, path, schema):
                return
            connection.execute("PRAGMA synchronous=FULL")
            with transaction(connection, path):
                for step in missing_migrations(connection, path, schema):
                    apply_migration(connection, step)
        finally:
            connection.close()


def create_new(path: Path, *, schema: str) -> apsw.Connection:
    """A new file of its own, without a log beside it; one that was left at `path` is replaced."""
    with translated_errors(path):
        for suffix in ("", "-journal"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        _make_private(path)  # its log gets the same mode
        connection = apsw.Connection(str(path))
        connection.execute("PRAGMA journal_mode=DELETE; PRAGMA synchronous=FULL")
        for step in missing_migrations(connection, path, schema):
            with transaction(connection, path):
                apply_migration(connection, step)
    return connection


def _make_private(path: Path) -> None:
    """An empty file that nobody else may read, for SQLite to fill."""
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE))
    except OSError as error:
        raise _from_os(path, error) from error


def put_in_place(made: Path, path: Path) -> None:
    """Make the closed file `made` durable and give it the name `path`, which it then has for good
    or not at all."""
    try:
        _sync(made)
        made.rename(path)
        _sync(path.parent)
    except OSError as error:
        raise _from_os(path, error) from error


def open_reader(path: Path) -> apsw.Connection:
    """A read-only connection; the file may be live in this or another process."""
    _ensure_content(path)
    has_log = _has_log(path)  # opening it makes one
    with translated_errors(path):
        try:
            return _checked(
                apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY), path, has_log=has_log
            )
        except (apsw.CantOpenError, apsw.ReadOnlyError):
            if _log_of(path).exists():
                raise
            # a closed file on a read-only medium or of another user, where not even a lock can be
            # written
            address = f"{path.resolve().as_uri()}?immutable=1"
            flags = apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI
            return _checked(apsw.Connection(address, flags=flags), path, has_log=has_log)


def ensure_no_folder(path: Path) -> None:
    """Raise `StoreError` where `path` is there and is no file."""
    if path.exists() and not path.is_file():
        raise StoreError(f"{path} is not a file. Give the path of a journal or outbox file.")


def _ensure_content(path: Path) -> None:
    """Raise `StoreError` where there is no file, `StoreCorruptError` where nothing is in it."""
    ensure_no_folder(path)
    if not path.exists():
        raise StoreError(f"{path} does not exist. Give the path of a journal or outbox file.")
    if path.stat().st_size < PAGE_BYTES_MIN:
        raise StoreCorruptError(
            f"{path} is empty, or all but its first bytes were cut off: what it held is lost."
            " Restore it from a backup; if it never held anything, remove it."
        )


def _make_or_check_content(path: Path, schema: str) -> None:
    """A file that is made is whole before it has its name: an empty one was none of ours, or lost
    what it held."""
    if path.exists():
        _ensure_content(path)
        if path.stat().st_nlink > 1:  # under each name SQLite keeps a log of its own
            raise StoreError(
                f"{path} has another name (a hard link), under which a second process could write"
                " it. Remove that name, or make it a copy."
            )
    elif _has_log(path):
        raise StoreCorruptError(
            f"{path} is gone, and its log {path.name}-wal is still there. Restore {path.name} from"
            " a backup, or remove the log as well to begin anew."
        )
    else:
        made = path.with_name(path.name + ".new")
        create_new(made, schema=schema).close()
        put_in_place(made, path)


def _has_log(path: Path) -> bool:
    """Whether there is something in the write-ahead log beside the file."""
    log = _log_of(path)
    return log.exists() and log.stat().st_size > 0


def _log_of(path: Path) -> Path:
    real = path.resolve()
    return real.with_name(real.name + "-wal")


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def upgraded_copy(reader: apsw.Connection, path: Path, *, schema: str) -> apsw.Connection:
    """A read-only copy of an older file in this version's schema: a journal whose node was not yet
    started with this version, or an archive, which stays as it is for ever. SQLite keeps it in a
    temporary file and deletes it."""
    with translated_errors(path):
        copy = apsw.Connection("")
        with copy.backup("main", reader, "main") as backup:
            backup.step()
        for step in missing_migrations(copy, path, schema):
            apply_migration(copy, step)
        copy.execute("PRAGMA query_only=ON")
    return copy


def _checked(connection: apsw.Connection, path: Path, *, has_log: bool) -> apsw.Connection:
    connection.set_busy_timeout(BUSY_WAIT_MS)
    connection.execute("PRAGMA query_only=ON")
    connection.execute("SELECT count(*) FROM sqlite_schema").fetchall()
    _check_end(connection, path, has_log=has_log)
    return connection


def _check_end(connection: apsw.Connection, path: Path, *, has_log: bool) -> None:
    """Raise `StoreCorruptError` where the file ends within a page; beside a log that may be so, and
    the log has that page."""
    (page_bytes,) = connection.execute("PRAGMA page_size").fetchall()[0]
    size = path.stat().st_size
    if size % int(str(page_bytes)) and not has_log:
        raise _damaged(path, f"its end was cut off, within a page, after {size} bytes")


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
    except UnicodeDecodeError as error:  # SQLite does not look into a text
        raise _damaged(path, f"a text that is none: {error.object[:40]!r}") from error


# a short read: the file ends in the middle of a page
_CORRUPT_IO = {
    apsw.SQLITE_IOERR_CORRUPTFS,
    apsw.SQLITE_IOERR_DATA,
    apsw.SQLITE_IOERR_READ,  # a block that a worn medium does not give back
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
        return _damaged(path, str(error))
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


def _damaged(path: Path, how: str) -> StoreCorruptError:
    return StoreCorruptError(
        f"{path} is damaged ({how}). If it is a journal, `citybrain journal verify {path}` shows"
        " where: restore it from a backup. If it is an agent's outbox, move it away: the agent"
        " begins another, and the district journals that events may be lost."
    )


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
