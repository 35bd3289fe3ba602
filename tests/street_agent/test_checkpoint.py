"""What one run leaves for the next beside the outbox: the contract of both stores, and what only
one of them has."""

import logging

import pytest

from citybrain.clock import SECOND_US, Timestamp
from citybrain.errors import NewerFormatError, StoreFullError
from citybrain.journal.memory import Boundary, Crashed
from street_agent.checkpoint.file import FileCheckpointStore
from street_agent.checkpoint.memory import MemoryCheckpointStore
from street_agent.core.source import OpenEpisode
from street_agent.limits import ALIVE_EVERY_S

EPISODE = OpenEpisode(
    source="cam-1", rule="crowd", began_at=Timestamp(7), present_s=2.5, traceparent="t"
)


class FileStores:
    def __init__(self, folder):
        self.path = folder / "checkpoint.json"

    def new(self):
        return FileCheckpointStore(self.path)

    def crash(self, store):
        """The file is all that is left."""
        return FileCheckpointStore(self.path)


class MemoryStores:
    def new(self):
        return MemoryCheckpointStore()

    def crash(self, store):
        return store.crash()


@pytest.fixture(params=["file", "memory"])
def stores(request, tmp_path):
    return FileStores(tmp_path) if request.param == "file" else MemoryStores()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "checkpoint.json"


def test_there_is_none_before_the_first_run(stores):
    assert stores.new().load(1) is None


def test_the_next_run_loads_what_the_last_one_saved(stores):
    store = stores.new()
    store.save(Timestamp(5), (EPISODE,), 7)
    previous = stores.crash(store).load(8)
    assert previous.alive_at == 5
    assert previous.episodes == (EPISODE,)


def test_a_change_counts_only_once_the_event_that_makes_it_has_its_number(stores):
    store = stores.new()
    store.save(Timestamp(1), (), 3)
    store.save(Timestamp(2), (EPISODE,), 3)  # its start will be number 3
    assert stores.crash(store).load(3).episodes == ()  # this run ended before the put
    assert stores.crash(store).load(4).episodes == (EPISODE,)  # or after it
    store.save(Timestamp(3), (), 4)  # its end will be number 4
    assert stores.crash(store).load(4).episodes == (EPISODE,)
    assert stores.crash(store).load(5).episodes == ()


def test_a_sign_of_life_changes_nothing_else(stores):
    store = stores.new()
    store.save(Timestamp(1), (EPISODE,), 3)
    store.save(Timestamp(2), (EPISODE,), 4, force=True)
    assert stores.crash(store).load(4).episodes == (EPISODE,)


def test_it_is_written_when_episodes_change_or_enough_time_went_by_and_not_else(stores):
    store = stores.new()

    def written():
        return stores.crash(store).load(2).alive_at

    assert store.is_due(Timestamp(0))
    store.save(Timestamp(0), (), 1)
    store.save(Timestamp(SECOND_US), (), 1)
    assert written() == 0 and not store.is_due(Timestamp(SECOND_US))
    store.save(Timestamp(2 * SECOND_US), (EPISODE,), 1)
    assert written() == 2 * SECOND_US
    late = Timestamp(2 * SECOND_US + round(ALIVE_EVERY_S * SECOND_US))
    assert store.is_due(late) and not store.is_due(late - 1)
    store.save(late, (EPISODE,), 1)
    assert written() == late
    store.save(Timestamp(late + 1), (EPISODE,), 1, force=True)
    assert written() == late + 1


@pytest.mark.parametrize("boundary", list(Boundary))
def test_a_crash_during_a_save_leaves_the_old_checkpoint_or_the_new_one(boundary):
    store = MemoryCheckpointStore()
    store.save(Timestamp(1), (), 1)

    def fail(where):
        if where is boundary:
            raise Crashed

    store.faults = fail
    with pytest.raises(Crashed):
        store.save(Timestamp(2), (EPISODE,), 1)
    reopened = store.crash()
    assert reopened.faults is fail
    assert reopened.load(2).alive_at == (2 if boundary is Boundary.AFTER else 1)


def test_a_full_disk_costs_the_checkpoint_and_not_the_agent():
    def fail(where):
        raise StoreFullError("the disk is full")

    store = MemoryCheckpointStore(faults=fail)
    store.save(Timestamp(1), (), 1)
    assert store.crash().load(1) is None


def test_the_first_of_a_run_is_tried_again_until_it_is_written(tmp_path, caplog):
    folder = tmp_path / "data"
    on_disk, failing = FileCheckpointStore(folder / "checkpoint.json"), [True]

    def fail(where):
        if failing[0]:
            raise StoreFullError("the disk is full")

    in_memory = MemoryCheckpointStore(faults=fail)
    for at in (1, 2, 3):
        for store in (on_disk, in_memory):
            assert store.is_due(Timestamp(at))
            store.save(Timestamp(at), (), at)
    assert caplog.text.count("checkpoint.json cannot be written") == 1
    folder.mkdir()
    failing[0] = False
    for store in (on_disk, in_memory):
        store.save(Timestamp(4), (), 2)
        assert not store.is_due(Timestamp(5))
    for store in (FileCheckpointStore(folder / "checkpoint.json"), in_memory.crash()):
        assert store.load(2).alive_at == 4


@pytest.mark.parametrize(
    "torn", [b"", b"{", b'1\n{"alive_at":"x","episodes":[]}', b"1\n", b"\xff\xfe"]
)
def test_a_torn_checkpoint_is_logged_and_ignored(path, torn, caplog):
    path.write_bytes(torn)
    with caplog.at_level(logging.WARNING):
        assert FileCheckpointStore(path).load(1) is None
    assert "made anew" in caplog.text


def test_a_checkpoint_with_one_digit_altered_does_not_set_the_clock(path, caplog):
    FileCheckpointStore(path).save(Timestamp(1_750_000_000_000_000), (EPISODE,), 1)
    path.write_bytes(path.read_bytes().replace(b'"alive_at":1', b'"alive_at":9'))
    with caplog.at_level(logging.WARNING):
        assert FileCheckpointStore(path).load(1) is None
    assert "it was altered" in caplog.text


def test_a_checkpoint_without_a_hash_is_one_of_the_first(path):
    FileCheckpointStore(path).save(Timestamp(7), (), 1)
    header, _, text = path.read_bytes().partition(b"\n")
    path.write_bytes(header.partition(b" ")[0] + b"\n" + text)
    assert FileCheckpointStore(path).load(1).alive_at == 7


def test_a_checkpoint_of_a_newer_version_is_refused_and_left_alone(path):
    path.write_bytes(b"2\n{}")
    with pytest.raises(NewerFormatError, match=r"version 2 .* Start the version that wrote it"):
        FileCheckpointStore(path).load(1)
    assert path.read_bytes() == b"2\n{}"


def test_a_checkpoint_that_cannot_be_written_is_a_warning(tmp_path, caplog):
    store = FileCheckpointStore(tmp_path / "no such folder" / "checkpoint.json")
    with caplog.at_level(logging.WARNING):
        store.save(Timestamp(1), (), 1)
    assert "free some space" in caplog.text
