"""What every adapter of travel times keeps to, a test for each rule of
`citybrain/travel/port.py`; and district, city and checker see one time for one pair.
"""

import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from road_travel import ROADS, alone

from citybrain.clock import Timestamp
from citybrain.domain.order import Task
from citybrain.geo import Point
from citybrain.travel.great_circle import GREAT_CIRCLE
from citybrain.travel.validation import checked_matrix, checked_seconds
from citybrain.travel.values import Origins, Pairs, places_of
from citybrain.vocabulary import Severity
from coordinator.planning.checker import check
from coordinator.planning.fleet import city_fleet
from coordinator.planning.pair_costs import rows_of
from coordinator.planning.problem import FreeUnit, OpenSlot, Problem
from coordinator.planning.solvers import by_assignment, solver_input
from coordinator.policy import Costs
from district_node.dispatch.matching import Candidate, etas_s
from district_node.dispatch.matching import OpenSlot as DistrictSlot

FEW = settings(max_examples=40)  # these ask for every pair by itself
ADAPTERS = [GREAT_CIRCLE, ROADS]
EVERY = pytest.mark.parametrize("travel", ADAPTERS, ids=lambda travel: travel.version.name)
NOON = Timestamp(1_750_075_200_000_000)
HOUR = 3_600_000_000

in_town = st.tuples(st.floats(30.60, 30.70), st.floats(104.00, 104.10))
# the earth has two poles and a line where 180 is followed by -180
anywhere = st.tuples(st.floats(-90, 90), st.floats(-180, 180))
on_the_edges = st.sampled_from([(90.0, 0.0), (-90.0, 7.0), (0.0, 180.0), (0.0, -180.0), (0.0, 0.0)])
points = (in_town | in_town | anywhere | on_the_edges).map(lambda p: Point(lat=p[0], lon=p[1]))
speeds = st.sampled_from([0.0, 1.5, 8.0, 8.0, 25.0]) | st.floats(0.1, 90.0)
hours = st.integers(0, 23).map(lambda hour: Timestamp(NOON + hour * HOUR))
limits_s = st.sampled_from([600.0, 1800.0, 1e9])


@st.composite
def asked(draw):
    """Origins, destinations, when, k, and the time within which pairs count."""
    starts = draw(st.lists(st.tuples(points, speeds), max_size=12))
    goals = draw(st.lists(points, max_size=5))
    origins = Origins(
        places=places_of([place for place, _ in starts]),
        speed_mps=np.array([speed for _, speed in starts], dtype=np.float64),
    )
    return origins, places_of(goals), draw(hours), draw(st.integers(1, 6)), draw(limits_s)


def all_pairs(travel, origins, goals, at):
    """(destinations × origins) seconds, each asked for as a pair."""
    many, wide = len(goals.lat), len(origins.speed_mps)
    pairs = Pairs(
        origin=np.tile(np.arange(wide), many), destination=np.repeat(np.arange(many), wide)
    )
    return travel.seconds(origins, goals, pairs, at).reshape(many, wide)


def given_pairs(matrix, shape):
    """Which of all pairs the matrix holds."""
    is_given = np.zeros(shape, dtype=bool)
    is_given[matrix.destination, matrix.origin] = True
    return is_given


@EVERY
@given(asked())
def test_seconds_are_whole_milliseconds_and_never_negative(travel, question):
    origins, goals, at, _, _ = question
    seconds = all_pairs(travel, origins, goals, at).ravel()
    checked_seconds(seconds, travel.version, pairs=len(seconds))
    known = seconds[np.isfinite(seconds)]
    assert np.array_equal(known, np.rint(known * 1000) / 1000)


@EVERY
@given(asked())
def test_an_origin_without_a_speed_is_never_there(travel, question):
    origins, goals, at, _, _ = question
    seconds = all_pairs(travel, origins, goals, at)
    assert not np.isfinite(seconds[:, origins.speed_mps <= 0]).any()


@EVERY
@FEW
@given(asked())
def test_the_same_question_gets_the_same_answer_alone_and_among_others(travel, question):
    origins, goals, at, k, within_s = question
    seconds = all_pairs(travel, origins, goals, at)
    for row, column in np.ndindex(seconds.shape):
        one = alone(travel, origins.take(np.array([column])), goals.take(np.array([row])), at)
        assert one[0] == seconds[row, column]
    index = travel.index(origins)
    assert index.nearest(goals, at, k=k, within_s=within_s) == travel.index(origins).nearest(
        goals, at, k=k, within_s=within_s
    )


@EVERY
@given(asked())
def test_nearest_gives_the_seconds_of_its_pairs_and_no_pair_twice(travel, question):
    origins, goals, at, k, within_s = question
    matrix = travel.index(origins).nearest(goals, at, k=k, within_s=within_s)
    checked_matrix(
        matrix, travel.version, origins=len(origins.speed_mps), destinations=len(goals.lat)
    )
    seconds = all_pairs(travel, origins, goals, at)
    assert np.array_equal(matrix.seconds, seconds[matrix.destination, matrix.origin])
    assert (matrix.seconds <= within_s).all()


@EVERY
@given(asked())
def test_no_pair_that_is_left_out_is_nearer_than_the_bound(travel, question):
    origins, goals, at, k, within_s = question
    matrix = travel.index(origins).nearest(goals, at, k=k, within_s=within_s)
    seconds = all_pairs(travel, origins, goals, at)
    is_left_out = ~given_pairs(matrix, seconds.shape) & (seconds <= within_s)
    bounds = np.broadcast_to(matrix.outside_s[:, None], seconds.shape)
    assert (seconds[is_left_out] >= bounds[is_left_out]).all()


@EVERY
@given(asked())
def test_at_least_k_within_the_time_are_given(travel, question):
    origins, goals, at, k, within_s = question
    matrix = travel.index(origins).nearest(goals, at, k=k, within_s=within_s)
    seconds = all_pairs(travel, origins, goals, at)
    within = (seconds <= within_s).sum(axis=1)
    assert (given_pairs(matrix, seconds.shape).sum(axis=1) >= np.minimum(k, within)).all()


@EVERY
@given(asked())
def test_with_every_origin_asked_for_nothing_is_left_out(travel, question):
    origins, goals, at, _, within_s = question
    k = max(1, len(origins.speed_mps))
    matrix = travel.index(origins).nearest(goals, at, k=k, within_s=within_s)
    assert np.isinf(matrix.outside_s).all()
    seconds = all_pairs(travel, origins, goals, at)
    assert np.array_equal(given_pairs(matrix, seconds.shape), seconds <= within_s)


@EVERY
def test_an_adapter_travels_to_the_twins_and_answers_there_as_here(travel):
    there = pickle.loads(pickle.dumps(travel))
    here = places_of([Point(lat=30.65, lon=104.05)])
    origins = Origins(places=places_of([Point(lat=30.61, lon=104.01)]), speed_mps=np.array([8.0]))
    assert there.version == travel.version
    assert alone(there, origins, here, NOON) == alone(travel, origins, here, NOON)


def test_the_roads_of_these_tests_have_what_a_great_circle_has_not():
    """Asymmetric, by time of day, with pairs that no road joins: the suite has met all three."""
    low, high = Point(lat=30.61, lon=104.01), Point(lat=30.65, lon=104.01)

    def seconds(start, goal, hour):
        origins = Origins(places=places_of([start]), speed_mps=np.array([8.0]))
        return alone(ROADS, origins, places_of([goal]), Timestamp(NOON + hour * HOUR))[0]

    assert seconds(low, high, 0) > seconds(high, low, 0)
    assert seconds(low, high, 20) == pytest.approx(2 * seconds(low, high, 0), abs=0.002)
    lots = places_of([Point(lat=30.6 + i * 0.002, lon=104.0) for i in range(50)])
    from_low = Origins(places=places_of([low] * 50), speed_mps=np.full(50, 8.0))
    is_there = np.isfinite(alone(ROADS, from_low, lots, NOON))
    assert is_there.any() and not is_there.all()


@EVERY
@FEW
@given(
    starts=st.lists(st.tuples(in_town, st.floats(1.0, 30.0)), min_size=1, max_size=8),
    goals=st.lists(in_town, min_size=1, max_size=3),
    at=hours,
)
def test_district_city_and_checker_see_the_same_seconds(travel, starts, goals, at):
    problem = a_problem(starts, goals, at)
    eta_s = etas_s(
        [
            DistrictSlot(
                incident=slot.task.incident,
                slot=slot.slot,
                capability=slot.capability,
                severity=slot.task.severity,
                place=slot.place,
                max_eta_s=None,
                declined=(),
            )
            for slot in problem.slots
        ],
        [
            Candidate(
                unit=u.unit, capabilities=u.capabilities, place=u.place, speed_mps=u.speed_mps
            )
            for u in problem.units
        ],
        travel,
        at,
    )
    rows = rows_of(problem.slots, problem.at, problem.costs)
    every = np.arange(len(goals))
    asked_for = city_fleet(problem, travel).nearest(rows, every, len(starts))
    for row in every.tolist():
        for column in range(len(starts)):
            pair = np.array([row]), np.array([column])
            assert asked_for.seconds_of(*pair)[0] == eta_s[row][column]
    solved = by_assignment(solver_input(problem, city_fleet(problem, travel)))
    check(solved.problem, solved.solution, travel=travel)


def a_problem(starts, goals, at):
    def slot(number, place):
        task = Task(
            incident=f"i{number}",
            incident_district="d0",
            slot=f"s{number}",
            slot_version=1,
            kind="crowding",
            severity=Severity.SEVERE,
            place=Point(lat=place[0], lon=place[1]),
            traceparent="",
        )
        return OpenSlot(capability="patrol", deadline=Timestamp(at + 300_000_000), task=task)

    return Problem(
        world_version=1,
        at=at,
        slots=tuple(slot(number, place) for number, place in enumerate(goals)),
        units=tuple(
            FreeUnit(
                unit=f"u{number}",
                district="d0",
                capabilities=("patrol",),
                place=Point(lat=place[0], lon=place[1]),
                speed_mps=speed,
            )
            for number, (place, speed) in enumerate(starts)
        ),
        avoided=(),
        offline_capabilities=(),
        unreachable_slots=(),
        costs=Costs(),
        max_travel_s=1e6,
    )
