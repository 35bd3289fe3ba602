"""A solution in the officer's words: why this unit, whom else, and why a slot stays empty."""

from coordinator.planning.draft import draft_plan
from coordinator.planning.fleet import city_fleet
from coordinator.planning.problem import UnreachableSlot
from coordinator.planning.solvers import by_assignment, solver_input


def planned(problem):
    solved = by_assignment(solver_input(problem, city_fleet(problem)))
    return draft_plan(solved.problem, solved.solution, planner="in-process", solve_ms=1.0)


def why(problem):
    return {u.slot: u.reason for u in planned(problem).unassigned}


def test_an_order_states_travel_cost_price_and_the_next_best(made):
    problem = made.problem(
        [made.slot("s1")], [made.unit("near", lat=30.67), made.unit("far", lat=30.70)]
    )
    (order,) = planned(problem).orders
    assert order.unit == "near"
    assert 105 < order.rationale.travel_s < 115
    assert order.rationale.coverage_price == 120.0
    assert (
        order.rationale.cost == round(4 * order.rationale.travel_s + 120, 3)
        or abs(order.rationale.cost - 4 * order.rationale.travel_s - 120) < 0.01
    )
    assert order.rationale.next_best == "far"
    assert order.rationale.next_best_cost > order.rationale.cost


def test_a_unit_from_elsewhere_pays_the_cross_price_and_states_it(made):
    problem = made.problem([made.slot("s1", district="d1")], [made.unit("u1", district="d0")])
    (order,) = planned(problem).orders
    assert order.rationale.cross_district
    assert order.rationale.next_best is None
    assert order.rationale.next_best_cost is None


def test_an_own_unit_is_preferred_to_a_foreign_one_at_the_same_place(made):
    problem = made.problem(
        [made.slot("s1", district="d1")],
        [made.unit("foreign", district="d0"), made.unit("own", district="d1")],
    )
    assert planned(problem).orders[0].unit == "own"


def test_the_last_unit_of_a_district_is_dearer_than_one_of_many(made):
    many = [made.unit(f"m{i}", lat=30.665, district="d1") for i in range(8)]
    problem = made.problem(
        [made.slot("s1", district="d2")], [made.unit("last", lat=30.664, district="d0"), *many]
    )
    assert planned(problem).orders[0].unit_district == "d1"


def test_an_empty_slot_says_why(made):
    s = made.slot
    assert why(made.problem([s("s1", capability="pump")], [made.unit()])) == {"s1": "no_unit"}
    assert why(made.problem([s("s1", capability="pump")], [made.unit()], offline=("pump",))) == {
        "s1": "district_offline"
    }
    assert why(made.problem([s("s1")], [made.unit(lat=33.0)])) == {"s1": "too_far"}
    assert why(made.problem([s("s1")], [made.unit()], avoided=[("s1", "u1")])) == {"s1": "refused"}
    assert list(why(made.problem([s("s1"), s("s2")], [made.unit()])).values()) == ["outbid"]


def test_a_slot_whose_owner_is_offline_is_named_and_not_planned(made):
    from citybrain.structs import replace

    problem = replace(
        made.problem([], [made.unit()]),
        unreachable_slots=(UnreachableSlot(slot="s9", incident="i9", capability="patrol"),),
    )
    assert why(problem) == {"s9": "district_offline"}


def test_a_plan_from_the_sparse_solver_has_no_gap(made):
    plan = planned(made.city(1, 20, 40))
    assert plan.cost == plan.bound
    assert plan.solver == "assignment"
