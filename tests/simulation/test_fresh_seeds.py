"""Seeds that nobody has told before: others at every commit, in parallel. A failing one prints the command that replays it.

$SIM_SEED_BASE=N tells the same again; $SIM_SEEDS=N tells more of them.
"""

import os
import subprocess
from functools import partial

import pytest

from citysim.laws.table import LAWS
from citysim.sim.faults.kinds import KINDS
from citysim.sim.runs.cut import Cut
from citysim.sim.runs.run import Ran, run
from citysim.sim.runs.seeds import read_seeds
from citysim.sim.runs.show.progress import clock_text
from citysim.sim.runs.shrink.search import Search
from citysim.sim.runs.spread import cores, spread
from citysim.sim.runs.teller import PRODUCTION
from citysim.sim.story import LIVENESS, NO_BUG

pytestmark = pytest.mark.timeout(900)
SEEDS = int(os.environ.get("SIM_SEEDS", "300"))
SHOWN = 5  # failing seeds


def seed_base(project_root) -> int:
    """As the environment wishes; else from the commit that is tested; else (no checkout) always the same."""
    wished = os.environ.get("SIM_SEED_BASE")
    if wished:
        return int(wished)
    told = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=project_root, capture_output=True, text=True, check=False
    )
    return int(told.stdout[:8], 16) if told.returncode == 0 else 1_000_000


@pytest.fixture(scope="module")
def ran(project_root) -> Ran:
    base = seed_base(project_root)
    print(f"SIM_SEED_BASE={base}: seeds {base}..{base + SEEDS - 1}")
    workers = cores()
    seeds = read_seeds(f"{base}..{base + SEEDS - 1}")
    return run(
        seeds,
        size="town",
        teller=PRODUCTION,
        spread=partial(spread, workers=workers),
        workers=workers,
    )


def test_every_law_is_kept_by_every_fresh_seed(ran):
    if ran.failures:
        pytest.fail(_report(ran), pytrace=False)


def test_the_stories_are_about_something(ran):
    """A harness in which nothing happens proves nothing."""
    counts = ran.totals.counts
    assert ran.totals.seeds == SEEDS
    assert set(ran.totals.faults) == set(KINDS), (
        f"never drawn: {set(KINDS) - set(ran.totals.faults)}"
    )
    for name, least in (
        ("incidents", 1.0),
        ("closed", 1.0),
        ("orders", 2.0),
        ("foreign", 0.1),
        ("starts", 1.0),
        ("records", 80),
    ):
        assert counts[name] >= least * SEEDS, f"{name}: {counts[name]} in {SEEDS} stories"
    idle = [law for law in (*LAWS, LIVENESS, NO_BUG) if not ran.totals.checked[law]]
    assert not idle, f"had nothing to judge in {SEEDS} stories: {idle}"
    assert ran.totals.simulated_s / SEEDS > 60.0
    assert clock_text(ran.totals.simulated_s).count(":") == 2, (
        "less than an hour of a city was told"
    )


def _report(ran: Ran) -> str:
    """Which, why, and how to see it; the first to the moment of its break."""
    lines = [f"{ran.totals.broken_seeds} of {ran.totals.seeds} seeds broke a law:"]
    for failure in ran.failures[:SHOWN]:
        lines += [
            f"  {failure.cut.command()}    {found.law}: {found.what}" for found in failure.broken
        ]
    first = Search(PRODUCTION).locate(Cut(seed=ran.failures[0].cut.seed))
    return "\n".join(
        [*lines, f"  {first.cut.command()}", *(f"      {line}" for line in first.lines)]
    )
