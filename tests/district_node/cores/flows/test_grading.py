"""Severity by measured numbers: the gravest grade that is reached, in parts of a size."""

import pytest

from citybrain.localized_name import LocalizedName
from citybrain.pack.asset import Asset
from citybrain.sorted_map import SortedMap
from citybrain.structs import replace
from citybrain.vocabulary import Phase, Severity
from district_node.inputs import NodeStarted
from district_node.playbook import GradeRule
from district_node.playbooks.load import load_playbooks

GRADES = (
    GradeRule(of="count", over=1.5, per="capacity", severity=Severity.MODERATE),
    GradeRule(of="count", over=2.5, per="capacity", severity=Severity.SEVERE),
    GradeRule(of="wind_mps", over=20.0, severity=Severity.EXTREME),
)
PLAYBOOKS = tuple(replace(p, grades=GRADES) for p in load_playbooks())


@pytest.fixture
def started(scenario):
    scenario.start(playbooks=PLAYBOOKS)
    assets = tuple(
        Asset(
            id=name,
            kind="bike_point",
            name=LocalizedName(en=name, zh=name),
            place=scenario.near(0),
            fields=SortedMap({"capacity": size, "address": "rtsp://192.0.2.1"}),
        )
        for name, size in (("cam-0", 400.0), ("cam-1", 10.0), ("cam-2", 20.0))
    )
    scenario.submit(NodeStarted(setup=replace(scenario.state.setup, assets=assets)))
    return scenario


@pytest.mark.parametrize(
    ("source", "measured", "severity"),
    [
        ("cam-1", {"count": 15.0}, Severity.MINOR),  # 1.5 times, not more
        ("cam-1", {"count": 16.0}, Severity.MODERATE),
        ("cam-1", {"count": 26.0}, Severity.SEVERE),
        ("cam-2", {"count": 26.0}, Severity.MINOR),
        ("cam-9", {"count": 99.0}, Severity.MINOR),  # nobody knows how much it holds
        ("cam-1", {"value": 99.0}, Severity.MINOR),  # nobody counted
        ("cam-9", {"wind_mps": 21.0}, Severity.EXTREME),
        ("cam-1", {"count": 26.0, "wind_mps": 21.0}, Severity.EXTREME),
    ],
)
def test_the_numbers_say_how_severe_it_is(started, source, measured, severity):
    started.send_event(source=source, severity=Severity.MINOR, measurements=measured)
    assert started.incident().severity is severity


def test_numbers_that_grow_raise_an_open_case_by_its_own_playbook(started):
    started.send_event(severity=Severity.MINOR, measurements={"count": 12.0})
    setup = replace(started.state.setup, playbooks=load_playbooks())
    started.submit(NodeStarted(setup=setup))
    started.send_event(phase=Phase.UPDATE, severity=Severity.MINOR, measurements={"count": 30.0})
    assert started.incident().severity is Severity.SEVERE


def test_without_grades_an_event_is_as_severe_as_its_rule_says(scenario):
    scenario.start()
    scenario.send_event(severity=Severity.MODERATE, measurements={"count": 1_000.0})
    assert scenario.incident().severity is Severity.MODERATE
