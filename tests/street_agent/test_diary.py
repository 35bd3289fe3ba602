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
    assert Diary(path).read() is None


def test_the_next_run_reads_what_the_last_one_noted(path):
    Diary(path).note(Timestamp(5), (EPISODE,))
    page = Diary(path).read()
    assert page.alive_at == 5
    assert page.episodes == (EPISODE,)


def test_it_is_written_when_episodes_change_or_enough_time_went_by_and_not_else(path):
    diary = Diary(path)
    diary.note(Timestamp(0), ())
    diary.note(Timestamp(SECOND_US), ())
    assert Diary(path).read().alive_at == 0
    diary.note(Timestamp(2 * SECOND_US), (EPISODE,))
    assert Diary(path).read().alive_at == 2 * SECOND_US
    late = Timestamp(2 * SECOND_US + round(ALIVE_EVERY_S * SECOND_US))
    diary.note(late, (EPISODE,))
    assert Diary(path).read().alive_at == late
    diary.note(Timestamp(late + 1), (EPISODE,), force=True)
    assert Diary(path).read().alive_at == late + 1


@pytest.mark.parametrize("torn", [b"", b"{", b'{"alive_at":"x","episodes":[]}', b"\xff\xfe"])
def test_a_torn_page_is_said_and_left_out(path, torn, caplog):
    path.write_bytes(torn)
    with caplog.at_level(logging.WARNING):
        assert Diary(path).read() is None
    assert "begun anew" in caplog.text


def test_a_disk_that_cannot_be_written_costs_a_warning(tmp_path, caplog):
    diary = Diary(tmp_path / "no such folder" / "diary.json")
    with caplog.at_level(logging.WARNING):
        diary.note(Timestamp(1), ())
    assert "free some space" in caplog.text
