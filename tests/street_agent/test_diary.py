"""What one run leaves for the next beside the outbox."""

import logging

import pytest

from citybrain.clock import SECOND_US, Timestamp
from street_agent.core.source import OpenEpisode
from street_agent.diary import Diary
from street_agent.limits import ALIVE_EVERY_S

EPISODE = OpenEpisode(source="cam-1", rule="crowd", began_at=Timestamp(7), present_s=2.5, traceparent="t")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "diary.json"


def test_there_is_none_before_the_first_run(path):
    assert Diary(path).read(1) is None


def test_the_next_run_reads_what_the_last_one_noted(path):
    Diary(path).note(Timestamp(5), (EPISODE,), 7)
    past = Diary(path).read(8)
    assert past.alive_at == 5
    assert past.episodes == (EPISODE,)


def test_a_change_counts_only_once_the_event_that_makes_it_has_its_number(path):
    diary = Diary(path)
    diary.note(Timestamp(1), (), 3)
    diary.note(Timestamp(2), (EPISODE,), 3)  # its start will be number 3
    assert Diary(path).read(3).episodes == ()  # this run died before the put
    assert Diary(path).read(4).episodes == (EPISODE,)  # or after it
    diary.note(Timestamp(3), (), 4)  # its end will be number 4
    assert Diary(path).read(4).episodes == (EPISODE,)
    assert Diary(path).read(5).episodes == ()


def test_a_sign_of_life_changes_nothing_else(path):
    diary = Diary(path)
    diary.note(Timestamp(1), (EPISODE,), 3)
    diary.note(Timestamp(2), (EPISODE,), 4, force=True)
    assert Diary(path).read(4).episodes == (EPISODE,)


def test_it_is_written_when_episodes_change_or_enough_time_went_by_and_not_else(path):
    diary = Diary(path)
    diary.note(Timestamp(0), (), 1)
    diary.note(Timestamp(SECOND_US), (), 1)
    assert Diary(path).read(2).alive_at == 0
    diary.note(Timestamp(2 * SECOND_US), (EPISODE,), 1)
    assert Diary(path).read(2).alive_at == 2 * SECOND_US
    late = Timestamp(2 * SECOND_US + round(ALIVE_EVERY_S * SECOND_US))
    diary.note(late, (EPISODE,), 2)
    assert Diary(path).read(2).alive_at == late
    diary.note(Timestamp(late + 1), (EPISODE,), 2, force=True)
    assert Diary(path).read(2).alive_at == late + 1


@pytest.mark.parametrize("torn", [b"", b"{", b'{"alive_at":"x","episodes":[]}', b"\xff\xfe"])
def test_a_torn_page_is_said_and_left_out(path, torn, caplog):
    path.write_bytes(torn)
    with caplog.at_level(logging.WARNING):
        assert Diary(path).read(1) is None
    assert "begun anew" in caplog.text


def test_a_disk_that_cannot_be_written_costs_a_warning(tmp_path, caplog):
    diary = Diary(tmp_path / "no such folder" / "diary.json")
    with caplog.at_level(logging.WARNING):
        diary.note(Timestamp(1), (), 1)
    assert "free some space" in caplog.text
