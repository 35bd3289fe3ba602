"""What a refusal means between a district and the city, on both production cores: "Cannot: flat
tyre" once changed nothing, and a second later the city proposed the same crew for the same case.
"""

import pytest
from two_owners import TwoOwnersScenario
from two_owners_crews import let_pass, refuse, say
from two_owners_nodes import PLACES

from citybrain.vocabulary import OrderStage, RefusalClass, SlotState, UnitState


@pytest.fixture
def scenario():
    """East's only crew is sent to a case of its own; north has two that are free."""
    city = TwoOwnersScenario(7)
    city.rng.random = lambda: 1.0  # nothing is repeated that this test does not repeat
    for name in PLACES:
        city.connect(name)
    city.alarm("east")
    return city


def orders(scenario, unit):
    return [
        order
        for district in scenario.districts.values()
        for order in district.state.roster.orders.values()
        if order.unit == unit
    ]


def proposed(scenario, unit):
    sagas = scenario.city.state.sagas
    return [one for one in (*sagas.live.values(), *sagas.ended.values()) if one.unit == unit]


def east(scenario):
    return scenario.districts["east"].state


def test_a_crew_with_a_flat_tyre_is_sent_nowhere_by_anybody(scenario):
    refuse(scenario, "east", "east-0", RefusalClass.UNIT_OUT)
    let_pass(scenario, 8)
    (incident,) = east(scenario).incidents.values()
    assert incident.slots[0].unit in ("north-0", "north-1"), "the city sends somebody else"
    scenario.alarm("east")
    let_pass(scenario, 8)
    assert proposed(scenario, "east-0") == []
    assert [order.stage for order in orders(scenario, "east-0")] == [OrderStage.REFUSED]
    known = scenario.city.state.world.units["east-0"]
    assert (known.state, known.status.reason) == (UnitState.OUT_OF_SERVICE, "flat tyre")


def test_a_case_that_is_not_for_a_crew_is_not_proposed_to_it_and_another_one_is(scenario):
    refuse(scenario, "east", "east-0", RefusalClass.CASE_NOT, "the street is blocked")
    let_pass(scenario, 8)
    (incident,) = east(scenario).incidents.values()
    assert incident.slots[0].unit in ("north-0", "north-1")
    scenario.alarm("east")
    let_pass(scenario, 2)
    stages = {order.stage for order in orders(scenario, "east-0")}
    assert stages == {OrderStage.REFUSED, OrderStage.ISSUED}


def test_where_it_is_the_only_crew_left_the_case_waits_rather_than_go_to_it_again(scenario):
    for unit in ("north-0", "north-1"):
        say(scenario, "north", unit)
    refuse(scenario, "east", "east-0", RefusalClass.CASE_NOT, "the street is blocked")
    let_pass(scenario, 60)
    (incident,) = east(scenario).incidents.values()
    assert incident.slots[0].state is SlotState.OPEN
    assert proposed(scenario, "east-0") == []


def test_a_crew_of_another_district_that_never_accepts_is_replaced_and_proposed_no_more(scenario):
    scenario.alarm("south")
    let_pass(scenario, 5)
    (case,) = scenario.districts["south"].state.incidents.values()
    first = case.slots[0].unit
    let_pass(scenario, 120)
    assert len(orders(scenario, first)) == 1
    assert scenario.districts["north"].state.roster.units[first].status.cause == "silent"
