"""Who could be sent to an incident, the best first, each with its way and the reason."""

import math

from principals import OPERATOR

from citybrain.domain.console import UnitVerb
from citybrain.kinds import UNKNOWN_KIND
from citybrain.travel.great_circle import GREAT_CIRCLE
from citybrain.vocabulary import Certainty, CrewAction, OperatorVerb, Severity
from district_node.cores.recommended import recommended


def of(scenario, incident=None):
    return recommended(
        scenario.state, scenario.incident(incident), scenario.clock.now(), GREAT_CIRCLE
    )


def reported(scenario):
    scenario.send_event(certainty=Certainty.UNLIKELY)
    return scenario.incident().incident


def test_free_units_that_fit_come_first_by_their_way(scenario):
    scenario.start(
        scenario.a_unit("near", metres=800),
        scenario.a_unit("far", metres=4_000),
        scenario.a_unit("tanker", "pump", metres=100),
    )
    name = reported(scenario)
    rows = of(scenario, name)
    assert [(row.unit, row.reason, row.fits) for row in rows] == [
        ("near", "free", True),
        ("far", "free", True),
        ("tanker", "no_fitting_slot", False),
    ]
    assert math.isclose(rows[0].eta_s, 100, rel_tol=0.01)
    assert (rows[2].eta_s, rows[2].words) == (None, "can do pump, not patrol")


def test_a_busy_unit_says_with_what_and_what_would_wait(scenario):
    scenario.start(scenario.a_unit("riverside-1"))
    scenario.send_event()
    first, number = scenario.incident().incident, scenario.incident().number
    scenario.send_event(
        source="cam-9",
        episode="far",
        rule="far",
        place=scenario.near(5000),
        agent="box-2",
        severity=Severity.EXTREME,
    )
    (grave,) = set(scenario.state.incidents) - {first}
    (row,) = of(scenario, grave)
    assert (row.reason, row.busy_with, row.busy_with_number) == ("preempts", first, number)
    assert row.words == f"has an order ({number}, Moderate), which would wait"
    for action in (CrewAction.ACCEPT, CrewAction.ARRIVE):
        scenario.press("riverside-1", action)
    (row,) = of(scenario, grave)
    assert (row.reason, row.words) == ("busy", f"is at work on a case ({number}, Moderate)")


def test_nobody_is_recommended_where_no_place_is_open(scenario):
    scenario.start(scenario.a_unit("riverside-1"), scenario.a_unit("riverside-2"))
    scenario.send_event()
    assert of(scenario) == ()
    assert scenario.act(OperatorVerb.CLOSE, reason="gone").done
    assert of(scenario) == ()


def test_of_an_unknown_kind_every_unit_may_be_the_right_one(scenario):
    scenario.start(scenario.a_unit("patrol"), scenario.a_unit("tanker", "pump", metres=100))
    scenario.send_event(incident_kind="flying_saucer")
    assert scenario.incident().kind == UNKNOWN_KIND
    assert [row.unit for row in of(scenario)] == ["tanker", "patrol"]


def test_where_many_fit_the_nearest_free_ones_are_first_and_busy_ones_fill_up(scenario):
    """As many as are shown can fill the place: whoever cannot is not looked at."""
    scenario.start(
        *(scenario.a_unit(f"unit-{n:02}", metres=200 + 100 * n) for n in range(12)),
        scenario.a_unit("tanker", "pump", metres=100),
    )
    first = scenario.send_event() and scenario.incident().incident
    scenario.send_event(
        source="cam-9", episode="far", rule="far", agent="box-2", certainty=Certainty.UNLIKELY,
        place=scenario.near(5000),
    )  # fmt: skip
    (other,) = set(scenario.state.incidents) - {first}
    assert [row.unit for row in of(scenario, other)] == [f"unit-{n:02}" for n in range(11, 1, -1)]
    for n in range(1, 4):
        scenario.say(f"unit-{n:02}", UnitVerb.OFF_DUTY, by=OPERATOR)
    rows = of(scenario, other)
    assert [row.unit for row in rows[:8]] == [f"unit-{n:02}" for n in range(11, 3, -1)]
    assert [(row.unit, row.reason) for row in rows[8:]] == [
        ("unit-00", "busy"),
        ("unit-03", "off_duty"),
    ]
    assert rows[8].busy_with == first
