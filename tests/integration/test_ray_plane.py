"""A real Ray: twins, solving, a killed twin, a killed head, a killed process. Planning always goes
on, and no process is left behind.
"""

import os
import random  # noqa: TID251 - a seeded Random, one seed is one city
import signal
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from citybrain.domain.order import Task
from citybrain.geo import Point
from citybrain.random_ids import RandomIds
from citybrain.system_clock import SystemClock
from citybrain.travel.great_circle import GREAT_CIRCLE
from citybrain.vocabulary import Severity
from coordinator.errors import ComputeTimeoutError, ComputeUnavailableError, TwinStaleError
from coordinator.planning.checker import check
from coordinator.planning.fleet import city_fleet
from coordinator.planning.pair_costs import rows_of
from coordinator.planning.problem import FreeUnit, OpenSlot, Problem
from coordinator.planning.solvers import by_assignment, solver_input
from coordinator.policy import Costs
from coordinator.ray_plane import session
from coordinator.ray_plane.district_twin import DistrictTwin
from coordinator.ray_plane.supervisor import RaySupervisor

pytestmark = pytest.mark.timeout(240)
AT = 1_750_000_000_000_000
BUDGET_S = 20.0  # generous: these tests are about what happens, not how fast on a busy machine


def a_city(seed, slots=20, units=120):
    rng = random.Random(seed)

    def place():
        return Point(lat=30.6 + rng.random() * 0.1, lon=104.0 + rng.random() * 0.1)

    def slot(i):
        task = Task(
            incident=f"i{i}",
            incident_district=f"d{i % 3}",
            slot=f"s{i}",
            slot_version=1,
            kind="crowding",
            severity=Severity.SEVERE,
            place=place(),
            traceparent="",
        )
        return OpenSlot(capability="patrol", deadline=AT + 600_000_000, task=task)

    made = [
        FreeUnit(
            unit=f"u{i}",
            district=f"d{i % 3}",
            capabilities=("patrol",),
            place=place(),
            speed_mps=8.0,
        )
        for i in range(units)
    ]
    return Problem(
        world_version=seed,
        at=AT,
        slots=tuple(slot(i) for i in range(slots)),
        units=tuple(made),
        avoided=(),
        offline_capabilities=(),
        unreachable_slots=(),
        costs=Costs(),
        max_travel_s=1800.0,
    )


def wait_for(condition, within_s=90.0):
    """Look until it holds; a deadline instead of a sleep."""
    clock, pause = SystemClock(), threading.Event()
    until = clock.instant() + within_s * 1e6
    while not condition():
        assert clock.instant() < until, "it never came to pass"
        pause.wait(0.05)


def in_process(problem):
    return by_assignment(solver_input(problem, city_fleet(problem))).solution


def checked(solved):
    """The plane's plan, which the checker accepts."""
    check(solved.problem, solved.solution)
    return solved.solution


@pytest.fixture(scope="module")
def supervisor(tmp_path_factory):
    supervisor = RaySupervisor(
        mode="local", data_dir=tmp_path_factory.mktemp("city"), clock=SystemClock(), ids=RandomIds()
    )
    with pytest.raises(ComputeUnavailableError):
        supervisor.solve(a_city(1), BUDGET_S)  # not started: at once, never a wait
    supervisor.start()
    wait_for(supervisor.is_up)
    yield supervisor
    supervisor.stop()


def up(supervisor):
    wait_for(supervisor.is_up)
    return supervisor


def test_the_plan_from_ray_is_the_plan_from_here_and_passes_the_checker(supervisor):
    problem = a_city(1)
    solution = checked(up(supervisor).solve(problem, BUDGET_S))
    assert (solution.cost_ms, solution.bound_ms) == (
        in_process(problem).cost_ms,
        in_process(problem).cost_ms,
    )


def test_twins_are_warm_until_their_units_change(supervisor):
    up(supervisor).solve(a_city(2), BUDGET_S)
    before = supervisor.status().rebuilt
    supervisor.solve(a_city(2), BUDGET_S)
    assert supervisor.status().rebuilt == before
    supervisor.solve(a_city(3), BUDGET_S)
    assert supervisor.status().rebuilt == before + 3


def test_a_killed_twin_is_made_anew_and_the_plan_is_the_same(supervisor):
    problem = a_city(4)
    up(supervisor).solve(problem, BUDGET_S)
    twins = supervisor.twin_pids()
    assert sorted(twins) == ["d0", "d1", "d2"]
    os.kill(twins["d1"], signal.SIGKILL)
    solution = checked(supervisor.solve(problem, BUDGET_S))
    assert solution.cost_ms == in_process(problem).cost_ms
    assert supervisor.twin_pids()["d1"] != twins["d1"]


@pytest.mark.parametrize("daemon", ["gcs_server", "raylet"])
def test_a_killed_head_is_noticed_and_full_service_comes_back(supervisor, daemon):
    starts = up(supervisor).status().starts
    os.kill(supervisor.daemons[daemon], signal.SIGKILL)
    wait_for(lambda: not supervisor.is_up() or supervisor.status().starts > starts)
    if not supervisor.is_up():
        assert "gone" in supervisor.unavailable_reason()
        with pytest.raises(ComputeUnavailableError):
            supervisor.solve(a_city(5), BUDGET_S)
    wait_for(lambda: supervisor.status().starts > starts and supervisor.is_up())
    checked(supervisor.solve(a_city(5), BUDGET_S))


def test_a_missed_budget_is_reported_and_the_late_answer_never_counts(supervisor):
    problem = a_city(6)
    up(supervisor).solve(problem, BUDGET_S)
    with pytest.raises(ComputeTimeoutError):
        supervisor.solve(a_city(7, slots=60, units=600), 0.000_001)
    late = checked(supervisor.solve(problem, BUDGET_S))
    assert len(late.assigned) == len(problem.slots)


def test_a_ray_that_answers_late_is_slow_and_not_started_again(supervisor):
    problem = a_city(6)
    starts = up(supervisor).status().starts
    for _ in range(6):
        with pytest.raises(ComputeTimeoutError):
            supervisor.solve(problem, 0.000_001)
    checked(supervisor.solve(problem, BUDGET_S))
    assert supervisor.status().starts == starts


def test_a_ray_that_answers_nothing_is_started_again(supervisor, monkeypatch):
    starts = up(supervisor).status().starts
    monkeypatch.setattr(supervisor, "_hung_s", 0.0)
    with pytest.raises(ComputeTimeoutError):
        supervisor.solve(a_city(7, slots=60, units=600), 0.000_001)
    wait_for(lambda: supervisor.status().starts > starts and supervisor.is_up())
    checked(supervisor.solve(a_city(6), BUDGET_S))


def test_a_stopped_keeper_leaves_no_process_and_no_folder(tmp_path):
    supervisor = RaySupervisor(
        mode="local", data_dir=tmp_path, clock=SystemClock(), ids=RandomIds()
    )
    supervisor.start()
    wait_for(supervisor.is_up)
    token, folder = (tmp_path / "ray.session").read_text().split("\n")[:2]
    assert session.processes(token)
    supervisor.stop()
    wait_for(lambda: not session.processes(token), 10)
    assert not Path(folder).exists()
    assert not (tmp_path / "ray.session").exists()


def test_what_a_killed_coordinator_left_behind_is_ended_at_the_next_start(tmp_path):
    """The session is on the disk before its first process is there."""
    corner = session.create(RandomIds().token())
    session.remember(corner, tmp_path / "ray.session")
    orphan = subprocess.Popen(
        [sys.executable, "-c", "import time; time.sleep(600)"],
        env=session.environment(corner),
        start_new_session=True,
    )
    wait_for(lambda: orphan.pid in session.processes(corner.token), 10)
    assert session.reap_remembered(tmp_path / "ray.session") >= 1
    assert orphan.wait(10) == -signal.SIGKILL
    assert not corner.folder.exists()


def test_the_session_is_closed_to_others():
    corner = session.create(RandomIds().token())
    try:
        assert corner.folder.stat().st_mode & 0o077 == 0
        assert (corner.folder / "token").stat().st_mode & 0o077 == 0
        env = session.environment(corner)
        assert (
            env["RAY_AUTH_MODE"],
            env["RAY_USAGE_STATS_ENABLED"],
            env["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"],
        ) == ("token", "0", "0")
        assert env["HOME"] == str(corner.folder)
    finally:
        session.reap(corner)


def test_a_ray_that_cannot_start_is_reported_and_tried_again(tmp_path):
    supervisor = RaySupervisor(
        mode="127.0.0.1:1",
        data_dir=tmp_path,
        clock=SystemClock(),
        ids=RandomIds(),
        start_within_s=4.0,
    )
    supervisor.start()
    try:
        wait_for(lambda: "could not be started" in supervisor.unavailable_reason(), 120)
        assert not supervisor.is_up()
    finally:
        supervisor.stop()


def test_a_twin_refuses_what_is_about_another_version():
    problem = a_city(8)
    twin = DistrictTwin("d0", GREAT_CIRCLE)
    rows = rows_of(problem.slots, problem.at, problem.costs)
    with pytest.raises(TwinStaleError, match="holds units none"):
        twin.nearest(1, rows, np.arange(3), 4)
    twin.load(2, problem.units, problem.max_travel_s)
    assert len(twin.nearest(2, rows, np.arange(3), 4).seconds) == 12
    with pytest.raises(TwinStaleError):
        twin.nearest(1, rows, np.arange(3), 4)
    with pytest.raises(TwinStaleError):
        twin.load(1, problem.units, problem.max_travel_s)
