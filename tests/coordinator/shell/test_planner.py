"""The planner: the plane first, within its budget; this process whenever the plane cannot; only
what the checker accepts; and the status says why.
"""

import asyncio
import functools
import threading

import numpy as np
import pytest
from road_travel import ROADS, Lying, first_second

from citybrain.decider.commit_thread import CommitThread
from citybrain.errors import StoreFullError
from citybrain.journal.memory import MemoryStore
from citybrain.structs import replace
from citybrain.system_clock import SystemClock
from citybrain.travel.great_circle import GREAT_CIRCLE
from citybrain.wire.validation.limits import TEXT_CHARS
from coordinator.errors import ComputeTimeoutError, ComputeUnavailableError, PlanRefusedError
from coordinator.inputs import DistrictLetterReceived, DistrictLost, NodeStarted
from coordinator.planning.fleet import city_fleet
from coordinator.planning.solvers import by_assignment, solver_input
from coordinator.policy import IssueMode, Policy
from coordinator.shell.assembly import decider_of
from coordinator.shell.planner import Planner, build_problem

WITHIN_S = 60.0


def in_a_loop(test):
    @functools.wraps(test)
    def run(*arguments, **named):
        async def limited():
            async with asyncio.timeout(40):
                await test(*arguments, **named)

        asyncio.run(limited())

    return run


class FakePlane:
    """A compute plane in this process: it solves, or does `instead`."""

    def __init__(self, instead=None, *, is_there=True):
        self.instead, self.is_there = instead, is_there
        self.solved, self.loaded = 0, threading.Event()

    def is_up(self):
        return self.is_there

    def unavailable_reason(self):
        return "" if self.is_there else "Ray is starting"

    def solve(self, problem, budget_s):
        if not problem.slots:
            self.loaded.set()
        else:
            self.solved += 1
        if self.instead is not None:
            return self.instead(problem)
        return by_assignment(solver_input(problem, city_fleet(problem)))


def has_plan(state):
    return bool(state.plans)


def raising(error):
    def instead(_problem):
        raise error

    return instead


def spoilt(found):
    return replace(found, seconds=first_second(np.nan)(found.seconds))


def too_cheap(problem):
    """A solution that sends the unit and states that it costs nothing."""
    solved = by_assignment(solver_input(problem, city_fleet(problem)))
    return replace(solved, solution=replace(solved.solution, cost_ms=0, bound_ms=0))


async def planned(
    w, plane, no_plane_reason="", faults=lambda _store: None, travel=GREAT_CIRCLE, until=has_plan
):
    """One plan request, answered: (the plan, the planner's status, the plane)."""
    store = MemoryStore()
    faults(store)
    commit_loop = CommitThread(decider_of(store), SystemClock(), store)
    drafts = []
    planner = Planner(
        commit_loop,
        SystemClock(),
        plane=plane,
        no_plane_reason=no_plane_reason,
        budget_s=1.0,
        on_plan=drafts.append,
        travel=travel,
    )
    commit_loop.start()
    task = asyncio.create_task(planner.run())
    try:
        commit_loop.submit(
            NodeStarted(policy=Policy(issue=IssueMode.ASK), epoch=store.epoch())
        ).result(5)
        for connected in w.connections("north", "south"):
            commit_loop.submit(connected)
        for district, letter in (("north", w.unit()), ("south", w.incident())):
            commit_loop.submit(
                DistrictLetterReceived(district=district, epoch="e1", position=1, letter=letter)
            )
        async with asyncio.timeout(WITHIN_S):
            while not until(commit_loop.state):
                await asyncio.sleep(0.01)
        return next(iter(commit_loop.state.plans), None), planner.status(), drafts
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await asyncio.to_thread(commit_loop.stop)


@in_a_loop
async def test_the_plane_answers_when_it_is_up(w):
    plan, status, drafts = await planned(w, FakePlane())
    assert (plan.planner, plan.solver, [o.unit for o in plan.orders]) == (
        "ray",
        "assignment",
        ["u1"],
    )
    assert (status.planner, status.reason) == ("ray", "")
    assert len(drafts) == 1


@in_a_loop
async def test_without_a_plane_this_process_answers_and_the_status_says_why(w):
    plan, status, _ = await planned(w, None, "Ray is not installed")
    assert plan.planner == "in-process"
    assert (status.planner, status.reason) == ("in-process", "Ray is not installed")


@in_a_loop
async def test_while_the_plane_starts_this_process_answers(w):
    plane = FakePlane(is_there=False)
    plan, status, _ = await planned(w, plane)
    assert (plan.planner, status.reason, plane.solved) == ("in-process", "Ray is starting", 0)


@pytest.mark.parametrize(
    "error",
    [
        ComputeUnavailableError("Ray's head is gone"),
        ComputeTimeoutError("Ray did not answer within 1 s"),
    ],
)
@in_a_loop
async def test_a_plane_that_is_gone_or_slow_costs_no_plan(w, error):
    plan, status, _ = await planned(w, FakePlane(raising(error)))
    assert (plan.planner, len(plan.orders)) == ("in-process", 1)
    assert (status.planner, status.reason) == ("in-process", str(error))


@in_a_loop
async def test_a_long_reason_does_not_hide_the_screen_that_shows_it(w):
    refused = PlanRefusedError("assignment", tuple(f"order {n} is odd" for n in range(1_000)))
    _, status, _ = await planned(w, FakePlane(raising(refused)))
    assert status.reason == str(refused)[: TEXT_CHARS.value]


@in_a_loop
async def test_a_plan_that_the_checker_refuses_is_made_again_here(w):
    plan, status, _ = await planned(w, FakePlane(too_cheap))
    assert plan.planner == "in-process"
    assert plan.cost > 0
    assert "refused by the checker" in status.reason


@in_a_loop
async def test_a_plan_by_other_travel_times_than_those_in_force_is_made_again_here(w):
    plan, status, drafts = await planned(w, FakePlane(), travel=ROADS)
    assert plan.planner == "in-process"
    assert "hold times of great-circle/1" in status.reason
    assert [draft.travel for draft in drafts] == [ROADS.version]


def unreadable(_):
    raise OSError(5, "Input/output error")


@pytest.mark.parametrize(
    ("matrix", "said"),
    [
        (spoilt, b"the travel times of great-circle/1 hold a time of nan s"),
        (unreadable, b"no plan could be made (OSError: [Errno 5] Input/output error)"),
    ],
)
@in_a_loop
async def test_travel_times_that_are_faulty_give_no_plan_and_are_named(w, matrix, said):
    failures = []

    def noted(store):
        commit = store.commit

        def kept(batch):
            failures.extend(r.payload for r in batch.records if r.kind == "plan_failed")
            commit(batch)

        store.commit = kept

    lying = Lying(GREAT_CIRCLE, matrix=matrix)
    plan, _, drafts = await planned(
        w, None, faults=noted, travel=lying, until=lambda state: state.counts.get("plans_failed")
    )
    assert (plan, drafts) == (None, [])
    assert said in failures[0]


@pytest.mark.slow
@in_a_loop
async def test_a_disk_that_is_full_as_the_plan_comes_costs_that_plan_and_not_the_planner(w):
    refused = []

    def full_once(store):
        commit = store.commit

        def kept(batch):
            if not refused and any(record.kind == "plan_made" for record in batch.records):
                refused.append(batch)
                raise StoreFullError("no room")
            commit(batch)

        store.commit = kept

    plan, _, drafts = await planned(w, None, faults=full_once)
    assert refused
    assert len(drafts) > 1, "the cores requested it again"
    assert len(plan.orders) == 1


@in_a_loop
async def test_twins_are_loaded_before_a_plan_is_requested(w):
    store = MemoryStore()
    commit_loop = CommitThread(decider_of(store), SystemClock(), store)
    plane = FakePlane()
    planner = Planner(
        commit_loop,
        SystemClock(),
        plane=plane,
        no_plane_reason="",
        budget_s=1.0,
        on_plan=lambda _: None,
    )
    commit_loop.start()
    task = asyncio.create_task(planner.keep_twins_loaded())
    try:
        assert await asyncio.to_thread(plane.loaded.wait, WITHIN_S)
        assert plane.solved == 0
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await asyncio.to_thread(commit_loop.stop)


class TestBuildingTheProblem:
    def test_slots_and_free_units_as_their_owners_report(self, city):
        problem = build_problem(city.state, city.clock.now())
        assert [(s.slot, s.task.slot_version, s.task.incident_district) for s in problem.slots] == [
            ("s1", 1, "south")
        ]
        assert [(u.unit, u.district) for u in problem.units] == [("u1", "north")]
        assert problem.world_version == city.state.world.version

    def test_what_is_under_way_is_locked(self, with_order):
        city, _ = with_order
        problem = build_problem(city.state, city.clock.now())
        assert problem.slots == ()
        assert problem.units == ()

    def test_the_most_urgent_come_first(self, city, w):
        city.receive("south", w.incident("i2", slots=[w.slot("s2")], severity="Extreme"))
        city.receive("south", w.incident("i3", slots=[w.slot("s3", deadline=1)]))
        assert [s.slot for s in build_problem(city.state, city.clock.now()).slots] == [
            "s2",
            "s3",
            "s1",
        ]

    def test_units_of_a_district_offline_beyond_the_age_limit_are_left_out_and_named(self, city):
        city.submit(DistrictLost(district="north", session=1, last_seen_at=city.clock.now()))
        assert len(build_problem(city.state, city.clock.now()).units) == 1
        city.clock.advance(city.policy.age_limit_s + 1)
        problem = build_problem(city.state, city.clock.now())
        assert problem.units == ()
        assert problem.offline_capabilities == ("patrol",)

    def test_a_slot_whose_owner_is_offline_for_too_long_is_unreachable(self, city):
        city.submit(DistrictLost(district="south", session=1, last_seen_at=city.clock.now()))
        city.clock.advance(city.policy.age_limit_s + 1)
        problem = build_problem(city.state, city.clock.now())
        assert problem.slots == ()
        assert [o.slot for o in problem.unreachable_slots] == ["s1"]
