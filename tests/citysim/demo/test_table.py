"""The live table shows what the desks say, in both languages, and what does not answer."""

import io
from dataclasses import replace

import citysim_story as s
import pytest
from rich.console import Console

from citybrain.clock import Timestamp
from citybrain.domain.agent import AgentStatus, SourceStatus
from citybrain.domain.console import CitySnapshot, DistrictSnapshot, LinkStatus, QueueEntry
from citybrain.ids import AgentId, DistrictId, SourceId
from citybrain.vocabulary import IncidentStage, Visibility
from citysim.demo.screen.board import HAPPENINGS_KEPT, Board
from citysim.demo.screen.table import live_table
from citysim.demo.words import LANGUAGES, Words
from citysim.laws.report import LawReport


def camera() -> SourceStatus:
    return SourceStatus(
        source=SourceId("cam-1"),
        is_camera=True,
        place=s.HERE,
        visibility=Visibility.BLIND,
        reason="frozen",
        fps=9.9,
        infer_ms=12.3,
        captured=100,
        used=60,
        gated=39,
        dropped=1,
        observed_s=1,
        degraded_s=0,
        blind_s=2,
    )


def district(*, online: bool = True, backlog: int = 0) -> DistrictSnapshot:
    row = QueueEntry(
        report=s.incident(IncidentStage.WORKING),
        priority=1.0,
        clocks=(),
        history=(),
        evidence=None,
        source="s",
        rule="r",
        waits_for="crew",
    )
    agent = AgentStatus(
        agent=AgentId("box-1"),
        online=online,
        at=s.at(0),
        version="1",
        outbox_rows=3,
        outbox_bytes=0,
        lost=0,
        sources=(camera(),),
    )
    return DistrictSnapshot(
        district=DistrictId("a"),
        name="A",
        centre=s.HERE,
        at=s.at(0),
        rows=(row,),
        units=(s.unit(None), s.unit("o-1", name="u-2")),
        agents=(agent,),
        links=(LinkStatus(name="city", up=True, since=s.at(0), backlog=backlog),),
        counts={},
    )


def city() -> CitySnapshot:
    return CitySnapshot(
        at=s.at(0),
        districts=(),
        incidents=(),
        units=(),
        plans=(),
        drives=(),
        planner="ray",
        planner_because="",
        counts={},
    )


def text_of(board: Board, language: str) -> str:
    console = Console(record=True, width=160, file=io.StringIO())
    console.print(live_table(board, Words(language), headline="now", names={"a": "甲区"}))
    return console.export_text()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_tier_is_shown(language):
    board, words = Board(Timestamp(0)), Words(language)
    board.see_district("a", district())
    board.see_city(city())
    board.laws = (
        LawReport(law="nothing_lost", checked=7),
        LawReport(law="no_frames", checked=7, broken=("x", "y")),
    )
    board.happened("10:00:00  something")
    text = text_of(board, language)
    for part in (
        "box-1 / cam-1",
        "9.9",
        "12.3",
        "100: 60 · 39 · 1",
        words("frozen"),
        "甲区",
        "1/2",
        "u-2",
        "ray",
        words("nothing_lost"),
        words("kept"),
        "10:00:00",
    ):
        assert part in text
    assert words("blind") in text and words("working") in text


def test_what_does_not_answer_is_shown_as_down():
    board = Board(Timestamp(0))
    board.see_district("a", None)
    board.see_city(None)
    assert text_of(board, "en").count("down") == 2
    board.see_district("a", district(online=False))
    assert "box-1" in text_of(board, "en")


def test_the_backlog_counts_letters_and_outboxes():
    board = Board(Timestamp(0))
    board.see_district("a", district(backlog=4))
    assert board.backlog() == 7


def test_happenings_are_bounded_and_counted():
    board = Board(Timestamp(0))
    for number in range(3 * HAPPENINGS_KEPT):
        board.happened(str(number))
    assert len(board.happenings) == HAPPENINGS_KEPT and board.said == 3 * HAPPENINGS_KEPT


def test_each_turn_of_a_case_is_heard_once_and_the_first_desk_is_no_turn():
    heard: list[tuple[str, str]] = []
    board = Board(Timestamp(0), lambda name, report: heard.append((name, str(report.stage))))
    snapshot = district()
    board.see_district("a", snapshot)
    board.see_district("a", snapshot)
    assert heard == []
    row = snapshot.rows[0]
    closed = replace(row, report=replace(row.report, stage=IncidentStage.CLOSED))
    board.see_district("a", replace(snapshot, rows=(closed,)))
    board.see_district("a", replace(snapshot, rows=(closed,)))
    assert heard == [("a", "closed")]
