"""What `citybrain district watch` shows of a district, and what it says to a program."""

import json
from io import StringIO

import pytest
from district_snapshots import a_snapshot
from rich.console import Console

from citybrain.api.v1 import incident_pb2
from citybrain.clock import later
from citybrain.vocabulary import OperatorVerb, Severity
from district_node.cli.watch import _texts
from district_node.terminal.watch_lines import changes_between, connection_line
from district_node.terminal.watch_table import Watched, watch_table

TEXTS = _texts()


def shown(watched, at, language="en"):
    console = Console(width=200, record=True, file=StringIO())
    console.print(watch_table(watched, at, TEXTS, language))
    return console.export_text()


@pytest.fixture
def worked_on(scenario):
    scenario.start(scenario.a_unit("riverside-1"))
    scenario.send_event()
    scenario.act(OperatorVerb.NOTE, text="the owner has a key")
    scenario.act(OperatorVerb.TAKE)
    scenario.act(OperatorVerb.SET_SEVERITY, severity=Severity.SEVERE)
    return scenario


def test_a_case_stands_with_all_that_an_operator_goes_by_and_units_by_name(worked_on):
    snapshot = a_snapshot(worked_on)
    text = shown(Watched(snapshot=snapshot, total=3), later(snapshot.at, 30))
    for part in (
        worked_on.incident().number,
        "Severe",
        "Crowding",
        "30.6570,104.0860",
        "dispatched",
        "arrive 9:30",
        "waits for a crew",
        "Li Na",
        "Riverside-1",
        "3 open",
        "0 of 1 units free",
        "and 2 more",
    ):
        assert part in text, part


def test_the_whole_screen_is_there_in_chinese(worked_on):
    snapshot = a_snapshot(worked_on)
    text = shown(Watched(snapshot=snapshot, total=1), later(snapshot.at, 700), "zh")
    for part in ("1 件未结", "严重", "人群聚集", "已派遣", "到达 已超时 1:40", "等待队伍"):
        assert part in text, part


def test_a_lost_connection_is_said_with_its_time_above_what_was_known(worked_on):
    snapshot = a_snapshot(worked_on)
    lost = Watched(snapshot=snapshot, total=1, lost_since=snapshot.at)
    text = shown(lost, later(snapshot.at, 5))
    assert "connection lost since" in text
    assert worked_on.incident().number in text


def test_an_empty_queue_says_so(scenario):
    scenario.start(scenario.a_unit("riverside-1"))
    snapshot = a_snapshot(scenario)
    assert "nothing is open" in shown(Watched(snapshot=snapshot, total=0), snapshot.at)


def test_a_program_gets_each_case_that_changes_or_leaves_and_nothing_else():
    one, other = incident_pb2.Incident(id="a"), incident_pb2.Incident(id="b")
    changed = incident_pb2.Incident(id="b", owner="Li Na")
    lines = changes_between({"a": one, "b": other, "c": one}, {"a": one, "b": changed}, 0)
    case, left = map(json.loads, lines)
    assert (case["change"], case["incident"]["owner"]) == ("case", "Li Na")
    assert left == {"change": "left", "at": "1970-01-01T00:00:00Z", "id": "c"}
    lost = json.loads(connection_line(is_lost=True, at=0, why="no answer"))
    assert (lost["change"], lost["why"]) == ("connection_lost", "no answer")
