"""Recommendations are made anew where they could differ, and only there."""

import pytest
from principals import OPERATOR

from citybrain.clock import SECOND_US
from citybrain.domain.console import UnitVerb
from citybrain.structs import replace
from citybrain.travel.great_circle import GREAT_CIRCLE
from citybrain.vocabulary import Certainty, OperatorVerb, Severity
from district_node.api.recommendations import RECOMMENDATIONS_AGE, Recommendations


@pytest.fixture
def waiting(scenario):
    """A reported case, to which one of two units could go, and what is recommended for it."""
    scenario.start(scenario.a_unit("near", metres=800), scenario.a_unit("far", metres=2_000))
    scenario.send_event(certainty=Certainty.UNLIKELY)
    known = Recommendations(lambda: scenario.state, GREAT_CIRCLE)
    return lambda: known.of(scenario.incident(), scenario.clock.now())


def test_a_further_event_makes_nothing_anew(scenario, waiting):
    rows = waiting()
    scenario.send_event(certainty=Certainty.UNLIKELY)
    assert waiting() is rows


def test_a_unit_that_is_off_duty_comes_last_at_once(scenario, waiting):
    assert [row.unit for row in waiting()] == ["near", "far"]
    scenario.say("near", UnitVerb.OFF_DUTY, by=OPERATOR)
    assert [row.unit for row in waiting()] == ["far", "near"]


def test_a_unit_that_moves_is_seen_nearer_in_a_while(scenario, waiting):
    states = [scenario.state]
    known, at = Recommendations(lambda: states[0], GREAT_CIRCLE), scenario.clock.now()
    assert known.of(scenario.incident(), at) == waiting()
    roster = scenario.state.roster
    moved = replace(roster.units["far"], place=scenario.near(100))
    roster = replace(roster, units=roster.units.put("far", moved))
    states[0] = replace(scenario.state, roster=roster)
    assert known.of(scenario.incident(), at) == waiting()
    later = at + RECOMMENDATIONS_AGE.value * SECOND_US
    assert [row.unit for row in known.of(scenario.incident(), later)] == ["far", "near"]


def test_the_case_that_a_unit_is_busy_with_is_as_grave_as_it_is_now(scenario):
    scenario.start(scenario.a_unit("riverside-1"))
    scenario.send_event()
    first = scenario.incident()
    scenario.send_event(
        source="cam-9",
        episode="far",
        rule="far",
        agent="box-2",
        place=scenario.near(5000),
        severity=Severity.SEVERE,
    )
    (grave,) = set(scenario.state.incidents) - {first.incident}
    states = [scenario.state]
    known = Recommendations(lambda: states[0], GREAT_CIRCLE)

    def reason():
        (row,) = known.of(scenario.incident(grave), scenario.clock.now())
        return row.reason

    assert reason() == "preempts"
    worse = replace(first, severity=Severity.EXTREME)
    incidents = scenario.state.incidents.put(first.incident, worse)
    states[0] = replace(scenario.state, incidents=incidents)
    assert reason() == "busy"


def test_what_a_busy_unit_does_next_is_seen_at_once(scenario):
    scenario.start(scenario.a_unit("riverside-1")).send_event()
    for number in (2, 3):
        place = scenario.near(3_000 * number)
        scenario.send_event(source=f"cam-{number}", episode=f"e{number}", rule="far", place=place)
    _, near, far = sorted(scenario.state.incidents.keys())
    known = Recommendations(lambda: scenario.state, GREAT_CIRCLE)

    def words():
        (row,) = known.of(scenario.incident(far), scenario.clock.now())
        return row.words

    assert "next" not in words()
    assert scenario.act(OperatorVerb.ASSIGN, incident=near, unit="riverside-1", next=True).done
    assert words().endswith(", and has 1 next")
