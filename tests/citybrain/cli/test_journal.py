"""`citybrain journal`: proves a journal whole, names the first bad record, prints readable
lines.
"""

import json

import apsw
import pytest
from journal_records import keep_checkpoint, sealed
from typer.testing import CliRunner

from citybrain.cli.journal import app
from citybrain.errors import StoreBusyError, StoreCorruptError, StoreError
from citybrain.ids import CountingIds
from citybrain.journal.port import Batch, NewLetter
from citybrain.journal.sqlite import SqliteStore

AT = 1_767_225_600 * 1_000_000
STATE = b'{"total":6}'


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "journal.db"
    store = SqliteStore.open(path, ids=CountingIds())
    for number in range(6):
        payload = json.dumps({"n": number, "what": "x" * 300}).encode()
        kind = "batch_received" if number % 2 else "timer_fired"
        store.commit(Batch(records=sealed(store.head(), payload, kind=kind, at=AT)))
    store.commit(Batch(letters=(NewLetter(to="city", kind="L", version=1, payload=b"l"),)))
    keep_checkpoint(store, STATE)
    store.close()
    return path


def run(*words):
    return CliRunner().invoke(app, [str(word) for word in words])


def alter(path, *statements):
    connection = apsw.Connection(str(path))
    connection.execute("DROP TRIGGER records_never_change; DROP TRIGGER records_never_go")
    for statement in statements:
        connection.execute(statement)
    connection.close()


def head_of(path):
    store = SqliteStore.open_readonly(path)
    try:
        return store.head().hash
    finally:
        store.close()


def test_a_whole_journal_is_reported_with_its_counts(path):
    result = run("verify", path)
    assert result.exit_code == 0, result.exception
    lines = result.stdout.splitlines()
    assert lines[0] == f"whole: 7 records, head {head_of(path)}"
    assert "from 2026-01-01T00:00:00-00:00" in lines[1]
    assert [line.split() for line in lines[2:5]] == [
        ["3", "batch_received"],
        ["1", "checkpoint"],
        ["3", "timer_fired"],
    ]
    assert lines[5].startswith("checkpoint at record 7: the state after record 6, by test 1 (a)")
    assert lines[6:] == ["letters wait for city"]


def test_a_live_journal_can_be_verified_beside_its_writer(path):
    writer = SqliteStore.open(path, ids=CountingIds())
    assert run("verify", path).exit_code == 0
    writer.close()


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        (
            "UPDATE records SET payload = x'7b7d' WHERE seq = 4",
            r"record 4 \(batch_received\) does not match its hash",
        ),
        (
            "UPDATE records SET version = 2 WHERE seq = 2",
            r"record 2 \(batch_received\) does not match",
        ),
        ("DELETE FROM records WHERE seq = 3", "record 4 does not follow record 2"),
        (
            "UPDATE texts SET content = x'00'",
            "the text of the checkpoint at record 7 was altered: .* citybrain journal checkpoint",
        ),
        ("DELETE FROM texts", "the text of the newest checkpoint, at record 7, is missing"),
    ],
)
def test_what_was_altered_is_named(path, statement, message):
    alter(path, statement)
    result = run("verify", path)
    assert result.exit_code == 1
    with pytest.raises(StoreCorruptError, match=message):
        raise result.exception


def test_a_hash_noted_before_shows_that_the_end_was_cut_off(path):
    noted = head_of(path)
    assert run("verify", path, "--expect", noted).exit_code == 0
    alter(path, "DELETE FROM records WHERE seq > 5")
    assert run("verify", path).exit_code == 0
    result = run("verify", path, "--expect", noted)
    assert result.exit_code == 1
    assert isinstance(result.exception, StoreCorruptError)


def test_records_are_shown_as_lines_that_fit(path):
    lines = run("show", path).stdout.splitlines()
    assert len(lines) == 7
    assert lines[0].split()[:3] == ["1", "2026-01-01T00:00:00", "timer_fired"]
    assert all(len(line) < 220 and line.endswith("…") for line in lines[:6])
    assert all(len(line) > 300 for line in run("show", path, "--full").stdout.splitlines()[:6])
    assert lines[6].split()[2] == "checkpoint"


def test_records_are_chosen_by_number_kind_and_count(path):
    options = ("--after", 1, "--kind", "batch_received", "--limit", 2)
    lines = run("show", path, *options).stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["2", "4"]
    nothing = run("show", path, "--kind", "nothing")
    assert nothing.stdout == ""
    assert "no records of kind nothing after 0" in nothing.stderr


def test_records_are_shown_whole_as_json(path):
    shown = [json.loads(line) for line in run("show", path, "--json").stdout.splitlines()]
    assert [one["seq"] for one in shown] == [1, 2, 3, 4, 5, 6, 7]
    assert shown[1]["payload"] == {"n": 1, "what": "x" * 300}
    assert shown[1]["prev_hash"] == shown[0]["hash"]
    assert (shown[1]["version"], shown[1]["code"]) == (1, "test/1/a")


@pytest.mark.parametrize("command", ["verify", "show", "backtest"])
def test_a_path_without_a_journal_says_so(command, tmp_path):
    result = run(command, tmp_path / "none.db")
    assert result.exit_code == 1
    with pytest.raises(StoreError, match="does not exist"):
        raise result.exception


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("restored", ()),
        ("checkpoint", ()),
        ("archive", ("--before", "2026-01-01", "--to", "x.db")),
    ],
)
def test_no_store_is_made_where_none_is(command, options, tmp_path):
    result = run(command, tmp_path / "journal.db", *options)
    assert "there is no store at" in str(result.exception)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "command", ["verify", "show", "checkpoint", "backtest", "archive", "restored"]
)
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


@pytest.mark.parametrize("command", ["restored", "checkpoint"])
def test_a_store_that_is_open_is_left_alone(path, command):
    store = SqliteStore.open(path, ids=CountingIds())
    try:
        result = run(command, path)
    finally:
        store.close()
    assert result.exit_code != 0
    assert isinstance(result.exception, StoreBusyError)
