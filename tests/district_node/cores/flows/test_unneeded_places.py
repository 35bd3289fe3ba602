"""Places that a case had before it was reclassified, and that what it turned out to be does not
need: they keep nobody away whom a person sends.
"""

import pytest

from citybrain.travel.great_circle import GREAT_CIRCLE
from citybrain.vocabulary import (
    IncidentStage,
    OperatorVerb,
    SlotState,
    UnitState,
)
from district_node.cores.incidents.incident import waits_for
from district_node.cores.orders.next_orders import next_of
from district_node.cores.recommended import recommended
from district_node.playbook import LocalizedName, NeedRule, Playbook
from district_node.playbooks.load import load_playbooks

PATROL, PUMP = "riverside-1", "riverside-2"
NOBODY = Playbook(kind="noise", title=LocalizedName(en="Noise", zh="噪声"))
PUMPS = Playbook(
    kind="burst_pipe",
    title=LocalizedName(en="Burst pipe", zh="水管爆裂"),
    needs=(NeedRule(capability="pump"),),
)
BOTH = Playbook(
    kind="flood",
    title=LocalizedName(en="Flood", zh="积水"),
    needs=(NeedRule(capability="patrol"), NeedRule(capability="pump")),
)


@pytest.fixture
def dispatched(scenario):
    """A patrol is on its way to a crowd; a pump is free."""
    patrol, pump = scenario.a_unit(PATROL), scenario.a_unit(PUMP, "pump")
    scenario.start(patrol, pump, playbooks=(*load_playbooks(), NOBODY, PUMPS))
    scenario.send_event()
    assert scenario.incident().stage is IncidentStage.DISPATCHED
    return scenario


@pytest.fixture
def of_nobody(dispatched):
    """The case is of a kind that names no crew, and its patrol was called back."""
    assert dispatched.act(OperatorVerb.RECLASSIFY, kind="noise").done
    assert dispatched.unit(PATROL).state is UnitState.AVAILABLE
    assert waits_for(dispatched.incident()) == "person"
    return dispatched


@pytest.mark.parametrize("unit", [PATROL, PUMP])
def test_to_a_kind_that_names_no_crew_a_person_sends_whomever_there_is(of_nobody, unit):
    assert of_nobody.act(OperatorVerb.ASSIGN, unit=unit).done
    incident = of_nobody.incident()
    assert incident.stage is IncidentStage.DISPATCHED
    assert [slot.state for slot in incident.slots] == [SlotState.CANCELLED, SlotState.CONFIRMED]
    of_nobody.work_through(unit)
    assert of_nobody.incident().stage is IncidentStage.HANDLED


@pytest.mark.parametrize("unit", [PATROL, PUMP])
def test_a_busy_crew_may_come_next_to_such_a_case(of_nobody, unit):
    of_nobody.send_event(source="cam-2", episode="n2", rule="far", place=of_nobody.near(3_000))
    first = min(of_nobody.state.incidents.values(), key=lambda one: one.reported_at).incident
    if unit == PUMP:
        other = next(name for name in of_nobody.state.incidents if name != first)
        assert of_nobody.act(OperatorVerb.RECLASSIFY, incident=other, kind="burst_pipe").done
    assert of_nobody.unit(unit).order is not None
    assert of_nobody.act(OperatorVerb.ASSIGN, incident=first, unit=unit, next=True).done
    assert [one.incident for one in next_of(of_nobody.state.roster, unit)] == [first]


def test_for_such_a_case_every_unit_is_recommended(of_nobody):
    rows = recommended(of_nobody.state, of_nobody.incident(), of_nobody.clock.now(), GREAT_CIRCLE)
    assert sorted((row.unit, row.fits) for row in rows) == [(PATROL, True), (PUMP, True)]


def test_what_a_crew_had_served_before_keeps_nobody_away_when_it_is_there_again(scenario):
    patrol, pump = scenario.a_unit(PATROL), scenario.a_unit(PUMP, "pump")
    scenario.start(patrol, pump, playbooks=(*load_playbooks(), NOBODY, BOTH))
    scenario.send_event(incident_kind="flood")
    scenario.work_through(PATROL)
    assert scenario.act(OperatorVerb.RECLASSIFY, kind="noise").done
    assert scenario.incident().stage is IncidentStage.HANDLED
    assert scenario.act(OperatorVerb.OPEN, reason="still there").done
    assert waits_for(scenario.incident()) == "person"
    assert scenario.act(OperatorVerb.ASSIGN, unit=PATROL).done
    scenario.work_through(PATROL)
    assert scenario.incident().stage is IncidentStage.HANDLED


def test_the_refusal_of_a_unit_that_fits_such_a_place_alone_names_what_the_case_needs(dispatched):
    assert dispatched.act(OperatorVerb.RECLASSIFY, kind="burst_pipe").done
    assert dispatched.unit(PUMP).order is not None
    refused = dispatched.act(OperatorVerb.ASSIGN, unit=PATROL)
    assert refused.reason == "no_fitting_slot"
    assert "the case needs pump." in refused.detail
