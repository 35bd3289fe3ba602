"""What only the store on disk can do wrong: another process, a full disk, a damaged file, an older
or newer version, a reader beside it.
"""

import resource
import subprocess
import sys

import apsw
import pytest
from journal_records import sealed

from citybrain.clock import Timestamp
from citybrain.errors import StoreBusyError, StoreCorruptError, StoreError, StoreFullError
from citybrain.ids import CountingIds
from citybrain.journal import chain
from citybrain.journal.port import BEGINNING, Batch, NewLetter, Timer
from citybrain.journal.sqlite import SqliteStore


@pytest.fixture
def path(tmp_path):
    return tmp_path / "deep" / "journal.db"


@pytest.fixture
def store(path):
    store = SqliteStore.open(path, ids=CountingIds())
    yield store
    store.close()


def grow(store, count=1, size=10):
    records = sealed(store.head(), *[b"x" * size] * count)
    letters = (NewLetter(to="city", kind="L", version=1, payload=b"l"),)
    store.commit(
        Batch(
            records=records,
            letters=letters,
            timers_set=(Timer(timer="t", due=Timestamp(9), subject="s", version=0),),
        )
    )


def meddle(path, *statements):
    connection = apsw.Connection(str(path))
    for statement in statements:
        connection.execute(statement)
    connection.close()


def test_every_commit_is_synced_and_logged_ahead(store):
    writer = store._writer
    assert writer.execute("PRAGMA journal_mode").fetchall() == [("wal",)]
    assert writer.execute("PRAGMA synchronous").fetchall() == [(2,)]  # FULL


def test_two_writers_of_one_file_are_refused_by_name_in_one_process_and_in_two(store, path):
    with pytest.raises(StoreBusyError, match=r"journal.db is held by another process \(pid \d+\)"):
        SqliteStore.open(path, ids=CountingIds())
    program = (
        "import sys; from citybrain.journal.sqlite import SqliteStore;"
        " from citybrain.ids import CountingIds; SqliteStore.open(sys.argv[1], ids=CountingIds())"
    )
    run = subprocess.run(
        [sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=False
    )
    assert run.returncode != 0
    assert "StoreBusyError" in run.stderr


def test_after_a_close_the_next_may_open(store, path):
    store.close()
    SqliteStore.open(path, ids=CountingIds()).close()


def test_a_reader_works_beside_the_writer_and_cannot_write(store, path):
    grow(store, 3)
    reader = SqliteStore.open_readonly(path)
    assert reader.head() == store.head()
    assert reader.epoch() == store.epoch()
    grow(store, 2)
    assert chain.verify(reader.records(), BEGINNING).seq == 5
    for write in (
        lambda: grow(reader),
        lambda: reader.discard_letters(to="city", upto=1),
        lambda: reader.write_text("h", (b"s",)),
        reader.drop_old_texts,
    ):
        with pytest.raises(StoreError, match="for reading only"):
            write()
    reader.close()
    grow(store)


def test_reading_what_is_not_there_or_not_ours_says_so(tmp_path):
    with pytest.raises(StoreError, match="does not exist"):
        SqliteStore.open_readonly(tmp_path / "nothing.db")
    text = tmp_path / "text.db"
    text.write_text("no database at all, but long enough to be read as a page header " * 20)
    with pytest.raises(StoreCorruptError, match="not an SQLite file"):
        SqliteStore.open_readonly(text)
    other = tmp_path / "other.db"
    meddle(other, "CREATE TABLE x (y)")
    with pytest.raises(StoreError, match="not of this kind"):
        SqliteStore.open_readonly(other)


def test_a_closed_journal_can_be_read_from_a_folder_that_takes_no_writes(store, path):
    grow(store, 2)
    store.close()
    path.parent.chmod(0o555)
    try:
        reader = SqliteStore.open_readonly(path)
        assert reader.head().seq == 2
        reader.close()
    finally:
        path.parent.chmod(0o755)


def test_a_full_disk_refuses_the_batch_whole_and_the_store_goes_on_when_there_is_room(store):
    grow(store, 2)
    head, position = store.head(), store.next_position("city")
    pages = store._writer.execute("PRAGMA page_count").fetchall()[0][0]
    store._writer.execute(
        f"PRAGMA max_page_count={pages}"
    )  # SQLite answers as it does when the device has no space
    with pytest.raises(StoreFullError, match="free some disk"):
        grow(store, 5, size=20_000)
    assert (store.head(), store.next_position("city")) == (head, position)
    assert len(list(store.records())) == 2
    store._writer.execute("PRAGMA max_page_count=1000000")
    grow(store, 5, size=20_000)
    assert store.head().seq == 7
    assert [letter.position for letter in store.letters(to="city", after=0, limit=10)] == [1, 2]


def test_a_device_that_takes_no_more_bytes_refuses_the_batch_whole(store, path):
    grow(store, 2)
    log = path.with_name(path.name + "-wal")
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(
        resource.RLIMIT_FSIZE, (log.stat().st_size + 1_000, hard)
    )  # the kernel cuts the write short, as at the end of a disk
    try:
        with pytest.raises(StoreFullError):
            grow(store, 5, size=20_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    assert store.head().seq == 2
    grow(store, 5, size=20_000)
    reader = SqliteStore.open_readonly(path)
    assert chain.verify(reader.records(), BEGINNING).seq == 7
    reader.close()


def test_a_full_disk_at_the_close_loses_nothing_but_the_discarding(store, path):
    grow(store)
    store.discard_letters(to="city", upto=1)
    store._writer.execute("PRAGMA query_only=ON")
    store.close()
    again = SqliteStore.open(path, ids=CountingIds())
    assert len(again.letters(to="city", after=0, limit=10)) == 1
    again.close()


def test_a_damaged_page_is_corrupt_and_not_something_else(store, path):
    grow(store, 200, size=500)
    store.close()
    raw = bytearray(path.read_bytes())
    for page in range(4096, len(raw), 4096):
        raw[page : page + 64] = b"\xff" * 64
    path.write_bytes(bytes(raw))
    with pytest.raises(StoreCorruptError, match="is damaged"):
        list(SqliteStore.open(path, ids=CountingIds()).records())


def test_records_can_be_neither_changed_nor_deleted_by_sql(store):
    grow(store, 2)
    for statement in ("UPDATE records SET payload = x'00'", "DELETE FROM records"):
        with pytest.raises(apsw.ConstraintError, match="append-only"):
            store._writer.execute(statement)


def test_a_forged_record_is_found_by_the_chain(store, path):
    grow(store, 3)
    store.close()
    meddle(
        path,
        "DROP TRIGGER records_never_change",
        "UPDATE records SET payload = x'00' WHERE seq = 2",
    )
    reader = SqliteStore.open_readonly(path)
    with pytest.raises(StoreCorruptError, match="record 2"):
        chain.verify(reader.records(), BEGINNING)
    reader.close()


def test_a_file_of_a_newer_version_is_not_touched(store, path):
    store.close()
    meddle(path, "INSERT INTO migrations VALUES (99, 'from the future')")
    with pytest.raises(StoreError, match="written by a newer version"):
        SqliteStore.open(path, ids=CountingIds())


def test_records_name_their_code_once_in_the_file(store, path):
    codes = ["test/1/a", "test/1/b", "test/2/c"]
    for code in codes:
        store.commit(Batch(records=sealed(store.head(), b"p", b"p", code=code)))
    assert [record.code for record in store.records()] == [
        c for code in codes for c in (code, code)
    ]
    assert store._writer.execute("SELECT count(*) FROM codes").fetchall() == [(3,)]
    reader = SqliteStore.open_readonly(path)
    store.commit(Batch(records=sealed(store.head(), b"p", code="test/3/d")))
    assert next(reader.records(after=6)).code == "test/3/d", "of a node that was upgraded meanwhile"
    reader.close()


def test_a_refused_commit_of_new_code_leaves_the_next_one_whole(store):
    grow(store)
    pages = store._writer.execute("PRAGMA page_count").fetchall()[0][0]
    store._writer.execute(f"PRAGMA max_page_count={pages}")
    with pytest.raises(StoreFullError):
        store.commit(Batch(records=sealed(store.head(), b"x" * 50_000, code="test/2/b")))
    store._writer.execute("PRAGMA max_page_count=1000000")
    (record,) = sealed(store.head(), b"p", code="test/2/b")
    store.commit(Batch(records=(record,)))
    assert list(store.records())[-1] == record


def test_a_record_whose_code_the_file_does_not_hold_is_corrupt(store, path):
    grow(store)
    store.close()
    meddle(path, "DELETE FROM codes")
    with pytest.raises(StoreCorruptError, match="record 1 in .*journal.db names code 1"):
        list(SqliteStore.open_readonly(path).records())


def test_a_large_text_is_written_in_transactions_between_which_others_commit(store):
    seen = []

    def parts():
        for number in range(5):
            grow(store)
            seen.append(store.head().seq)
            yield b"%d" % number * 100_000

    store.write_text("h", parts())
    assert seen == [1, 2, 3, 4, 5]
    assert store.text("h") == b"".join(b"%d" % number * 100_000 for number in range(5))


def test_a_batch_that_another_threads_overtakes_leaves_the_chain_whole(store, monkeypatch):
    """Both commit at once: whoever waits for the other begins where that one ended."""
    lock, overtaking = store._writing, [lambda: grow(store)]

    class Overtaken:
        def __enter__(self):
            while overtaking:
                overtaking.pop()()
            lock.acquire()

        def __exit__(self, *_):
            lock.release()

    monkeypatch.setattr(store, "_writing", Overtaken())
    store.commit(Batch(letters=(NewLetter(to="north", kind="L", version=1, payload=b"l"),)))
    assert store.head().seq == 1
    grow(store)
    assert [record.seq for record in store.records()] == [1, 2]


def test_the_log_ahead_does_not_grow_without_end(store, path):
    for _ in range(300):
        grow(store, 5, size=4_000)
    assert path.with_name(path.name + "-wal").stat().st_size < 32 * 1024 * 1024


def test_a_folder_that_may_not_be_written_says_what_to_check(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(StoreError, match="Check that the folder exists"):
        SqliteStore.open(blocked / "journal.db", ids=CountingIds())
