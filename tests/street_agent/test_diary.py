"""What one run leaves for the next beside the outbox: the same whichever diary it is, and what is the file's or the memory's alone."""

import logging

import pytest

from citybrain.clock import SECOND_US, Timestamp
from citybrain.errors import StoreFullError
from citybrain.journal.memory import Boundary, Crashed
from street_agent.core.source import OpenEpisode
from street_agent.diary.file import FileDiary
from street_agent.diary.memory import MemoryDiary
from street_agent.limits import ALIVE_EVERY_S

EPISODE = OpenEpisode(
    source="cam-1", rule="crowd", began_at=Timestamp(7), present_s=2.5, traceparent="t"
)


class Files:
    def __init__(self, folder):
        self.path = folder / "diary.json"

    def new(self):
        return FileDiary(self.path)

    def crash(self, diary):
        """The file is all that is left."""
        return FileDiary(self.path)


class Memories:
    def new(self):
        return MemoryDiary()

    def crash(self, diary):
        return diary.crash()


@pytest.fixture(params=["file", "memory"])
def diaries(request, tmp_path):
    return Files(tmp_path) if request.param == "file" else Memories()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "diary.json"


def test_there_is_none_before_the_first_run(diaries):
    assert diaries.new().read(1) is None


def test_the_next_run_reads_what_the_last_one_noted(diaries):
    diary = diaries.new()
    diary.note(Timestamp(5), (EPISODE,), 7)
    past = diaries.crash(diary).read(8)
    assert past.alive_at == 5
    assert past.episodes == (EPISODE,)


def test_a_change_counts_only_once_the_event_that_makes_it_has_its_number(diaries):
    diary = diaries.new()
    diary.note(Timestamp(1), (), 3)
    diary.note(Timestamp(2), (EPISODE,), 3)  # its start will be number 3
    assert diaries.crash(diary).read(3).episodes == ()  # this run died before the put
    assert diaries.crash(diary).read(4).episodes == (EPISODE,)  # or after it
    diary.note(Timestamp(3), (), 4)  # its end will be number 4
    assert diaries.crash(diary).read(4).episodes == (EPISODE,)
    assert diaries.crash(diary).read(5).episodes == ()


def test_a_sign_of_life_changes_nothing_else(diaries):
    diary = diaries.new()
    diary.note(Timestamp(1), (EPISODE,), 3)
    diary.note(Timestamp(2), (EPISODE,), 4, force=True)
    assert diaries.crash(diary).read(4).episodes == (EPISODE,)


def test_it_is_written_when_episodes_change_or_enough_time_went_by_and_not_else(diaries):
    diary = diaries.new()

    def written():
        return diaries.crash(diary).read(2).alive_at

    assert diary.is_due(Timestamp(0))
    diary.note(Timestamp(0), (), 1)
    diary.note(Timestamp(SECOND_US), (), 1)
    assert written() == 0 and not diary.is_due(Timestamp(SECOND_US))
    diary.note(Timestamp(2 * SECOND_US), (EPISODE,), 1)
    assert written() == 2 * SECOND_US
    late = Timestamp(2 * SECOND_US + round(ALIVE_EVERY_S * SECOND_US))
    assert diary.is_due(late) and not diary.is_due(late - 1)
    diary.note(late, (EPISODE,), 1)
    assert written() == late
    diary.note(Timestamp(late + 1), (EPISODE,), 1, force=True)
    assert written() == late + 1


@pytest.mark.parametrize("boundary", list(Boundary))
def test_a_crash_at_a_page_leaves_the_old_one_or_the_new_one(boundary):
    diary = MemoryDiary()
    diary.note(Timestamp(1), (), 1)

    def strike(where):
        if where is boundary:
            raise Crashed

    diary.faults = strike
    with pytest.raises(Crashed):
        diary.note(Timestamp(2), (EPISODE,), 1)
    reopened = diary.crash()
    assert reopened.faults is strike
    assert reopened.read(2).alive_at == (2 if boundary is Boundary.AFTER else 1)


def test_a_page_that_found_no_room_costs_the_page_and_not_the_agent():
    def strike(where):
        raise StoreFullError("the disk is full")

    diary = MemoryDiary(faults=strike)
    diary.note(Timestamp(1), (), 1)
    assert diary.crash().read(1) is None


@pytest.mark.parametrize("torn", [b"", b"{", b'{"alive_at":"x","episodes":[]}', b"\xff\xfe"])
def test_a_torn_page_is_said_and_left_out(path, torn, caplog):
    path.write_bytes(torn)
    with caplog.at_level(logging.WARNING):
        assert FileDiary(path).read(1) is None
    assert "begun anew" in caplog.text


def test_a_disk_that_cannot_be_written_costs_a_warning(tmp_path, caplog):
    diary = FileDiary(tmp_path / "no such folder" / "diary.json")
    with caplog.at_level(logging.WARNING):
        diary.note(Timestamp(1), (), 1)
    assert "free some space" in caplog.text
