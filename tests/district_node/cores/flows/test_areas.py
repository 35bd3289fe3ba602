"""Many cases of a family in one area are one area case in the queue: it has the needs and clocks,
they keep what they rest on, and each is verified by its own sources.
"""

from random import Random  # noqa: TID251 - seeded

import pytest

from citybrain.vocabulary import IncidentStage, OperatorVerb, Severity, VerificationVerdict
from district_node.api.incidents import INCIDENTS
from district_node.cores.incidents.incident import waits_for

KIND = {"incident_kind": "waterlogging", "severity": "Severe"}


def floods(scenario, number, *, apart=260):
    """So many gauges, each of its own case, on a line."""
    for n in range(number):
        scenario.send_event(
            agent=f"box-{n}",
            source=f"gauge-{n}",
            episode=f"e{n}",
            place=scenario.near(apart * (n % 6), apart * (n // 6)),
            **KIND,
        )


def area_of(scenario):
    (area,) = [one for one in scenario.state.incidents.values() if one.is_area]
    return area


def queue(scenario):
    queued = INCIDENTS.filters["queued"]
    return [one for one in scenario.state.incidents.values() if queued(one, "true")]


@pytest.fixture
def storm(scenario):
    scenario.start(
        scenario.a_unit("pump-1", "pump"), scenario.a_unit("patrol-1", "patrol"), city=False
    )
    floods(scenario, 6)
    return scenario


def test_four_cases_are_four_and_the_fifth_makes_an_area_of_them(scenario):
    scenario.start(city=False)
    floods(scenario, 4)
    assert not any(one.is_area for one in scenario.state.incidents.values())
    floods(scenario, 5)
    assert len(area_of(scenario).children) == 5


def test_the_area_case_has_the_needs_and_the_clocks(storm):
    area = area_of(storm)
    assert {slot.capability for slot in area.slots} == {"pump", "patrol"}
    assert area.clocks
    for name in area.children:
        child = storm.incident(name)
        assert child.parent == area.incident
        is_attended = any(slot.state == "confirmed" for slot in child.slots)
        assert waits_for(child) == ("crew" if is_attended else "area")
        assert child.clocks == ()


def test_a_crew_that_was_under_way_before_goes_on(storm):
    storm.assert_one_live_order_a_unit()
    storm.assert_slots_have_one_live_order()


def test_when_the_area_is_handled_each_case_is_verified_by_its_own_source(storm):
    area = area_of(storm)
    assert storm.act(OperatorVerb.CLOSE, incident=area.incident, reason="the pumps are done").done
    asked = [storm.incident(name) for name in area.children]
    waiting = [one for one in asked if one.stage is IncidentStage.HANDLED]
    assert len(waiting) >= 4
    child = waiting[-1]
    storm.report_verification(VerificationVerdict.CLEAR, child, agent=child.verification.agent)
    assert storm.incident(child.incident).stage is IncidentStage.CLOSED


def half_served(scenario):
    """A case of which the pump is done and the patrol is still wanted."""
    scenario.start(scenario.a_unit("pump-1", "pump"), city=False)
    floods(scenario, 1)
    scenario.work_through("pump-1")
    (case,) = scenario.state.incidents.values()
    assert case.stage is IncidentStage.WORKING
    return case


def test_a_case_of_which_only_the_rest_goes_to_the_area_is_verified(scenario):
    case = half_served(scenario)
    floods(scenario, 6)
    child = scenario.incident(case.incident)
    assert child.parent == area_of(scenario).incident
    assert (child.stage, child.verification.agent) == (IncidentStage.HANDLED, "box-0")


def test_a_case_that_is_there_again_is_verified_when_its_area_is_handled(scenario):
    case = half_served(scenario)
    floods(scenario, 6)
    child = scenario.incident(case.incident)
    assert scenario.act(OperatorVerb.OPEN, incident=child.incident, reason="still there").done
    assert scenario.incident(child.incident).stage is IncidentStage.REOPENED
    scenario.act(OperatorVerb.CLOSE, incident=area_of(scenario).incident, reason="it is dry")
    child = scenario.incident(child.incident)
    assert (child.stage, child.verification.agent) == (IncidentStage.HANDLED, "box-0")


def test_what_a_person_reported_in_an_area_waits_for_a_person_when_the_area_is_done(
    scenario, reports
):
    scenario.start(city=False)
    floods(scenario, 6)
    area = area_of(scenario)
    where = scenario.near(260 * 2, 260)
    said = reports(kind="waterlogging", place=where, severity=Severity.MINOR)
    child = scenario.incident(said.subject)
    assert (child.stage, child.parent) == (IncidentStage.REPORTED, area.incident)
    assert waits_for(child) == "area"
    scenario.wait(900)
    scenario.act(OperatorVerb.CLOSE, incident=area.incident, reason="the pumps are done")
    child = scenario.incident(said.subject)
    assert (child.stage, child.parent) == (IncidentStage.REPORTED, None)
    assert waits_for(child) == "person"


def test_a_person_takes_a_case_out_of_its_area_for_good(storm):
    area = area_of(storm)
    name = area.children[-1]
    assert storm.act(OperatorVerb.NOT_SAME, incident=name, other=area.incident).done
    child = storm.incident(name)
    assert (child.parent, waits_for(child)) == (None, "crew") or child.slots
    assert storm.act(OperatorVerb.MERGE, incident=name, other=area.incident).reason == "area_case"


def test_an_area_whose_cases_all_end_waits_for_a_person(scenario):
    scenario.start(city=False)
    floods(scenario, 5)
    area = area_of(scenario)
    for name in area.children:
        scenario.act(OperatorVerb.REJECT, incident=name, reason="a faulty gauge")
    assert scenario.incident(area.incident).stage is IncidentStage.HANDLED
    assert waits_for(scenario.incident(area.incident)) == "person"


def test_a_rejected_area_leaves_its_cases_to_themselves(storm):
    area = area_of(storm)
    storm.act(OperatorVerb.REJECT, incident=area.incident, reason="they are two floods")
    assert all(storm.incident(name).parent is None for name in area.children)
    assert all(storm.incident(name).slots for name in area.children)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_storm_of_three_hundred_sources_leaves_five_cases_at_most(scenario, seed):
    rng = Random(seed)
    scenario.start(city=False)
    for n in range(300):
        scenario.send_event(
            agent=f"box-{n}",
            source=f"gauge-{n}",
            episode=f"e{n}",
            place=scenario.near(rng.uniform(-1_000, 1_000), rng.uniform(-1_000, 1_000)),
            **KIND,
        )
    assert 1 <= len(queue(scenario)) <= 5
