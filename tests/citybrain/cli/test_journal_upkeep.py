"""`citybrain journal checkpoint`, `backtest` and `archive` on a district's journal: a start, an
alarm, a crew's answer.
"""

import json
from datetime import datetime

import apsw
import pytest
from journal_records import sealed
from typer.testing import CliRunner

from citybrain.cli.journal import app
from citybrain.cli.main import main
from citybrain.clock import ManualClock
from citybrain.decider.decider import Decider
from citybrain.errors import (
    StoreCorruptError,
    StoreError,
    UncheckpointedRecordsError,
)
from citybrain.ids import CountingIds
from citybrain.journal.port import Batch
from citybrain.journal.sqlite import SqliteStore
from citybrain.structs import replace
from district_node.district_cores import district_cores
from district_node.inputs import AgentPresenceChanged

OURS = district_cores()
JANUARY = round(datetime.fromisoformat("2026-01-01T00:00:00+00:00").timestamp() * 1_000_000)


def run(*words):
    return CliRunner().invoke(app, [str(word) for word in words])


def other(**changes):
    identity = replace(OURS.identity, release="0.0.9", fingerprint="f" * 64)
    return replace(OURS, identity=identity, code=identity.text, **changes)


def write(path, *, cores=OURS, count=3, stops=False, day=0, first=1):
    """A run of a node: `count` records, a day after January 1st by `day`."""
    store = SqliteStore.open(path, ids=CountingIds())
    decider = Decider(cores, store)
    clock = ManualClock(JANUARY + day * 86_400_000_000)
    for number in range(first, first + count):
        clock.advance(1)
        decider.run([AgentPresenceChanged(agent=f"box-{number}", online=True)], clock.now())
    if stops:
        decider.checkpoint(clock.now())
    store.close()
    return decider


@pytest.fixture
def path(tmp_path):
    return tmp_path / "journal.db"


class TestCheckpoint:
    def test_it_lets_other_code_take_over(self, path):
        write(path)
        store = SqliteStore.open(path, ids=CountingIds())
        with pytest.raises(UncheckpointedRecordsError):
            Decider(other(), store)
        store.close()
        result = run("checkpoint", path)
        assert result.exit_code == 0, result.exception
        assert "record 4 is a checkpoint of the state after record 3" in result.stdout
        decider = write(path, cores=other(), first=4)
        assert sorted(decider.state.agents.keys()) == [f"box-{n}" for n in range(1, 7)]

    def test_there_is_nothing_to_do_behind_an_orderly_stop(self, path):
        write(path, stops=True)
        before = path.read_bytes()
        assert "ends with a checkpoint already, at record 4" in run("checkpoint", path).stdout
        assert path.read_bytes() == before

    def test_nor_in_an_empty_journal(self, path):
        SqliteStore.open(path, ids=CountingIds()).close()
        assert "holds no records" in run("checkpoint", path).stdout

    def test_it_is_refused_to_the_new_version(self, path):
        write(path, cores=other())
        result = run("checkpoint", path)
        assert isinstance(result.exception, UncheckpointedRecordsError)
        assert "decided by district 0.0.9 (ffffffffff)" in str(result.exception)
        assert "with the old version" in str(result.exception)

    def test_it_mends_a_text_that_was_altered(self, path):
        for first in (1, 4):
            write(path, first=first, stops=True)
        connection = apsw.Connection(str(path))
        newest = "(SELECT json_extract(payload, '$.state_hash') FROM records WHERE seq = 8)"
        connection.execute(f"UPDATE texts SET content = x'7b7d' WHERE hash = {newest}")
        connection.close()
        store = SqliteStore.open(path, ids=CountingIds())
        with pytest.raises(StoreCorruptError, match="was altered"):
            Decider(OURS, store)
        store.close()
        assert run("checkpoint", path).exit_code == 0
        assert len(write(path, first=7).state.agents) == 9
        assert run("verify", path).exit_code == 0

    def test_a_journal_of_no_tier_of_ours_is_refused(self, path):
        store = SqliteStore.open(path, ids=CountingIds())
        store.commit(Batch(records=sealed(store.head(), b"{}")))
        store.close()
        with pytest.raises(StoreError, match="no tier of this version. Known tiers: dis"):
            raise run("checkpoint", path).exception


class TestBacktest:
    def test_the_same_code_decides_alike(self, path):
        write(path, stops=True)
        result = run("backtest", path)
        assert (result.exit_code, result.stdout) == (0, "3 records: 3 same\n")

    def test_what_is_decided_otherwise_is_shown(self, path):
        write(path, cores=other(), stops=True)
        result = run("backtest", path, "--json")
        assert result.exit_code == 0, "other code that decides alike"
        store = SqliteStore.open(path, ids=CountingIds())
        record = sealed(
            store.head(), b'{"agent":"box","online":true}', kind="agent_presence_changed",
            code=other().code,
        )  # fmt: skip
        store.commit(Batch(records=record))
        store.close()
        result = run("backtest", path, "--json")
        assert result.exit_code == 3
        (line,) = [json.loads(line) for line in result.stdout.splitlines()]
        assert (line["seq"], line["outcome"], line["kind"]) == (
            5,
            "changed",
            "agent_presence_changed",
        )
        assert "3 same, 1 changed" in result.stderr

    def test_what_cannot_be_read_is_shown_with_its_reason(self, path):
        write(path)
        store = SqliteStore.open(path, ids=CountingIds())
        store.commit(Batch(records=sealed(store.head(), b"{}", kind="teleport", code=OURS.code)))
        store.close()
        result = run("backtest", path)
        assert result.exit_code == 3
        assert "undecidable" in result.stdout and "teleport" in result.stdout

    def test_every_record_is_shown_on_request(self, path):
        write(path)
        assert len(run("backtest", path, "--all").stdout.splitlines()) == 4


class TestArchive:
    def test_a_district_lives_on_behind_the_cut(self, path, tmp_path):
        write(path, count=5, stops=True, day=0)
        write(path, count=3, stops=True, day=40, first=6)
        to = tmp_path / "2026-01.db"
        result = run("archive", path, "--before", "2026-02-01", "--to", to)
        assert result.exit_code == 0, result.exception
        assert f"records 1 to 5 are in {to} now" in result.stdout
        first = run("show", path, "--json").stdout.splitlines()[0]
        assert json.loads(first)["seq"] == 6
        decider = write(path, count=2, day=41, first=9)
        assert len(decider.state.agents) == 10
        verified = run("verify", to, path)
        assert verified.exit_code == 0, verified.exception
        assert verified.stdout.startswith("whole: 12 records")
        alone = run("verify", path)
        assert alone.exit_code == 0
        assert "begins behind record 5" in alone.stdout
        assert run("backtest", path).exit_code == 0

    def test_it_works_while_the_node_is_up(self, path, tmp_path):
        write(path, count=5, stops=True)
        store = SqliteStore.open(path, ids=CountingIds())
        decider = Decider(OURS, store)
        result = run("archive", path, "--before", "2026-02-01", "--to", tmp_path / "a.db")
        assert result.exit_code == 0, result.exception
        decider.run([AgentPresenceChanged(agent="late", online=True)], JANUARY + 10_000_000)
        assert [record.seq for record in store.records()] == [6, 7]
        store.close()
        assert len(write(path, first=6).state.agents) == 9

    def test_a_timer_may_run_it_again_and_again(self, path, tmp_path):
        for month in range(1, 4):
            write(path, first=month * 3 + 1, stops=True, day=31 * (month - 1))
            for _ in range(2):
                to = tmp_path / f"{month}.db"
                result = run("archive", path, "--before", f"2026-{month:02}-20", "--to", to)
                assert result.exit_code == 0, result.exception
        parts = [tmp_path / f"{month}.db" for month in range(1, 4)]
        assert run("verify", *parts, path).exit_code == 0

    def test_nothing_old_enough_is_no_error(self, path, tmp_path):
        write(path, stops=True)
        result = run("archive", path, "--before", "2025-12-31", "--to", tmp_path / "a.db")
        assert result.exit_code == 0
        assert "nothing to archive" in result.stdout
        assert not (tmp_path / "a.db").exists()


def test_the_command_line_names_an_upgrades_refusal_in_one_line(path, capsys):
    write(path, cores=other())
    with pytest.raises(SystemExit) as ended:
        main(["journal", "checkpoint", str(path)])
    assert ended.value.code == 1
    assert capsys.readouterr().err.startswith("citybrain: records 1 to 3 stand behind the last")
