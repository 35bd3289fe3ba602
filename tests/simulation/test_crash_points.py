"""Crash points: the power fails before, during and after writes of every computer, one run each. A
sample; `citybrain sim crash-points` runs them all."""

from functools import partial

import pytest

from citysim.sim.runs.crash_points import crash_tasks, fault_free_run, parse_crash_point, run_crash
from citysim.sim.runs.parallel import cores, parallel_map
from citysim.sim.runs.scenario_runner import PRODUCTION

pytestmark = pytest.mark.timeout(600)
SEED, SAMPLE = 5, 60
SMALL = "small"  # the size in which the violations below were found


def test_a_crash_at_any_boundary_of_any_write_breaks_no_law():
    tasks = crash_tasks(PRODUCTION, fault_free_run(PRODUCTION, SEED), sample=SAMPLE)
    results = list(partial(parallel_map, workers=cores())(run_crash, tasks))
    assert len(results) == SAMPLE
    assert sum(result.crashed for result in results) >= SAMPLE * 3 // 4, "hardly any crashed"
    broken = [
        f"citybrain sim crash-points --seed {SEED} --at {result.crash_point}   "
        f" {result.verdict.violations[0].what}"
        for result in results
        if not result.verdict.kept
    ]
    assert not broken, "\n".join(broken)


# (seed, crash point): the first items of a new agent were durable before its checkpoint, and the
# time until its next start was not declared
FOUND = ((2, "agent/riverside-box-4:1:after"), (2, "agent/riverside-box-4:2:during"))


@pytest.mark.parametrize(("seed", "crash_point"), FOUND)
def test_a_crash_point_that_once_broke_a_law_breaks_none_today(seed, crash_point):
    fault_free = fault_free_run(PRODUCTION, seed, size=SMALL)
    verdict = PRODUCTION.run(fault_free.with_crash(parse_crash_point(crash_point))).verdict
    assert verdict.kept, (
        f"citybrain sim crash-points --seed {seed} --size {SMALL} --at {crash_point}   "
        f" {verdict.violations[0].what}"
    )
