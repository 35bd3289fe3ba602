"""An archive is whole before anything is deleted, whatever interrupts it, and fits its journal or
is refused."""

import shutil
from contextlib import suppress

import apsw
import pytest
from journal_records import keep_checkpoint, sealed

from citybrain.clock import Timestamp
from citybrain.errors import (
    ArchiveMismatchError,
    StoreCorruptError,
    StoreError,
    StoreFullError,
    UpgradeError,
)
from citybrain.ids import CountingIds
from citybrain.journal import sqlite_archive
from citybrain.journal.port import BEGINNING, Batch, NewLetter, Timer
from citybrain.journal.sqlite import SqliteStore
from citybrain.journal.sqlite_archive import archive
from citybrain.journal.verification import verify_parts

LATE = Timestamp(10**15)


def grow(path, count=3, text=b"state", tag=b"p"):
    """So many records and a checkpoint; returns all records of the journal."""
    store = SqliteStore.open(path, ids=CountingIds())
    records = sealed(store.head(), *[tag + b"%d" % n for n in range(count)])
    letter = NewLetter(to="city", kind="L", version=1, payload=b"l")
    timer = Timer(timer="t", due=Timestamp(9), subject="s", version=0)
    store.commit(Batch(records=records, letters=(letter,), timers_set=(timer,)))
    keep_checkpoint(store, text)
    found = list(store.records())
    store.close()
    return found


def read(path):
    store = SqliteStore.open_readonly(path)
    try:
        return list(store.records())
    finally:
        store.close()


def verified(*paths):
    stores = [(str(path), SqliteStore.open_readonly(path)) for path in paths]
    try:
        return verify_parts(stores)
    finally:
        for _, store in stores:
            store.close()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "journal.db"


@pytest.fixture
def to(tmp_path):
    return tmp_path / "archive.db"


def test_the_records_of_before_the_cut_are_in_the_archive_and_nowhere_else(path, to):
    before = grow(path)
    assert archive(path, before=LATE, to=to) == sqlite_archive.Archived(first=1, last=3)
    assert read(to) == before[:3]
    assert read(path) == before[3:]
    store = SqliteStore.open(path, ids=CountingIds())
    assert (store.base(), store.head()) == (before[2].head, before[3].head)
    assert store.next_position("city") == 2 and store.next_due() == 9
    store.close()
    seen = verified(to, path)
    assert (seen.begins_after, seen.head) == (BEGINNING, before[3].head)
    assert seen.texts == 1


def test_the_text_of_the_cut_goes_into_the_archive_too(path, to):
    grow(path)
    archive(path, before=LATE, to=to)
    alone = SqliteStore.open_readonly(to)
    connection = alone._reader
    assert connection.execute("SELECT content FROM texts").fetchall() == [(b"state",)]
    alone.close()


def test_records_between_a_state_and_its_checkpoint_stay(path, to):
    store = SqliteStore.open(path, ids=CountingIds())
    store.commit(Batch(records=sealed(store.head(), b"1", b"2", b"3")))
    keep_checkpoint(store, b"state", after=2)
    store.close()
    assert archive(path, before=LATE, to=to).last == 2
    assert [record.seq for record in read(path)] == [3, 4]


def test_only_checkpoints_of_before_the_day_are_cut_at(path, to):
    grow(path)
    assert archive(path, before=Timestamp(1), to=to).last == 0
    assert not to.exists()


class Interrupted(BaseException):
    """The power went here."""


STEPS = ("_fill", "put_in_place", "_move_base", "_delete_archived")


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("is_done", [False, True])
def test_an_interrupted_call_lost_nothing_and_is_ended_by_the_same_call(
    path, to, step, is_done, monkeypatch
):
    before = grow(path, count=5)
    real = getattr(sqlite_archive, step)
    calls = []

    def interrupted(*given):
        calls.append(given)
        if step == "_delete_archived" and len(calls) == 1:
            return real(*given)  # the one that ends an earlier call
        if is_done:
            real(*given)
        raise Interrupted

    monkeypatch.setattr(sqlite_archive, step, interrupted)
    with pytest.raises(Interrupted):
        archive(path, before=LATE, to=to)
    monkeypatch.undo()
    found = {record.seq: record for record in read(path)}
    if to.exists():
        found |= {record.seq: record for record in read(to)}
    assert [found[seq] for seq in sorted(found)] == before
    with suppress(ArchiveMismatchError):  # all was done already: the file is complete
        archive(path, before=LATE, to=to)
    assert read(to) == before[:5]
    assert read(path) == before[5:]
    assert verified(to, path).head == before[-1].head


def test_a_full_disk_leaves_the_journal_as_it_was(path, to, monkeypatch):
    before = grow(path)

    def full(*_):
        raise StoreFullError("no space left on device")

    monkeypatch.setattr(sqlite_archive, "_fill", full)
    with pytest.raises(StoreFullError):
        archive(path, before=LATE, to=to)
    assert read(path) == before and not to.exists()


def test_an_archive_of_another_journal_is_refused(path, to, tmp_path):
    grow(tmp_path / "other.db", tag=b"other")
    archive(tmp_path / "other.db", before=LATE, to=to)
    before = grow(path, count=4)
    with pytest.raises(ArchiveMismatchError, match="holds records 1 to 3 of another chain"):
        archive(path, before=LATE, to=to)
    assert read(path) == before
    with pytest.raises(ArchiveMismatchError, match=r"does not follow .*archive.db: .*ends at rec"):
        verified(to, path)


def test_parts_in_the_wrong_order_or_with_one_missing_are_refused(path, tmp_path):
    files = []
    for number in range(3):
        grow(path, text=b"state %d" % number)
        files.append(tmp_path / f"{number}.db")
        archive(path, before=LATE, to=files[-1])
    assert verified(*files, path).begins_after == BEGINNING
    assert verified(*files[1:], path).begins_after.seq == 3
    for wrong in ((files[0], files[2], path), (files[1], files[0]), (files[0], path)):
        with pytest.raises(ArchiveMismatchError, match="Give every part of one journal"):
            verified(*wrong)


def test_a_journal_restored_from_before_the_cut_does_not_fit_its_archive(path, to, tmp_path):
    grow(path)
    backup = tmp_path / "backup.db"
    shutil.copyfile(path, backup)
    archive(path, before=LATE, to=to)
    with pytest.raises(ArchiveMismatchError):
        verified(to, backup)


def test_a_broken_chain_is_not_archived(path, to):
    grow(path)
    connection = apsw.Connection(str(path))
    connection.execute("DROP TRIGGER records_never_change")
    connection.execute("UPDATE records SET payload = x'00' WHERE seq = 2")
    connection.close()
    with pytest.raises(StoreCorruptError, match="record 2"):
        archive(path, before=LATE, to=to)
    assert not to.exists()
    assert [record.seq for record in read(path)] == [1, 2, 3, 4]


def test_records_behind_the_base_are_kept_by_the_engine(path, to):
    grow(path)
    archive(path, before=LATE, to=to)
    connection = apsw.Connection(str(path))
    with pytest.raises(apsw.ConstraintError, match="append-only"):
        connection.execute("DELETE FROM records WHERE seq = 4")
    connection.close()


def test_a_file_of_another_schema_is_neither_read_nor_cut(path, to):
    grow(path)
    connection = apsw.Connection(str(path))
    connection.execute("UPDATE migrations SET name = 'outbox'")
    connection.close()
    with pytest.raises(UpgradeError, match="not a file of this kind: its migration 1 is 'outbox'"):
        archive(path, before=LATE, to=to)
    connection = apsw.Connection(str(path))
    connection.execute("DELETE FROM migrations")
    connection.close()
    with pytest.raises(UpgradeError, match="has schema 0, and this version reads schema 2"):
        SqliteStore.open_readonly(path)


def test_a_place_that_takes_no_file_is_said(path, tmp_path):
    grow(path)
    with pytest.raises(StoreError):
        archive(path, before=LATE, to=tmp_path / "none" / "archive.db")


def content(path):
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    tables = "SELECT name FROM sqlite_schema WHERE type = 'table'"
    names = [name for (name,) in connection.execute(tables).fetchall()]
    found = {name: connection.execute(f"SELECT * FROM {name}").fetchall() for name in names}
    connection.close()
    return found


@pytest.mark.parametrize("name", ["journal.db", "another-name.db", "copy.db"])
def test_a_journal_is_no_archive_of_itself(path, name):
    grow(path)
    to = path.with_name(name)
    if name == "another-name.db":
        to.symlink_to(path)
    if name == "copy.db":
        shutil.copy(path, to)
    before = content(path)
    with pytest.raises(ArchiveMismatchError, match=r"no archive.* Give a new file"):
        archive(path, before=LATE, to=to)
    assert content(path) == before


@pytest.mark.parametrize("suffix", ["-wal", "-shm", "-journal", ".lock"])
def test_an_archive_does_not_take_a_name_that_the_journal_needs(path, suffix):
    grow(path)
    before = content(path)
    with pytest.raises(ArchiveMismatchError, match="Give another file"):
        archive(path, before=LATE, to=path.with_name(path.name + suffix))
    assert content(path) == before


def test_the_same_call_again_has_nothing_to_do(path, to):
    grow(path)
    archive(path, before=LATE, to=to)
    again = archive(path, before=LATE, to=to)
    assert again.first > again.last
    grow(path)
    with pytest.raises(ArchiveMismatchError, match="is complete"):
        archive(path, before=LATE, to=to)


def test_an_archive_is_no_journal(path, to):
    grow(path)
    archive(path, before=LATE, to=to)
    before = to.read_bytes()
    with pytest.raises(StoreError, match=r"is an archive.* Give the path of the journal"):
        SqliteStore.open(to, ids=CountingIds())
    with pytest.raises(ArchiveMismatchError, match="is an archive already"):
        archive(to, before=LATE, to=to.with_name("other.db"))
    assert to.read_bytes() == before


def test_an_archive_with_a_hole_takes_no_record_out_of_the_journal(path, to, monkeypatch):
    grow(path, count=5)
    monkeypatch.setattr(sqlite_archive, "_move_base", interrupt)
    with pytest.raises(Interrupted):
        archive(path, before=LATE, to=to)
    monkeypatch.undo()
    alter(to, "DROP TRIGGER records_never_go", "DELETE FROM records WHERE seq = 3")
    before = content(path)
    with pytest.raises(ArchiveMismatchError, match=r"record 4 does not follow.* Give a new file"):
        archive(path, before=LATE, to=to)
    assert content(path) == before


def test_an_archive_that_holds_a_checkpoint_is_whole_alone(path, to):
    grow(path)
    grow(path, text=b"another")
    archive(path, before=LATE, to=to)
    assert verified(to).checkpoints == 1


def test_a_copy_of_a_text_that_was_altered_in_an_archive_is_named(path, to):
    grow(path)
    archive(path, before=LATE, to=to)
    alter(to, "UPDATE texts SET content = x'00'")
    with pytest.raises(StoreCorruptError, match=rf"altered: in {to} .* Restore that file"):
        verified(to, path)


@pytest.mark.parametrize("change", ["DELETE FROM texts", "UPDATE texts SET content = x'00'"])
def test_no_record_goes_of_which_a_damaged_state_could_be_made_anew(path, to, change):
    grow(path)
    alter(path, change)
    before = content(path)
    with pytest.raises(StoreCorruptError, match="citybrain journal checkpoint PATH"):
        archive(path, before=LATE, to=to)
    assert content(path) == before and not to.exists()


@pytest.mark.parametrize("base", ["2", "99"])
def test_a_base_that_no_archiving_set_deletes_nothing(path, to, base):
    grow(path)
    alter(path, f"INSERT INTO meta VALUES ('base_seq', '{base}'), ('base_hash', 'x')")
    before = content(path)
    with pytest.raises(StoreCorruptError, match="nothing was deleted"):
        archive(path, before=LATE, to=to)
    assert content(path) == before


def test_what_a_refused_archive_began_is_removed(path, to, monkeypatch):
    grow(path)

    def full(*_):
        raise StoreFullError("no space left on device")

    monkeypatch.setattr(sqlite_archive, "_fill", full)
    with pytest.raises(StoreFullError):
        archive(path, before=LATE, to=to)
    assert not list(to.parent.glob("*.partial"))


def interrupt(*_):
    raise Interrupted


def alter(path, *statements):
    connection = apsw.Connection(str(path))
    for statement in statements:
        connection.execute(statement)
    connection.close()
