"""Files that were altered, torn or half upgraded, or that a newer version wrote: each is refused by
name and with its cure, nothing is lost and nothing is started."""

from hashlib import sha256

import apsw
import pytest
from district_journal import OLD_CORES, OURS
from journal_records import sealed
from next_version import as_version, with_field

from citybrain import canonical_json
from citybrain.decider.decider import Decider
from citybrain.decider.replay.backtest import backtest
from citybrain.errors import (
    ArchiveMismatchError,
    FormatMismatchError,
    NewerFormatError,
    StoreCorruptError,
    StoreError,
    UpgradeError,
)
from citybrain.formats import Format
from citybrain.ids import CountingIds
from citybrain.journal.checkpoint import CHECKPOINT_FORMAT
from citybrain.journal.port import Batch
from citybrain.journal.sqlite import SqliteStore
from citybrain.journal.sqlite_archive import archive
from citybrain.journal.verification import verify_parts
from citybrain.sqlite import schema
from citybrain.sqlite.statements import Migration, migrations
from citybrain.structs import replace
from citybrain.vocabulary import CrewAction
from district_node.cores.state import DistrictState
from street_agent.outbox.sqlite import SqliteOutbox

NEXT = as_version(OURS)
BEFORE = OURS.state.upcasters  # what leads to this version's state


class NextState(DistrictState, frozen=True, kw_only=True):
    remark: str = ""


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


@pytest.mark.parametrize("cores", [NEXT, OLD_CORES])
def test_a_checkpoint_that_was_forged_to_stand_behind_itself(stopped, cores):
    """Nothing before it in the chain would then prove it."""
    connection = apsw.Connection(str(stopped.path))
    ((payload,),) = connection.execute("SELECT payload FROM records WHERE seq = 4").fetchall()
    named = CHECKPOINT_FORMAT.decode(payload, 1)
    ((text,),) = connection.execute(
        "SELECT content FROM texts WHERE hash = ?", (named.state_hash,)
    ).fetchall()
    text = text.replace(b"accepted", b"en_route")
    forged = replace(named, after=4, state_hash=sha256(text).hexdigest())
    connection.execute("DROP TRIGGER records_never_change")
    connection.execute(
        "UPDATE records SET payload = ? WHERE seq = 4", (canonical_json.encode(forged),)
    )
    connection.execute("INSERT INTO texts VALUES (?, 0, ?)", (forged.state_hash, text))
    connection.close()
    assert_refused(stopped, StoreCorruptError, "record 4", "was forged", "backup", cores=cores)


def test_a_checkpoint_that_was_forged_with_its_text(stopped):
    """Whoever alters the record that names the text breaks the chain."""
    forged = "replace(payload, '\"after\":3', '\"after\":2')"
    alter(
        stopped.path,
        "DROP TRIGGER records_never_change",
        f"UPDATE records SET payload = CAST({forged} AS BLOB) WHERE seq = 4",
    )
    assert_refused(stopped, StoreCorruptError, "record 4", cores=OLD_CORES)


@pytest.mark.parametrize(("kind", "version"), [("teleported", 1), ("crew_answered", 99)])
def test_a_record_of_an_unknown_kind_or_a_newer_version(killed, kind, version):
    head = killed.store.head()
    record = sealed(head, b"{}", kind=kind, version=version, code=OLD_CORES.code)
    killed.store.commit(Batch(records=record))
    assert_refused(killed, NewerFormatError, "record 4 cannot be read", cores=OLD_CORES)


def test_a_state_of_a_newer_version(stopped):
    newer = as_version(OURS, state=Format(DistrictState, (*BEFORE, lambda text: text)))
    decider = stopped.open(newer)
    stopped.submit(decider, OURS.inputs.decode("clock_stepped", 1, b'{"micros":1}'))
    stopped.stop(decider)
    assert_refused(
        stopped,
        NewerFormatError,
        f"a DistrictState of version {OURS.state.version + 1} was found",
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


ADD = "ALTER TABLE letters ADD COLUMN colour TEXT"


def test_a_file_is_upgraded_whole_or_not_at_all(stopped, monkeypatch):
    before = stopped.content()
    with_migrations(monkeypatch, ADD, "ALTER TABLE nothing ADD COLUMN x TEXT")
    with pytest.raises(StoreError):  # it ends in the middle: the second step cannot be done
        stopped.open(OLD_CORES)
    assert stopped.content() == before
    with_migrations(monkeypatch, ADD, "ALTER TABLE timers ADD COLUMN x TEXT")
    decider = stopped.open(OLD_CORES)
    assert len(decider.state.incidents) == 1
    stopped.press(decider, CrewAction.DEPART)
    monkeypatch.undo()
    with pytest.raises(NewerFormatError, match="written by a newer version .schema 4, this one"):
        stopped.open(OLD_CORES)


@pytest.mark.parametrize("refusal", ["records behind the last checkpoint", "a letter", "a state"])
def test_a_version_that_is_refused_leaves_the_file_to_the_one_before(journal, refusal, monkeypatch):
    """Its cure is that version: it must still know the tables."""
    decider = journal.write()
    if refusal != "records behind the last checkpoint":
        journal.stop(decider)
    if refusal == "a letter":
        alter(journal.path, "UPDATE letters SET kind = 'telegram'")
    raised = {"a state": (KeyError("x"),)}.get(refusal, ())

    def failing(_: bytes) -> bytes:
        raise raised[0]

    state = Format(DistrictState, (*BEFORE, *(failing,) * len(raised)))
    with monkeypatch.context() as newer:
        with_migrations(newer, ADD)
        assert_refused(journal, UpgradeError, "tart", cores=as_version(OURS, state=state))
    decider = journal.open(OLD_CORES)
    journal.press(decider, CrewAction.DEPART)


def test_an_older_file_is_read_before_its_node_is_started_and_stays_as_it_is(
    stopped, tmp_path, monkeypatch
):
    """A back-test comes before the start, and an archive has no node."""
    to = tmp_path / "archive.db"
    archive(stopped.path, before=2**60, to=to)
    stopped.store.close()
    before = to.read_bytes(), stopped.path.read_bytes()
    with_migrations(monkeypatch, ADD)
    assert len(list(backtest(NEXT, SqliteStore.open_readonly(to)))) == 3
    parts = [(str(path), SqliteStore.open_readonly(path)) for path in (to, stopped.path)]
    assert verify_parts(parts).head.seq == 4
    assert (to.read_bytes(), stopped.path.read_bytes()) == before


def test_a_new_epoch_is_given_by_the_version_that_wrote_the_file(killed, monkeypatch):
    before = killed.content()
    killed.store.close()
    with_migrations(monkeypatch, ADD)
    store = SqliteStore.open(killed.path, ids=CountingIds())
    with pytest.raises(UpgradeError, match="Use that version"):
        store.renew_epoch(ids=CountingIds())
    store.close()
    assert killed.content() == before


def test_an_outbox_that_is_refused_is_left_to_the_version_before(tmp_path, monkeypatch):
    path = tmp_path / "outbox.db"
    SqliteOutbox.open(path, ids=CountingIds(), cap_bytes=10**7).close()
    alter(path, "INSERT INTO requests VALUES ('r', 1, 2, x'7b7d')")
    before = path.read_bytes()
    steps = (*migrations("street_agent.outbox.migrations"),)
    sql = "ALTER TABLE rows ADD COLUMN colour TEXT"
    more = Migration(number=len(steps) + 1, name="one_more", sql=sql)
    monkeypatch.setattr(schema, "migrations", lambda _: (*steps, more))
    with pytest.raises(NewerFormatError):
        SqliteOutbox.open(path, ids=CountingIds(), cap_bytes=10**7)
    assert path.read_bytes() == before
    alter(path, "DELETE FROM requests")
    SqliteOutbox.open(path, ids=CountingIds(), cap_bytes=10**7).close()
    columns = apsw.Connection(str(path)).execute("SELECT name FROM pragma_table_info('rows')")
    assert ("colour",) in columns.fetchall()


@pytest.mark.parametrize("word", ["is not a file of this kind", "Give the right path"])
def test_a_file_of_another_kind(stopped, word):
    stopped.store.close()
    with pytest.raises(UpgradeError, match=word):
        SqliteOutbox.open(stopped.path, ids=CountingIds(), cap_bytes=10**7)


def test_an_outbox_of_a_newer_version(tmp_path):
    path = tmp_path / "outbox.db"
    SqliteOutbox.open(path, ids=CountingIds(), cap_bytes=10**7).close()
    alter(path, "INSERT INTO migrations VALUES (99, 'from the future')")
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


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ("kind = 'telegram'", "'telegram'"),
        ("version = 2", "version 2"),
        ("payload = CAST(replace(payload, '{', '{\"colour\":1,') AS BLOB)", "colour"),
    ],
)
def test_a_letter_of_a_newer_version_is_not_set_apart_by_an_older_one(stopped, change, word):
    """A link that cannot send a letter goes on without it."""
    assert stopped.store.peers(), "else nothing is tried"
    alter(stopped.path, f"UPDATE letters SET {change}")
    assert_refused(stopped, UpgradeError, "letter 1 to city", word, "Start th")


@pytest.mark.parametrize("fault", [KeyError("x"), ValueError("x"), TypeError("x"), IndexError(0)])
def test_an_upcaster_that_fails(stopped, fault):
    def failing(_: bytes) -> bytes:
        raise fault

    cores = as_version(OURS, state=Format(DistrictState, (*BEFORE, failing)))
    version = OURS.state.version
    words = (f"from version {version} to {version + 1}", "Start the version that wrote it")
    assert_refused(stopped, FormatMismatchError, *words, cores=cores)


def test_the_text_from_which_a_new_version_began_is_made_anew(stopped):
    cores = as_version(
        OURS,
        state=Format(NextState, BEFORE),
        initial=NextState(setup=OURS.initial.setup),
        decide=with_field(OURS, NextState, remark=""),
    )
    decider = stopped.open(cores)
    stopped.press(decider, CrewAction.DEPART)
    before = decider.state_hash()
    newest = "SELECT payload ->> 'state_hash' FROM records WHERE seq = 5"
    alter(stopped.path, f"DELETE FROM texts WHERE hash = ({newest})")
    assert_refused(stopped, StoreCorruptError, "checkpoint at record 5 is missing", cores=cores)
    again = Decider(cores, stopped.store, rebuilds=True)
    assert again.state_hash() == before and again.divergence is None
    stopped.stop(again)
    assert stopped.open(cores).state_hash() == before
