"""A folder that had a store never begins with an empty one unless a person says so."""

import stat

import pytest
from journal_records import sealed

from citybrain.clock import ManualClock
from citybrain.conditions import ConditionCode, Conditions
from citybrain.errors import StoreError, StoreMissingError
from citybrain.ids import CountingIds
from citybrain.journal import node_store
from citybrain.journal.marker import MARKER, read_marker
from citybrain.journal.node_store import JOURNAL, open_journal, past_watch
from citybrain.journal.port import Batch
from citybrain.journal.sqlite import SqliteStore


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "data"


def opened(folder, **options):
    return open_journal(folder, ids=CountingIds("e"), clock=ManualClock(), **options)


def lose_journal(folder):
    for path in folder.glob(f"{JOURNAL}*"):
        path.unlink()


def test_a_first_start_begins_and_leaves_a_marker_for_this_user_alone(folder):
    store = opened(folder)
    assert read_marker(folder).store == store.epoch()
    store.commit(Batch(records=sealed(store.head(), b"x")))
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    store.close()
    assert set(modes) >= {JOURNAL, f"{JOURNAL}-wal", f"{JOURNAL}.lock", MARKER}
    assert set(modes.values()) == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_journal_that_is_gone_is_missed_and_nothing_is_begun(folder):
    opened(folder).close()
    lose_journal(folder)
    with pytest.raises(StoreMissingError, match=r"journal.db is gone: .*backup restore.*--new"):
        opened(folder)
    assert not (folder / JOURNAL).exists()


def test_a_marker_that_cannot_be_read_still_says_that_there_was_a_store(folder):
    opened(folder).close()
    lose_journal(folder)
    (folder / MARKER).write_text("{")
    with pytest.raises(StoreMissingError, match="knows store unknown"):
        opened(folder)


def test_who_says_that_an_empty_one_is_meant_gets_it(folder):
    opened(folder).close()
    lose_journal(folder)
    store = opened(folder, is_new_meant=True)
    assert store.head().seq == 0
    store.close()
    opened(folder).close()  # and from then on it is a store like others


def test_a_journal_that_is_there_is_never_begun_anew(folder, caplog):
    store = opened(folder)
    store.commit(Batch(records=sealed(store.head(), b"x")))
    store.close()
    store = opened(folder, is_new_meant=True)
    assert store.head().seq == 1
    assert "nothing is begun anew" in caplog.text
    store.close()


def test_a_journal_of_before_there_were_markers_gets_one(folder):
    folder.mkdir()
    SqliteStore.open(folder / JOURNAL, ids=CountingIds("e")).close()
    opened(folder).close()
    assert read_marker(folder) is not None


def watched(folder):
    conditions = Conditions(ManualClock())
    return conditions, past_watch(folder, conditions)


def test_a_doubt_stays_over_restarts_until_the_beginning_is_said_to_be_meant(folder):
    opened(folder).close()
    conditions, on_past = watched(folder)
    assert conditions.lasting() == ()
    on_past(ConditionCode.BEGAN_EMPTY, "the city knows this district")
    assert conditions.lasting()[0].is_unready
    opened(folder).close()
    conditions, _ = watched(folder)
    assert conditions.lasting()[0].detail == "the city knows this district"
    opened(folder, is_new_meant=True).close()
    conditions, on_past = watched(folder)
    on_past(ConditionCode.BEGAN_EMPTY, "the city knows this district")
    assert conditions.lasting() == ()


def test_what_a_peer_has_lost_is_no_doubt_about_this_store(folder):
    opened(folder).close()
    conditions, on_past = watched(folder)
    on_past(ConditionCode.PEER_BEGAN_EMPTY, "the city came empty")
    assert not conditions.lasting()[0].is_unready
    assert read_marker(folder).doubt == ""


def test_a_disk_without_room_for_the_marker_does_not_keep_a_node_down(folder, monkeypatch, caplog):
    def refuse(*_):
        raise StoreError("no room")

    monkeypatch.setattr(node_store, "write_marker", refuse)
    opened(folder).close()
    assert "could not be written: no room" in caplog.text
