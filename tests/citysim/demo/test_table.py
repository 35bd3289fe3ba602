"""The live table shows the consoles' snapshots in both languages, and what does not answer."""

import io

import law_values as v
import pytest
from rich.console import Console

from citybrain.clock import Timestamp
from citybrain.domain.agent import AgentStatus, SourceStatus
from citybrain.domain.console import DistrictSnapshot, LinkStatus, QueueEntry
from citybrain.ids import AgentId, DistrictId, SourceId
from citybrain.structs import replace
from citybrain.vocabulary import IncidentStage, Visibility
from citysim.demo.messages import LANGUAGES, Translator
from citysim.demo.screen.city_monitor import LOG_LINES_KEPT, CityMonitor
from citysim.demo.screen.city_now import CityNow
from citysim.demo.screen.table import LiveTable
from citysim.laws.report import LawReport


def camera() -> SourceStatus:
    return SourceStatus(
        source=SourceId("cam-1"),
        is_camera=True,
        place=v.HERE,
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
        report=v.incident(IncidentStage.WORKING),
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
        at=v.at(0),
        software_version="1",
        outbox_rows=3,
        outbox_bytes=0,
        lost=0,
        sources=(camera(),),
    )
    return DistrictSnapshot(
        district=DistrictId("a"),
        name="A",
        centre=v.HERE,
        at=v.at(0),
        queue=(row,),
        units=(v.unit(None), v.unit("o-1", name="u-2")),
        agents=(agent,),
        links=(LinkStatus(name="city", up=True, since=v.at(0), backlog=backlog),),
        counts={},
    )


def city() -> CityNow:
    return CityNow(planner="ray", planner_reason="", plan_stages=(), orders=())


def text_of(
    monitor: CityMonitor, language: str, *, width: int = 160, height: int = 100, notes: str = ""
) -> str:
    console = Console(
        record=True, width=width, height=height, file=io.StringIO(), force_terminal=True
    )
    names = {"a": "甲区"}
    table = LiveTable(monitor, Translator(language), headline="now", names=names, notes=notes)
    console.print(table)
    return console.export_text()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_tier_is_shown(language):
    monitor, translate = CityMonitor(Timestamp(0)), Translator(language)
    monitor.update_district("a", district())
    monitor.update_city(city())
    monitor.laws = (
        LawReport(law="nothing_lost", checked=7),
        LawReport(law="no_frames", checked=7, violations=("x", "y")),
    )
    monitor.add_log_line("10:00:00  something")
    text = text_of(monitor, language)
    for part in (
        "box-1 / cam-1",
        "9.9",
        "12.3",
        "100: 60 · 39 · 1",
        translate("frozen"),
        "甲区",
        "1/2",
        "u-2",
        "ray",
        translate("nothing_lost"),
        translate("holds"),
        "10:00:00",
    ):
        assert part in text
    assert translate("blind") in text and translate("working") in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("width", "height"), [(80, 24), (110, 32), (150, 48), (80, 16)])
def test_as_much_is_shown_as_the_terminal_is_high_and_events_last_left_out(language, width, height):
    monitor, translate = CityMonitor(Timestamp(0)), Translator(language)
    monitor.update_district("a", district())
    monitor.update_city(city())
    laws = ("nothing_lost", "nothing_twice", *(f"law {n}" for n in range(16)))
    monitor.laws = tuple(LawReport(law=law, checked=7) for law in laws)
    monitor.laws += (LawReport(law="no_frames", checked=7, violations=("x", "y")),)
    for n in range(30):
        monitor.add_log_line(f"10:00:{n:02}  {'something that happened ' * 9}")
    text = text_of(monitor, language, width=width, height=height, notes="\n".join(["notes"] * 7))
    assert len(text.splitlines()) <= height
    assert "10:00:29" in text, "the newest event"
    assert translate("no_frames") in text, "a law that does not hold has its name at every height"
    assert (translate("nothing_twice") in text) == (height > 40)
    assert text_of(monitor, language, height=9).splitlines()[0].strip() == "now"


def test_what_does_not_answer_is_shown_as_down():
    monitor = CityMonitor(Timestamp(0))
    monitor.update_district("a", None)
    monitor.update_city(None)
    assert text_of(monitor, "en").count("down") == 2
    monitor.update_district("a", district(online=False))
    assert "box-1" in text_of(monitor, "en")


def test_the_backlog_counts_letters_and_outboxes():
    monitor = CityMonitor(Timestamp(0))
    monitor.update_district("a", district(backlog=4))
    assert monitor.backlog() == 7


def test_log_lines_are_bounded_and_counted():
    monitor = CityMonitor(Timestamp(0))
    for number in range(3 * LOG_LINES_KEPT):
        monitor.add_log_line(str(number))
    assert len(monitor.log_lines) == LOG_LINES_KEPT and monitor.log_line_count == 3 * LOG_LINES_KEPT


def test_each_stage_change_is_reported_once_and_the_first_snapshot_is_none():
    changes: list[tuple[str, str]] = []
    monitor = CityMonitor(
        Timestamp(0), lambda name, report: changes.append((name, str(report.stage)))
    )
    snapshot = district()
    monitor.update_district("a", snapshot)
    monitor.update_district("a", snapshot)
    assert changes == []
    row = snapshot.queue[0]
    closed = replace(row, report=replace(row.report, stage=IncidentStage.CLOSED))
    monitor.update_district("a", replace(snapshot, queue=(closed,)))
    monitor.update_district("a", replace(snapshot, queue=(closed,)))
    assert changes == [("a", "closed")]
