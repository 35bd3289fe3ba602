"""A file that is none of ours, is damaged, or was never whole is refused, and is as it was."""

import apsw
import pytest

from citybrain.errors import StoreBusyError, StoreCorruptError, StoreError, UpgradeError
from citybrain.ids import CountingIds
from citybrain.journal.sqlite import SqliteStore
from citybrain.sqlite.owned_file import FileLock


def alter(path, *statements):
    connection = apsw.Connection(str(path))
    for statement in statements:
        connection.execute(statement)
    connection.close()


def made(path):
    SqliteStore.open(path, ids=CountingIds()).close()


def assert_refused(path, error, words):
    before = path.read_bytes()
    with pytest.raises(error, match=words):
        SqliteStore.open(path, ids=CountingIds())
    assert path.read_bytes() == before
    with pytest.raises(error, match=words):
        SqliteStore.open_readonly(path)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "journal.db"


@pytest.mark.parametrize("table", ["timers", "letters", "positions", "texts", "codes", "meta"])
def test_a_table_that_is_gone_is_named(path, table):
    made(path)
    alter(path, f"DROP TABLE {table}")
    assert_refused(path, StoreCorruptError, f"'{table}' is missing.* Restore it from a backup")


def test_a_column_that_is_gone_is_named(path):
    made(path)
    alter(path, "ALTER TABLE timers DROP COLUMN subject")
    assert_refused(path, StoreCorruptError, "no column 'subject'")


def test_another_program_s_file_stays_as_it_is(path):
    alter(path, "CREATE TABLE bookmarks (url TEXT)")
    assert_refused(path, UpgradeError, "not of this kind")


def test_the_migrations_of_a_journal_do_not_begin_anew(path):
    made(path)
    alter(path, "DROP TABLE migrations")
    assert_refused(path, UpgradeError, "no table of migrations.* restore it from a backup")


def test_an_empty_file_is_no_new_journal(path):
    path.touch()
    assert_refused(path, StoreCorruptError, r"is empty.* Restore it from a backup")


@pytest.mark.parametrize("cut", [1, 512, 4095])
def test_a_file_that_ends_within_a_page(path, cut):
    made(path)
    path.write_bytes(path.read_bytes()[:-cut])
    assert_refused(path, StoreCorruptError, "is damaged")


@pytest.mark.parametrize("kept", [1, 100, 511])
def test_a_file_of_which_only_the_first_bytes_are_left_is_no_new_journal(path, kept):
    made(path)
    path.write_bytes(path.read_bytes()[:kept])
    assert_refused(path, StoreCorruptError, "all but its first bytes were cut off")


def test_a_text_that_is_none(path):
    made(path)
    alter(path, "UPDATE meta SET value = CAST(x'ff' AS TEXT)")
    store = SqliteStore.open_readonly(path)
    with pytest.raises(StoreCorruptError, match="is damaged .a text that is none"):
        store.epoch()


def test_a_log_without_its_file_is_not_thrown_away(path):
    log = path.with_name("journal.db-wal")
    log.write_bytes(b"something")
    with pytest.raises(StoreCorruptError, match="its log journal.db-wal is still there"):
        SqliteStore.open(path, ids=CountingIds())
    assert log.read_bytes() == b"something" and not path.exists()


@pytest.mark.parametrize("name", [".", "/", "..", "/dev/null"])
def test_a_path_that_is_no_file(name):
    for opened in (SqliteStore.open_readonly, lambda at: SqliteStore.open(at, ids=CountingIds())):
        with pytest.raises(StoreError, match="is not a file"):
            opened(name)


def test_a_file_is_whole_before_it_has_its_name(path, monkeypatch):
    class Killed(BaseException):
        pass

    def killed(*_):
        raise Killed

    monkeypatch.setattr("citybrain.sqlite.owned_file.put_in_place", killed)
    with pytest.raises(Killed):
        made(path)
    assert not path.exists()
    monkeypatch.undo()
    made(path)
    assert SqliteStore.open_readonly(path).head().seq == 0


def test_a_store_whose_first_start_was_interrupted_says_so(path):
    made(path)
    alter(path, "DELETE FROM meta")
    with pytest.raises(StoreCorruptError, match="no epoch.* Start its node once"):
        SqliteStore.open_readonly(path).epoch()


def test_another_name_of_a_file_is_the_same_file(path):
    made(path)
    other = path.with_name("other.db")
    other.symlink_to(path)
    lock = FileLock(path)
    with pytest.raises(StoreBusyError):
        FileLock(other)
    lock.release()


def test_a_file_with_a_second_name_is_not_written(path):
    made(path)
    other = path.with_name("other.db")
    other.hardlink_to(path)
    for name in (path, other):
        with pytest.raises(StoreError, match="Remove that name"):
            SqliteStore.open(name, ids=CountingIds())
    other.unlink()
    made(path)
