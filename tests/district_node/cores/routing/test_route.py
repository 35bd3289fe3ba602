"""Whose case it is: routed at its opening, returned and counted, decided by a person at last."""

import pytest

from citybrain.localized_name import LocalizedName
from citybrain.structs import replace
from citybrain.vocabulary import IncidentStage, OperatorVerb
from district_node.cores.incidents.incident import waits_for
from district_node.inputs import NodeStarted
from district_node.routing.departments import Department, Routing


def department(name, **what):
    return Department(department=name, name=LocalizedName(en=name.title(), zh=name), **what)


ROUTING = Routing(
    departments=(
        department("owner", owns=("crowding",)),
        department("place", is_local=True),
        department("third", owns=("事件/突发事件",)),
    ),
    bounces=2,
    decides="Chen",
)


@pytest.fixture
def opened(scenario):
    scenario.start(scenario.a_unit("riverside-1"))
    scenario.submit(NodeStarted(setup=replace(scenario.state.setup, routing=ROUTING)))
    scenario.send_event()
    return scenario


def bounce(scenario, reason="a private road"):
    return scenario.act(OperatorVerb.RETURN, reason=reason)


def lines(scenario, code):
    return [line for line in scenario.incident().history if line.code == code]


def test_a_case_that_opens_is_the_first_departments_and_its_history_says_so(opened):
    incident = opened.incident()
    assert (incident.responsible, incident.returns) == ("place", ())
    (line,) = lines(opened, "routed")
    assert (line.actor, line.reason) == ("playbook", "Place place")


def test_a_return_is_counted_and_the_next_one_is_responsible(opened):
    assert bounce(opened).done
    incident = opened.incident()
    assert (incident.responsible, incident.returns) == ("owner", ("place",))
    assert incident.stage is IncidentStage.DISPATCHED, "the work goes on"
    (line,) = lines(opened, "returned")
    assert (line.actor, line.reason) == ("Li Na", "a private road")


def test_after_enough_returns_the_named_person_decides_and_that_is_final(opened):
    bounce(opened)
    bounce(opened)
    incident = opened.incident()
    assert (incident.responsible, incident.decides) == ("", "Chen")
    assert waits_for(incident) == "person"
    assert [line.reason for line in lines(opened, "fallback")] == ["Chen"]
    opened.crash()
    assert bounce(opened).reason == "nobody_responsible"
    assert opened.act(OperatorVerb.ROUTE, operator="Chen", department="place").done
    decided = opened.incident()
    assert (decided.responsible, decided.decides) == ("place", "")
    assert waits_for(decided) == "crew"
    again = bounce(opened)
    assert (again.done, again.reason) == (False, "routing_decided") and again.detail
    assert opened.incident() == decided


def test_a_case_that_opens_again_stays_whose_it_was(opened):
    bounce(opened)
    opened.act(OperatorVerb.CLOSE, reason="gone")
    opened.act(OperatorVerb.OPEN, reason="again")
    assert opened.incident().responsible == "owner"


@pytest.mark.parametrize(
    ("verb", "fields", "reason"),
    [
        (OperatorVerb.RETURN, {"reason": ""}, "no_reason"),
        (OperatorVerb.ROUTE, {"department": "nobody"}, "no_such_department"),
        (OperatorVerb.ROUTE, {}, "no_such_department"),
    ],
)
def test_what_cannot_be_routed_is_refused_and_changes_nothing(opened, verb, fields, reason):
    before = opened.incident()
    reply = opened.act(verb, **fields)
    assert (reply.done, reply.reason) == (False, reason) and reply.detail.endswith(".")
    assert opened.incident() == before


def test_a_case_that_is_over_is_no_departments_business(opened):
    opened.act(OperatorVerb.CLOSE, reason="gone")
    assert bounce(opened).reason == "stage:closed"


def test_a_district_without_departments_asks_none(scenario):
    scenario.start()
    scenario.send_event()
    assert scenario.incident().responsible == "" and not lines(scenario, "fallback")
    assert bounce(scenario).reason == "no_departments"


def test_where_no_department_has_it_a_person_decides_at_once(scenario):
    scenario.start()
    nobodys = replace(ROUTING, departments=(department("owner", owns=("loitering",)),))
    scenario.submit(NodeStarted(setup=replace(scenario.state.setup, routing=nobodys)))
    scenario.send_event()
    assert scenario.incident().decides == "Chen"


def test_of_another_kind_it_is_the_case_of_whom_that_kind_is(opened):
    bounce(opened)
    assert opened.incident().responsible == "owner"
    opened.act(OperatorVerb.RECLASSIFY, kind="line_intrusion")
    incident = opened.incident()
    assert (incident.responsible, incident.returns) == ("place", ())
    assert [line.actor for line in lines(opened, "routed")] == ["playbook", "Li Na", "Li Na"]
    bounce(opened)
    assert opened.incident().responsible == "third"


def test_where_another_kind_makes_it_no_other_departments_case_nothing_is_said(opened):
    opened.act(OperatorVerb.RECLASSIFY, kind="line_intrusion")
    assert opened.incident().responsible == "place"
    assert len(lines(opened, "routed")) == 1


def test_what_a_person_decided_stays_and_the_history_says_so(opened):
    opened.act(OperatorVerb.ROUTE, department="owner")
    opened.act(OperatorVerb.TAKE)
    opened.act(OperatorVerb.RECLASSIFY, kind="line_intrusion")
    assert opened.incident().responsible == "owner"
    (line,) = lines(opened, "routing_kept")
    assert (line.actor, line.reason) == ("Li Na", "Owner owner")
    assert opened.incident().case_file.owner == "Li Na"


def around(place, reach=0.004):
    """A square of about 400 m around it."""
    corners = ((-1, -1), (-1, 1), (1, 1), (1, -1))
    return tuple((place.lon + e * reach, place.lat + n * reach) for n, e in corners)


def test_elsewhere_it_is_the_case_of_that_place(opened):
    here, there = opened.near(0), opened.near(2_000)
    offices = (
        department("here", is_local=True, area=around(here)),
        department("there", is_local=True, area=around(there)),
    )
    routing = replace(ROUTING, departments=offices)
    opened.submit(NodeStarted(setup=replace(opened.state.setup, routing=routing)))
    opened.send_event(
        source="cam-5", episode="e5", place=opened.near(10), incident_kind="waterlogging"
    )
    (name,) = [n for n, one in opened.state.incidents.items() if one.kind == "waterlogging"]
    assert opened.incident(name).responsible == "here"
    opened.act(OperatorVerb.RELOCATE, incident=name, place=opened.near(40))
    assert opened.incident(name).responsible == "here"
    opened.act(OperatorVerb.RELOCATE, incident=name, place=there)
    assert opened.incident(name).responsible == "there"
    opened.act(OperatorVerb.RELOCATE, incident=name, place=opened.near(9_000))
    incident = opened.incident(name)
    assert (incident.responsible, incident.decides) == ("", "Chen")
