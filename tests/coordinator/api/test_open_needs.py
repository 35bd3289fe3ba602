"""Which places of cases nobody is sent to, and why: asked of the city or not, planned, left empty
by the last plan, filled by an order.
"""

import pytest
from consoles import city_screen, reports

from citybrain.clock import later
from citybrain.domain.plan import PlanStage, UnassignedSlot
from citybrain.ids import OrderId
from citybrain.sorted_map import SortedMap
from citybrain.structs import replace
from coordinator.api.needs import NEEDS
from coordinator.api.open_needs import OpenNeeds

ASKED = reports.slot(1, "pump", from_city=True)
OWN = reports.slot(2, "patrol")
CASE = reports.report(1, slots=(ASKED, OWN), stage="opened")


def state(*, incidents=(CASE,), plans=(), tried=()):
    screen = replace(city_screen.quiet_city(), incidents=incidents, plans=plans)
    made = city_screen.state_of(screen)
    return replace(made, replan=replace(made.replan, unassigned=tried))


def shown(*states):
    """What is shown of the last of them, by one that followed all."""
    needs, before, found = OpenNeeds(), None, {}
    for one in states:
        found = needs.advance(before, one)
        before = one
    return found


def why(*states):
    return {slot: (need.reason, need.plan) for slot, need in shown(*states).items()}


def test_a_place_is_open_by_the_one_who_looks_for_its_crew():
    assert why(state()) == {"slot-1": ("planning", None), "slot-2": ("own_crews", None)}


@pytest.mark.parametrize("reason", ["no_unit", "too_far", "outbid", "district_offline"])
def test_what_the_last_plan_left_empty_says_why(reason):
    left = UnassignedSlot(incident=CASE.incident, slot="slot-1", capability="pump", reason=reason)
    older = replace(left, reason="refused")
    plans = tuple(
        replace(city_screen.plan(n, PlanStage.STALE), orders=(), unassigned=(one,))
        for n, one in ((2, left), (1, older))
    )
    assert why(state(), state(plans=plans, tried=("slot-1",)))["slot-1"] == (reason, None)
    assert why(state(plans=plans))["slot-1"] == ("planning", None), "it is planned for anew"


def test_what_could_not_be_planned_at_all_says_so():
    assert why(state(tried=("slot-1",)))["slot-1"] == ("no_plan", None)


def test_what_the_waiting_plan_fills_names_it_until_it_is_decided():
    plan = city_screen.plan()
    order = replace(plan.orders[0], task=replace(plan.orders[0].task, slot="slot-1"))
    waits = state(plans=(replace(plan, orders=(order,)),))
    assert why(waits)["slot-1"] == ("planned", plan.plan)
    rejected = state(plans=(replace(plan, orders=(order,), stage=PlanStage.REJECTED),))
    assert why(waits, rejected)["slot-1"] == ("planning", None)


def test_what_an_order_fills_is_no_need_and_is_one_again_when_it_ends():
    free = state()
    served = replace(
        free, sagas=replace(free.sagas, by_slot=SortedMap([("slot-1", OrderId("ord-1"))]))
    )
    assert set(why(free, served)) == {"slot-2"}
    assert set(why(free, served, free)) == {"slot-1", "slot-2"}


def test_what_its_owner_does_not_want_any_more_is_none():
    closed = replace(CASE, stage="closed", slots=())
    assert why(state(), state(incidents=(closed,))) == {}
    filled = replace(CASE, slots=(replace(ASKED, state="ordered"), OWN))
    assert set(why(state(incidents=(filled,)))) == {"slot-2"}


def test_what_did_not_change_is_the_same_object():
    other = reports.report(2, slots=(reports.slot(9),))
    needs = OpenNeeds()
    before = state()
    first = needs.advance(None, before)
    again = needs.advance(before, state(incidents=(CASE, other)))
    assert again["slot-1"] is first["slot-1"] and "slot-9" in again


def test_the_most_urgent_are_asked_of_the_city_then_grave_then_late():
    def need(n, severity, late_s, *, asked=True):
        deadline = later(reports.CLOCK.now(), -late_s)
        slot = reports.slot(n, deadline=deadline, from_city=asked)
        return reports.report(n, slots=(slot,), severity=severity)

    cases = (
        need(1, "Minor", 9),
        need(2, "Extreme", 900, asked=False),
        need(3, "Severe", 5),
        need(4, "Severe", 50),
        need(5, "Extreme", 1),
    )
    found, by = shown(state(incidents=cases)), NEEDS.orders["urgency"]
    ordered = sorted(found.values(), key=lambda one: by(one, reports.CLOCK.now()))
    assert [one.slot for one in ordered] == ["slot-5", "slot-4", "slot-3", "slot-1", "slot-2"]
