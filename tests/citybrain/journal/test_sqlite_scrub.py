"""What is damaged in a journal on the disk is found while its node runs, and what is whole is not
called damaged, whatever goes on meanwhile."""

import re

import apsw
import pytest
from journal_records import keep_checkpoint, sealed

from citybrain.clock import ManualClock, Timestamp
from citybrain.conditions import ConditionCode, Conditions
from citybrain.ids import CountingIds
from citybrain.journal.port import Batch, Timer
from citybrain.journal.sqlite import SqliteStore
from citybrain.journal.sqlite_archive import archive
from citybrain.journal.sqlite_scrub import FIRST_AFTER_S, RETRY_S, JournalScrub
from citybrain.limits import SCRUB_BYTES, SCRUB_RECORDS
from citybrain.telemetry.metrics import MetricsRegistry

DAY_2 = Timestamp(2 * 86_400_000_000)
DAMAGED = ConditionCode.JOURNAL_DAMAGED


class Rig:
    """A journal with its scrub; `waits` are the seconds that it waited."""

    def __init__(self, path):
        self.path, self.waits, self.on_wait = path, [], lambda _: False
        self.store = SqliteStore.open(path, ids=CountingIds("e"))
        self.conditions, self.registry = Conditions(ManualClock()), MetricsRegistry()
        self.scrub = JournalScrub(path, self.conditions, self.registry, pause=self._pause)

    def _pause(self, seconds):
        self.waits.append(seconds)
        return self.on_wait(seconds)

    def grow(self, count, size=10):
        records = sealed(self.store.head(), *[b"x" * size] * count)
        timers = tuple(
            Timer(timer=f"t{record.seq}", due=Timestamp(9), subject="s", version=0)
            for record in records
        )
        self.store.commit(Batch(records=records, timers_set=timers))

    def meddle(self, *statements):
        connection = apsw.Connection(str(self.path))
        for statement in statements:
            connection.execute(statement)
        connection.close()

    def found(self):
        return [condition.code for condition in self.conditions.lasting()]


@pytest.fixture
def rig(tmp_path):
    rig = Rig(tmp_path / "journal.db")
    rig.grow(2_500)
    keep_checkpoint(rig.store, b'{"state": 1}')
    yield rig
    rig.scrub.stop()
    rig.store.close()


def test_a_whole_journal_is_read_to_its_end_at_a_bounded_rate(rig):
    assert rig.scrub.one_pass()
    assert rig.found() == []
    assert rig.registry.value("journal_scrubbed_seq") == 2_501
    assert rig.registry.value("journal_scrubs_total", result="whole") == 1
    assert sum(rig.waits) >= 2_500 / SCRUB_RECORDS.value


def test_large_records_are_read_no_faster_than_the_bytes_allow(rig):
    rig.grow(4, size=1024 * 1024)
    rig.scrub.one_pass()
    assert sum(rig.waits) >= 4 / SCRUB_BYTES.value


@pytest.mark.parametrize(
    ("statements", "words"),
    [
        (
            (
                "DROP TRIGGER records_never_change",
                "UPDATE records SET payload = CAST('y' AS BLOB) WHERE seq = 1700",
            ),
            "record 1700 .* does not match its hash",
        ),
        (
            ("DROP TRIGGER records_never_go", "DELETE FROM records WHERE seq = 1200"),
            "record 1201 does not follow record 1199",
        ),
        (("UPDATE texts SET content = CAST('{}' AS BLOB)",), "text of the .* was altered"),
        (("DELETE FROM texts",), "text of the newest checkpoint, at record 2501, is missing"),
    ],
)
def test_what_was_altered_is_found_said_and_counted(rig, caplog, statements, words):
    rig.meddle(*statements)
    assert rig.scrub.one_pass()
    assert rig.found() == [DAMAGED]
    (lasting,) = rig.conditions.lasting()
    assert lasting.is_unready
    assert "Stop it in order" in lasting.detail
    assert re.search(words, caplog.text)
    assert rig.registry.value("journal_scrubs_total", result="damaged") == 1
    rig.scrub.one_pass()
    assert len([line for line in caplog.messages if "began" in line]) == 1


@pytest.mark.parametrize("table", ["records", "timers"])
def test_a_damaged_page_is_found(rig, table):
    rig.meddle("PRAGMA wal_checkpoint(TRUNCATE)")
    connection = apsw.Connection(str(rig.path))
    ((root,),) = connection.execute(
        "SELECT rootpage FROM sqlite_schema WHERE name = ?", (table,)
    ).fetchall()
    ((page_bytes,),) = connection.execute("PRAGMA page_size").fetchall()
    connection.close()
    with rig.path.open("r+b") as file:
        file.seek((root - 1) * page_bytes + 8)
        file.write(b"\xff" * 64)
    rig.scrub.one_pass()
    assert rig.found() == [DAMAGED]


def test_commits_and_an_archive_meanwhile_are_no_damage(rig, tmp_path):
    def go_on(_seconds):
        if len(rig.waits) == 1:
            archive(rig.path, before=DAY_2, to=tmp_path / "archive.db")
        if len(rig.waits) < 20:
            rig.grow(1)
        return False

    rig.on_wait = go_on
    assert rig.scrub.one_pass()
    assert (tmp_path / "archive.db").exists()
    assert rig.found() == []


def test_what_cannot_be_read_now_is_read_later_and_is_no_damage(tmp_path):
    conditions, waits = Conditions(ManualClock()), []
    scrub = JournalScrub(
        tmp_path / "nothing.db",
        conditions,
        MetricsRegistry(),
        pause=lambda seconds: waits.append(seconds) or len(waits) == 2,
    )
    scrub.start()
    scrub._thread.join(20)
    assert waits == [FIRST_AFTER_S, RETRY_S]
    assert conditions.lasting() == ()


def test_it_stops_within_a_page(rig):
    rig.on_wait = lambda _: True
    assert not rig.scrub.one_pass()
    assert rig.registry.value("journal_scrubbed_seq") == 1_000
