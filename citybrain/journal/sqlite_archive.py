"""Cuts a journal at a checkpoint: what is before it goes into a file of its own, an archive.

An archive is a file like the journal, with records and no more. The chain goes on from its last
record to the journal's first, and so do all numbers: what must outlive a cut is in the state or in
rows. The node may be up: it never reads records that far back.

In this order, so that an interruption loses nothing and the same call ends what was begun: the
archive is written beside its place and made durable, put in its place, the journal's base is moved,
and only then the records before the base are deleted, a few at a time.
"""

from collections.abc import Callable, Iterator
from itertools import islice, takewhile
from pathlib import Path
from threading import Event

import apsw

from citybrain.clock import Timestamp, iso
from citybrain.errors import ArchiveMismatchError, StoreCorruptError, StoreError
from citybrain.journal import chain
from citybrain.journal.checkpoint import Checkpoint, checkpoint_in
from citybrain.journal.port import Head, Record
from citybrain.journal.sqlite import SCHEMA, SqliteStore
from citybrain.journal.verification import check_newest_text
from citybrain.sqlite.owned_file import (
    FileLock,
    create_new,
    ensure_no_folder,
    open_shared,
    put_in_place,
    transaction,
    translated_errors,
)
from citybrain.sqlite.statements import named_queries
from citybrain.structs import Struct

ALL = 2**31  # checkpoints of a journal
SUFFIXES = ("-wal", "-shm", "-journal", ".lock", ".archive.lock", ".new")  # of files beside one
PAGE_RECORDS = 1_000  # written, or deleted, in one transaction
PAUSE_S = 0.005  # between two deletions, so that a live node commits in between

OnProgress = Callable[[int, int], None]  # records done, of how many


class Archived(Struct, frozen=True, kw_only=True):
    """What one call did: the records `first` to `last` are in the archive and no longer in the
    journal. `first` > `last`: there was nothing to archive."""

    first: int
    last: int


def no_progress(_done: int, _of: int) -> None:
    """Where none is shown."""


def archive(
    path: Path, *, before: Timestamp, to: Path, on_progress: OnProgress = no_progress
) -> Archived:
    """Move the records of the journal at `path` that the newest checkpoint before `before` covers
    into the new file `to`. A call that was interrupted is ended by the same call.

    Raises `ArchiveMismatchError` where `to` holds anything but what this call would write there,
    and `StoreCorruptError` where the chain is broken or the journal could not be started without
    the records: nothing is cut then.
    """
    ensure_no_folder(path)
    ensure_no_folder(to)
    _ensure_own_name(path, to)
    lock = FileLock(path.with_name(path.name + ".archive"))  # one archiving at a time
    try:
        return _archive(path, before, to, on_progress)
    finally:
        lock.release()


def _archive(path: Path, before: Timestamp, to: Path, on_progress: OnProgress) -> Archived:
    _delete_archived(path)
    journal = SqliteStore.open_readonly(path)
    try:
        if journal.is_archive():
            raise ArchiveMismatchError(
                f"{path} is an archive already. Give the path of the journal that it was cut off."
            )
        check_newest_text(journal)  # else it is made anew from the records that would go
        begun_after, cut = journal.base().seq, _cut_before(journal, before)
        if to.exists():
            upto = _written_before(journal, to, is_more_wanted=cut is not None)
        elif cut is None:
            return Archived(first=begun_after + 1, last=begun_after)
        else:
            upto = _write(journal, cut, to, on_progress)
    finally:
        journal.close()
    _move_base(path, upto)
    _delete_archived(path)
    return Archived(first=begun_after + 1, last=upto.seq)


def _ensure_own_name(path: Path, to: Path) -> None:
    """SQLite throws away what it finds under the name of the journal's log."""
    journal, target = path.resolve(), to.resolve()
    beside = {journal.with_name(journal.name + suffix) for suffix in SUFFIXES}
    if target in beside:
        raise ArchiveMismatchError(
            f"{to} is a name that the journal at {path} needs itself. Give another file."
        )


def _cut_before(journal: SqliteStore, before: Timestamp) -> Checkpoint | None:
    """The newest checkpoint of before `before` that covers a record still here."""
    for record in journal.checkpoints(limit=ALL):
        checkpoint = checkpoint_in(record)
        if record.at < before:
            return checkpoint if checkpoint.after > journal.base().seq else None
    return None


def _written_before(journal: SqliteStore, to: Path, *, is_more_wanted: bool) -> Head:
    """Where the archive at `to`, written by this call before, interrupted or not, ends."""
    archived = SqliteStore.open_readonly(to)
    try:
        if not archived.is_archive():
            raise ArchiveMismatchError(
                f"{to} is no archive: it is a journal, or a copy of one. Give a new file."
            )
        base, head = archived.base(), archived.head()
        _check_whole(archived, to)
    finally:
        archived.close()
    if head == journal.base() and not is_more_wanted:
        return head
    if head == journal.base():
        raise ArchiveMismatchError(
            f"{to} is complete: it ends at record {head.seq}, where the journal begins now. Give"
            " another file for what comes next."
        )
    last = next(islice(journal.records(after=head.seq - 1), 1), None)
    if base != journal.base() or last is None or last.head != head:
        raise ArchiveMismatchError(
            f"{to} holds records {base.seq + 1} to {head.seq} of another chain, or of another part"
            f" of this one; the journal begins with record {journal.base().seq + 1}. Give a new"
            " file."
        )
    return head


def _check_whole(archived: SqliteStore, to: Path) -> None:
    try:
        chain.verify(archived.records(), archived.base())
    except StoreCorruptError as error:
        raise ArchiveMismatchError(
            f"{to} is damaged: {error} Its records are still in the journal. Give a new file."
        ) from error


def _write(journal: SqliteStore, cut: Checkpoint, to: Path, on_progress: OnProgress) -> Head:
    """Write the archive, durable and whole, and put it in its place."""
    partial = to.with_name(to.name + ".partial")
    try:
        connection = create_new(partial, schema=SCHEMA)
        try:
            head = _fill(connection, partial, journal, cut, on_progress)
        finally:
            connection.close()
        put_in_place(partial, to)
    except OSError as error:
        raise StoreError(f"{partial} cannot be written: {error.strerror}.") from error
    except StoreError:  # what is left of it would only take the room
        partial.unlink(missing_ok=True)
        raise
    return head


def _fill(
    connection: apsw.Connection,
    partial: Path,
    journal: SqliteStore,
    cut: Checkpoint,
    on_progress: OnProgress,
) -> Head:
    sql, base = named_queries("citybrain.journal", "sqlite.sql"), journal.base()
    with transaction(connection, partial):
        connection.execute(sql["set_epoch"], (journal.epoch(),))
        connection.execute(sql["mark_as_archive"])
        connection.execute(sql["set_base"], (str(base.seq), base.hash))
        text = journal.text(cut.state_hash)
        if text is not None:
            connection.execute(sql["add_text_part"], (cut.state_hash, 0, text))
    head, count = base, cut.after - base.seq
    records = takewhile(lambda r: r.seq <= cut.after, journal.records(after=base.seq))
    codes: dict[str, int] = {}
    for page in _pages(chain.checked(records, base)):
        with transaction(connection, partial):
            codes = _with_codes(connection, sql, codes, page)
            connection.executemany(sql["add_record"], [_row(record, codes) for record in page])
        head = page[-1].head
        on_progress(head.seq - base.seq, count)
    return head


def _pages(records: Iterator[Record]) -> Iterator[list[Record]]:
    while page := list(islice(records, PAGE_RECORDS)):
        yield page


def _with_codes(
    connection: apsw.Connection, sql: dict[str, str], codes: dict[str, int], page: list[Record]
) -> dict[str, int]:
    new = sorted({record.code for record in page} - codes.keys())
    if not new:
        return codes
    connection.executemany(sql["add_code"], [(code,) for code in new])
    return {str(code): int(str(number)) for number, code in connection.execute(sql["codes"])}


def _row(record: Record, codes: dict[str, int]) -> tuple[int | str | bytes, ...]:
    return (
        record.seq,
        record.at,
        record.kind,
        record.version,
        codes[record.code],
        record.payload,
        record.prev_hash,
        record.hash,
        record.commands_digest,
    )


def _move_base(path: Path, to: Head) -> None:
    connection = open_shared(path, schema=SCHEMA)
    try:
        with transaction(connection, path):
            sql = named_queries("citybrain.journal", "sqlite.sql")
            connection.execute(sql["set_base"], (str(to.seq), to.hash))
    finally:
        connection.close()


def _delete_archived(path: Path) -> None:
    """Delete the records before the base that are still there."""
    sql, pause = named_queries("citybrain.journal", "sqlite.sql"), Event()
    connection = open_shared(path, schema=SCHEMA)
    try:
        base_seq = _proven_base(connection, path)
        while True:
            with transaction(connection, path):
                connection.execute(sql["delete_archived"], (base_seq, PAGE_RECORDS))
            if not connection.changes():
                return
            pause.wait(PAUSE_S)
    finally:
        connection.close()


def _proven_base(connection: apsw.Connection, path: Path) -> int:
    """Up to where records may go. The last of them goes last: while one is there, it is the one
    that the base names, or the base was not made by an archiving."""
    sql = named_queries("citybrain.journal", "sqlite.sql")
    with translated_errors(path):
        bases = connection.execute(sql["base"]).fetchall()
        base_seq = int(str(bases[0][0])) if bases else 0
        count, newest = connection.execute(sql["count_archived"], (base_seq,)).fetchall()[0]
        if not count:
            return base_seq
        hashes = connection.execute(sql["hash_of"], (newest,)).fetchall()
    if newest != base_seq or hashes != [(bases[0][1],)]:
        raise StoreCorruptError(
            f"{path} says that it begins behind record {base_seq}, and its records say otherwise:"
            " nothing was deleted. Restore it from a backup."
        )
    return base_seq


def described(archived: Archived, to: Path, before: Timestamp) -> str:
    """For a person."""
    if archived.first > archived.last:
        return (
            f"nothing to archive: no checkpoint of before {iso(before)} covers a record that is"
            " still in the journal"
        )
    return f"records {archived.first} to {archived.last} are in {to} now"
