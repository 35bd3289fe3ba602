"""Files that were altered, torn or half upgraded, or that a newer version wrote: each is refused by
name and with its cure, nothing is lost and nothing is started."""

import apsw
import pytest
from district_journal import OLD_CORES, OURS
from journal_records import sealed
from next_version import as_version

from citybrain.errors import (
    ArchiveMismatchError,
    NewerFormatError,
    StoreCorruptError,
    StoreError,
    UpgradeError,
)
from citybrain.formats import Format
from citybrain.ids import CountingIds
from citybrain.journal.port import Batch
from citybrain.journal.sqlite import SqliteStore
from citybrain.journal.sqlite_archive import archive
from citybrain.sqlite import schema
from citybrain.sqlite.statements import Migration, migrations
from district_node.cores.state import DistrictState
from street_agent.outbox.sqlite import SqliteOutbox

NEXT = as_version(OURS)


def alter(path, *statements):
    connection = apsw.Connection(str(path))
    for statement in statements:
        connection.execute(statement)
    connection.close()


def assert_refused(journal, error, *words, cores=NEXT):
    """The start is refused in these words, and the file is as it was."""
    before = journal.content()
    with pytest.raises(error) as raised:
        journal.open(cores)
    for word in words:
        assert word in str(raised.value)
    assert journal.content() == before


@pytest.mark.parametrize("cores", [NEXT, OLD_CORES])
def test_a_checkpoint_text_that_was_altered(stopped, cores):
    alter(
        stopped.path,
        "UPDATE texts SET content = CAST(replace(content, 'accepted', 'en_route') AS BLOB)",
    )
    assert_refused(
        stopped,
        StoreCorruptError,
        "the text of the checkpoint at record 4 was altered",
        "citybrain journal checkpoint PATH",
        "restore the journal from a backup",
        cores=cores,
    )


def test_a_checkpoint_that_was_forged_with_its_text(stopped):
    """Whoever alters the record that names the text breaks the chain."""
    forged = "replace(payload, '\"after\":3', '\"after\":2')"
    alter(
        stopped.path,
        "DROP TRIGGER records_never_change",
        f"UPDATE records SET payload = CAST({forged} AS BLOB) WHERE seq = 4",
    )
    assert_refused(stopped, StoreCorruptError, "record 4", cores=OLD_CORES)


@pytest.mark.parametrize(("kind", "version"), [("teleported", 1), ("crew_answered", 2)])
def test_a_record_of_an_unknown_kind_or_a_newer_version(killed, kind, version):
    head = killed.store.head()
    record = sealed(head, b"{}", kind=kind, version=version, code=OLD_CORES.code)
    killed.store.commit(Batch(records=record))
    assert_refused(killed, NewerFormatError, "record 4 cannot be read", cores=OLD_CORES)


def test_a_state_of_a_newer_version(stopped):
    newer = as_version(OURS, state=Format(DistrictState, upcasters=(lambda text: text,)))
    decider = stopped.open(newer)
    stopped.submit(decider, OURS.inputs.decode("clock_stepped", 1, b'{"micros":1}'))
    stopped.stop(decider)
    assert_refused(
        stopped,
        NewerFormatError,
        "a DistrictState of version 2 was found",
        "Start the version that wrote it",
        cores=OLD_CORES,
    )


@pytest.mark.parametrize("cut", [1, 4096 * 3, 4096 * 7 + 100])
def test_a_file_with_a_torn_tail(stopped, cut):
    stopped.store.close()
    whole = stopped.path.read_bytes()
    stopped.path.write_bytes(whole[: len(whole) - cut])
    with pytest.raises(StoreCorruptError, match="restore it from a backup"):
        stopped.open(NEXT)


def test_a_log_with_a_torn_tail_holds_what_was_promised(stopped, tmp_path):
    """SQLite's own log ends with the last whole transaction: those before it are all there."""
    copy = tmp_path / "copy.db"
    copy.write_bytes(stopped.path.read_bytes())
    log = stopped.path.with_name(stopped.path.name + "-wal").read_bytes()
    copy.with_name(copy.name + "-wal").write_bytes(log[:-1])
    store = SqliteStore.open(copy, ids=CountingIds())
    assert 0 < store.head().seq <= 4
    store.close()


def with_migrations(monkeypatch, *sql):
    """As a version whose schema has these steps more."""
    steps = list(migrations("citybrain.journal.migrations"))
    for number, one in enumerate(sql, start=len(steps) + 1):
        steps.append(Migration(number=number, name=f"step_{number}", sql=one))
    monkeypatch.setattr(schema, "migrations", lambda _: tuple(steps))


def test_a_file_half_upgraded_is_upgraded_whole_by_the_next_start(stopped, monkeypatch):
    before = stopped.content()
    add = "ALTER TABLE letters ADD COLUMN colour TEXT"
    with_migrations(monkeypatch, add, "ALTER TABLE nothing ADD COLUMN x TEXT")
    with pytest.raises(StoreError):  # it ends in the middle: the second step cannot be done
        stopped.open(OLD_CORES)
    names = [name for _, name in stopped.content()["migrations"]]
    assert names == ["journal", "step_2"], "one step whole, the next not at all"
    monkeypatch.undo()
    assert stopped.content()["records"] == before["records"]
    with pytest.raises(NewerFormatError, match="written by a newer version .schema 2, this one"):
        stopped.open(OLD_CORES)
    with_migrations(monkeypatch, add, "ALTER TABLE timers ADD COLUMN x TEXT")
    assert len(stopped.open(OLD_CORES).state.incidents) == 1


@pytest.mark.parametrize("word", ["is not a file of this kind", "Give the right path"])
def test_a_file_of_another_kind(stopped, word):
    stopped.store.close()
    with pytest.raises(UpgradeError, match=word):
        SqliteOutbox.open(stopped.path, ids=CountingIds(), cap_bytes=10**7)


def test_an_outbox_of_a_newer_version(tmp_path):
    path = tmp_path / "outbox.db"
    SqliteOutbox.open(path, ids=CountingIds(), cap_bytes=10**7).close()
    alter(path, "INSERT INTO migrations VALUES (2, 'from the future')")
    with pytest.raises(NewerFormatError, match="Start the version that wrote it"):
        SqliteOutbox.open(path, ids=CountingIds(), cap_bytes=10**7)


def test_an_archive_that_does_not_fit_its_journal(stopped, tmp_path):
    to = tmp_path / "archive.db"
    archive(stopped.path, before=2**60, to=to)
    alter(
        to,
        "DROP TRIGGER records_never_go",
        "DELETE FROM records WHERE seq = 3",
    )
    before = stopped.content()
    with pytest.raises(ArchiveMismatchError, match="Give a new file"):
        archive(stopped.path, before=2**60, to=to)
    assert stopped.content() == before
