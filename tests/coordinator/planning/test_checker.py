"""The checker finds every fault that a plan can have."""

import pytest

from citybrain.structs import replace
from coordinator.errors import PlanRefusedError
from coordinator.planning.checker import check
from coordinator.planning.fleet import city_fleet
from coordinator.planning.solvers import by_assignment, solver_input


@pytest.fixture
def posed(made):
    slots = [made.slot("s1", lat=30.60), made.slot("s2", lat=30.70, capability="pump")]
    units = [
        made.unit("u1", lat=30.61),
        made.unit("u2", lat=30.69, capabilities=("pump", "patrol")),
        made.unit("u3", lat=30.65, district="d1"),
    ]
    return made.problem(slots, units, avoided=[("s1", "u3")])


def solved(problem):
    return by_assignment(solver_input(problem, city_fleet(problem)))


@pytest.fixture
def problem(posed):
    """With the travel times that the solver left in it."""
    return solved(posed).problem


@pytest.fixture
def solution(posed):
    return solved(posed).solution


def fault(problem, solution, **wrong):
    with pytest.raises(PlanRefusedError) as refused:
        check(problem, replace(solution, **wrong))
    return str(refused.value)


def test_a_right_plan_passes(problem, solution):
    check(problem, solution)


def test_a_unit_sent_twice_is_found(problem, solution):
    assert "a unit twice" in fault(problem, solution, assigned=(1, 1))


def test_a_unit_without_the_capability_is_found(problem, solution):
    assert "cannot pump" in fault(problem, solution, assigned=(-1, 0))


def test_a_unit_that_refused_lately_is_found(problem, solution):
    assert "refused slot s1 lately" in fault(problem, solution, assigned=(2, 1))


def test_a_unit_out_of_reach_is_found(made, solution):
    far = made.problem(
        [made.slot("s1", lat=30.60), made.slot("s2", lat=33.70)],
        [made.unit("u1", lat=30.60), made.unit("u2", lat=30.69)],
    )
    assert "out of reach" in fault(solved(far).problem, solution, assigned=(0, 1), unit_price=())


def test_a_unit_that_is_not_in_the_problem_is_found(problem, solution):
    assert "does not have" in fault(problem, solution, assigned=(0, 7))


def test_a_slot_named_twice_is_found(made, solution):
    twice = made.problem([made.slot("s1"), made.slot("s1")], [made.unit("u1"), made.unit("u2")])
    assert "a slot twice" in fault(twice, solution)


def test_a_plan_for_another_number_of_slots_is_found(problem, solution):
    assert "it has 1 slots" in fault(problem, solution, assigned=(0,))


def test_a_wrong_cost_is_found(problem, solution):
    assert "it states a cost of" in fault(
        problem,
        solution,
        cost_ms=solution.cost_ms - 5_000,
        bound_ms=0,
        slot_price=(0, 0),
        unit_price=(),
    )


def test_a_bound_above_the_cost_is_found(problem, solution):
    assert "above its cost" in fault(problem, solution, bound_ms=solution.cost_ms + 1)


def test_a_bound_that_its_prices_do_not_add_up_to_is_found(problem, solution):
    assert "add up to" in fault(problem, solution, bound_ms=solution.bound_ms - 1)


def test_a_price_that_a_pair_undercuts_is_found(problem, solution):
    raised = (solution.slot_price[0] + 500, solution.slot_price[1])
    message = fault(
        problem,
        solution,
        slot_price=raised,
        bound_ms=sum(raised) + sum(p for _, p in solution.unit_price),
    )
    assert "cheaper than the prices allow" in message


def test_a_positive_unit_price_is_found(problem, solution):
    assert "positive" in fault(problem, solution, unit_price=((0, 5),))


@pytest.mark.parametrize("seed", range(8))
def test_a_bound_raised_by_a_second_never_passes(made, seed):
    """Whatever the city: an optimal plan's bound is tight, so no higher one can be proved."""
    found = solved(made.city(seed, 15, 60))
    problem, solution = found.problem, found.solution
    for row in range(len(problem.slots)):
        raised = list(solution.slot_price)
        raised[row] += 1000
        assert fault(problem, solution, slot_price=tuple(raised), bound_ms=solution.bound_ms + 1000)
