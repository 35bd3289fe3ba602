"""What goes over the Ray process's pipe and to Ray's workers survives pickling unchanged."""

import pickle

import numpy as np
import pytest

from citybrain.domain.order import Task
from citybrain.geo import Point
from citybrain.travel.great_circle import GREAT_CIRCLE
from citybrain.travel.values import Places, TravelMatrix
from citybrain.vocabulary import Severity
from coordinator.errors import TwinStaleError
from coordinator.planning.checker import check
from coordinator.planning.fleet import city_fleet
from coordinator.planning.pair_costs import Edges, PairCosts, SlotRows, rows_of
from coordinator.planning.problem import FreeUnit, OpenSlot, Problem
from coordinator.planning.solvers import by_assignment, solver_input
from coordinator.policy import Costs
from coordinator.ray_plane import messages

PLACE = Point(lat=30.6, lon=104.0)
PROBLEM = Problem(
    world_version=7,
    at=1_750_000_000_000_000,
    slots=(
        OpenSlot(
            capability="patrol",
            deadline=1_750_000_600_000_000,
            task=Task(
                incident="i1",
                incident_district="south",
                slot="s1",
                slot_version=1,
                kind="crowding",
                severity=Severity.SEVERE,
                place=PLACE,
                traceparent="",
            ),
        ),
    ),
    units=(
        FreeUnit(unit="u1", district="north", capabilities=("patrol",), place=PLACE, speed_mps=8.0),
    ),
    avoided=(("s1", "u9"),),
    offline_capabilities=("pump",),
    unreachable_slots=(),
    costs=Costs(),
    max_travel_s=1800.0,
)
SOLVED = by_assignment(solver_input(PROBLEM, city_fleet(PROBLEM)))


def over_the_pipe(value):
    return pickle.loads(pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL))


@pytest.mark.parametrize(
    "message",
    [
        messages.PlaneSetup(travel=GREAT_CIRCLE),
        messages.RayReady(pids={"raylet": 1}),
        messages.SolveRequest(number=1, problem=PROBLEM, budget_s=0.5),
        messages.SolveReply(
            number=1,
            solution=SOLVED.solution,
            travel=SOLVED.problem.travel,
            twins=2,
            rebuilt=1,
        ),
        messages.SolveReply(number=1, reason="RayError: gone"),
        messages.TwinPidsRequest(number=2),
        messages.TwinPidsReply(number=2, pids={"north": 3}),
    ],
    ids=lambda message: type(message).__name__,
)
def test_a_message_arrives_as_it_was_sent(message):
    assert over_the_pipe(message) == message


def test_a_solution_that_was_sent_passes_the_checker():
    check(over_the_pipe(SOLVED.problem), over_the_pipe(SOLVED.solution))


@pytest.mark.parametrize("kind", [SlotRows, TravelMatrix, Edges])
def test_arrays_arrive_as_they_were_sent(kind):
    rows = rows_of(PROBLEM.slots, PROBLEM.at, PROBLEM.costs)
    travel = city_fleet(PROBLEM).nearest(rows, np.arange(1), 1)
    edges = PairCosts(PROBLEM.units, PROBLEM.costs).edges(rows, travel)
    sent = {SlotRows: rows, TravelMatrix: travel, Edges: edges}[kind]
    arrived = over_the_pipe(sent)
    for name in kind.__struct_fields__:
        one, other = getattr(arrived, name), getattr(sent, name)
        if isinstance(other, Places):
            assert np.array_equal([one.lat, one.lon], [other.lat, other.lon])
        else:
            assert np.array_equal(one, other), name


def test_a_stale_twin_is_the_same_error_on_the_other_side():
    arrived = over_the_pipe(TwinStaleError("north", held="1", wanted="2"))
    assert (arrived.district, arrived.held, arrived.wanted) == ("north", "1", "2")
