"""`citybrain journal`: proves a journal whole, names the first bad record, prints readable lines."""

import json

import apsw
import pytest
from typer.testing import CliRunner

from citybrain.cli.journal import app
from citybrain.clock import Timestamp
from citybrain.errors import StoreBusyError, StoreCorruptError, StoreError
from citybrain.ids import CountingIds
from citybrain.journal import chain
from citybrain.journal.port import Batch, Head, NewLetter, Snapshot
from citybrain.journal.sqlite import SqliteStore

AT = Timestamp(1_767_225_600 * 1_000_000)


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "journal.db"
    store = SqliteStore.open(path, ids=CountingIds())
    head, records = store.head(), []
    for number in range(6):
        kind = "said" if number % 2 else "timer_fired"
        records.append(
            chain.seal(
                head,
                at=AT,
                kind=kind,
                payload=json.dumps({"n": number, "what": "x" * 300}).encode(),
                commands_digest="d",
            )
        )
        head = Head(seq=records[-1].seq, hash=records[-1].hash)
    store.commit(
        Batch(records=tuple(records), letters=(NewLetter(to="city", kind="L", payload=b"l"),))
    )
    store.save_snapshot(
        Snapshot(
            seq=6,
            payload=b"{}",
            hash="44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
        )
    )
    store.close()
    return path


def run(*words):
    return CliRunner().invoke(app, [str(word) for word in words])


def meddle(path, statement):
    connection = apsw.Connection(str(path))
    connection.execute("DROP TRIGGER records_never_change; DROP TRIGGER records_never_go")
    connection.execute(statement)
    connection.close()


def head_of(path):
    store = SqliteStore.open_readonly(path)
    try:
        return store.head().hash
    finally:
        store.close()


def test_a_whole_journal_is_said_to_be_whole_with_its_counts(path):
    result = run("verify", path)
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0] == f"whole: 6 records, head {head_of(path)}"
    assert "from 2026-01-01T00:00:00-00:00" in lines[1]
    assert [line.split() for line in lines[2:4]] == [["3", "said"], ["3", "timer_fired"]]
    assert lines[4:] == ["snapshot at record 6, 2 bytes, hash fits", "letters wait for city"]


def test_a_live_journal_can_be_verified_beside_its_writer(path):
    writer = SqliteStore.open(path, ids=CountingIds())
    assert run("verify", path).exit_code == 0
    writer.close()


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (
            "UPDATE records SET payload = x'7b7d' WHERE seq = 4",
            r"record 4 \(said\) does not match its hash",
        ),
        ("DELETE FROM records WHERE seq = 3", "record 4 does not follow record 2"),
        (
            "UPDATE snapshots SET payload = x'00'",
            "the records are whole, but the snapshot at record 6 does not match",
        ),
        (
            "DELETE FROM records WHERE seq > 4",
            "the snapshot was taken after record 6, but the journal ends at 4",
        ),
    ],
)
def test_what_was_changed_is_named(path, statement, said):
    meddle(path, statement)
    result = run("verify", path)
    assert result.exit_code == 1
    with pytest.raises(StoreCorruptError, match=said):
        raise result.exception


def test_a_hash_noted_before_shows_that_the_end_was_cut_off(path):
    noted = head_of(path)
    assert run("verify", path, "--expect", noted).exit_code == 0
    meddle(path, "DELETE FROM snapshots")
    connection = apsw.Connection(str(path))
    connection.execute("DELETE FROM records WHERE seq = 6")
    connection.close()
    assert run("verify", path).exit_code == 0
    result = run("verify", path, "--expect", noted)
    assert result.exit_code == 1
    assert isinstance(result.exception, StoreCorruptError)


def test_records_are_shown_as_lines_that_fit(path):
    lines = run("show", path).stdout.splitlines()
    assert len(lines) == 6
    assert lines[0].split()[:3] == ["1", "2026-01-01T00:00:00", "timer_fired"]
    assert all(len(line) < 220 and line.endswith("…") for line in lines)
    assert all(len(line) > 300 for line in run("show", path, "--full").stdout.splitlines())


def test_records_are_chosen_by_number_kind_and_count(path):
    lines = run("show", path, "--after", 1, "--kind", "said", "--limit", 2).stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["2", "4"]
    nothing = run("show", path, "--kind", "nothing")
    assert nothing.stdout == ""
    assert "no records of kind nothing after 0" in nothing.stderr


def test_records_are_shown_whole_as_json(path):
    shown = [json.loads(line) for line in run("show", path, "--json").stdout.splitlines()]
    assert [one["seq"] for one in shown] == [1, 2, 3, 4, 5, 6]
    assert shown[1]["payload"] == {"n": 1, "what": "x" * 300}
    assert shown[1]["prev_hash"] == shown[0]["hash"]


@pytest.mark.parametrize("command", ["verify", "show"])
def test_a_path_without_a_journal_says_so(command, tmp_path):
    result = run(command, tmp_path / "none.db")
    assert result.exit_code == 1
    with pytest.raises(StoreError, match="does not exist"):
        raise result.exception


@pytest.mark.parametrize("command", ["verify", "show"])
def test_help_has_an_example(command):
    assert f"Example:  citybrain journal {command}" in run(command, "--help").stdout


def test_a_restored_store_gets_another_epoch_and_verify_says_so(path):
    before = run("verify", path).stdout.split("store epoch ")[1].split(",")[0]
    result = run("restored", path)
    assert result.exit_code == 0, result.output
    assert before in result.stdout
    verified = run("verify", path)
    assert verified.exit_code == 0
    assert f"(restored; before: {before})" in verified.stdout


def test_a_store_that_is_open_cannot_be_marked_as_restored(path):
    store = SqliteStore.open(path, ids=CountingIds())
    try:
        result = run("restored", path)
    finally:
        store.close()
    assert result.exit_code != 0
    assert isinstance(result.exception, StoreBusyError)


def test_no_store_is_made_where_none_is(tmp_path):
    result = run("restored", tmp_path / "journal.db")
    assert "Copy the backup there first" in str(result.exception)
    assert not (tmp_path / "journal.db").exists()
