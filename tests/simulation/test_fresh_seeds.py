"""Seeds that were never run before: others at every commit, in parallel. A failing one prints the
command that replays it.

$SIM_SEED_BASE=N runs the same seeds again; $SIM_SEEDS=N runs more of them.
"""

import os
import subprocess
from functools import partial

import pytest

from citysim.laws.table import LAWS
from citysim.sim.faults.table import KINDS
from citysim.sim.runs.batch import BatchResult, run_batch
from citysim.sim.runs.parallel import cores, parallel_map
from citysim.sim.runs.report.progress import clock_text
from citysim.sim.runs.scenario_runner import PRODUCTION
from citysim.sim.runs.seeds import parse_seeds
from citysim.sim.runs.shrink.shrinker import Shrinker
from citysim.sim.scenario_run import LIVENESS, NO_UNEXPECTED_ERRORS

pytestmark = pytest.mark.timeout(900)
SEEDS = int(os.environ.get("SIM_SEEDS", "150"))
WITH_LIARS = max(SEEDS // 6, 1)  # further seeds, of towns in which some say anything
SHOWN = 5  # failing seeds


def seed_base(project_root) -> int:
    """Of the environment; else of the commit that is tested; else (no checkout) always the same."""
    given = os.environ.get("SIM_SEED_BASE")
    if given:
        return int(given)
    done = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=project_root, capture_output=True, text=True, check=False
    )
    return int(done.stdout[:8], 16) if done.returncode == 0 else 1_000_000


@pytest.fixture(scope="module")
def result(project_root) -> BatchResult:
    base = seed_base(project_root)
    print(f"SIM_SEED_BASE={base}: seeds {base}..{base + SEEDS - 1}")
    return run_seeds(base, SEEDS, "town")


def run_seeds(base: int, count: int, size: str) -> BatchResult:
    workers = cores()
    return run_batch(
        parse_seeds(f"{base}..{base + count - 1}"),
        size=size,
        runner=PRODUCTION,
        parallel_map=partial(parallel_map, workers=workers),
        workers=workers,
    )


def test_every_law_is_kept_by_every_fresh_seed(result):
    if result.failures:
        pytest.fail(_report(result), pytrace=False)


def test_every_law_is_kept_for_all_others_where_some_say_anything(project_root):
    result = run_seeds(seed_base(project_root), WITH_LIARS, "liars")
    if result.failures:
        pytest.fail(_report(result), pytrace=False)
    assert result.totals.checked["nothing_unproved"] > 50 * WITH_LIARS


def test_the_runs_meet_what_the_laws_are_about(result):
    """A simulation in which nothing happens proves nothing."""
    counts = result.totals.counts
    assert result.totals.seeds == SEEDS
    never_drawn = set(KINDS) - set(result.totals.faults)
    assert not never_drawn, f"never drawn: {never_drawn}"
    for name, at_least in (
        ("incidents", 1.0),
        ("closed", 1.0),
        ("orders", 2.0),
        ("cross_district_orders", 0.1),
        ("restarts", 1.0),
        ("records", 80),
    ):
        assert counts[name] >= at_least * SEEDS, f"{name}: {counts[name]} in {SEEDS} runs"
    laws = (*LAWS, LIVENESS, NO_UNEXPECTED_ERRORS)
    unchecked = [law for law in laws if not result.totals.checked[law]]
    assert not unchecked, f"had nothing to check in {SEEDS} runs: {unchecked}"
    assert result.totals.simulated_s / SEEDS > 60.0
    assert clock_text(result.totals.simulated_s).count(":") == 2, "less than an hour was simulated"


def _report(result: BatchResult) -> str:
    """Which seeds, why, and how to replay them; the first up to the moment of its violation."""
    lines = [f"{result.totals.broken_seeds} of {result.totals.seeds} seeds broke a law:"]
    for failure in result.failures[:SHOWN]:
        lines += [
            f"  {failure.spec.command()}    {violation.law}: {violation.what}"
            for violation in failure.violations
        ]
    first = Shrinker(PRODUCTION).locate(result.failures[0].spec)
    lines += [f"  {first.spec.command()}", *(f"      {line}" for line in first.lines)]
    return "\n".join(lines)
