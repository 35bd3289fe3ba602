"""The power goes before, during and after writes of every computer, one story each: a sample. `citybrain sim boundaries` tells them all."""

from functools import partial

import pytest

from citysim.sim.runs.boundaries import calm_story, read_edge, strike, strikes
from citysim.sim.runs.spread import cores, spread
from citysim.sim.runs.teller import PRODUCTION

pytestmark = pytest.mark.timeout(600)
SEED, SAMPLE = 5, 60
SMALL = "small"  # the size in which these were found


def test_a_death_at_any_boundary_of_any_write_breaks_no_law():
    calm = calm_story(PRODUCTION, SEED)
    told = list(partial(spread, workers=cores())(strike, strikes(PRODUCTION, calm, sample=SAMPLE)))
    assert len(told) == SAMPLE
    assert sum(one.happened for one in told) >= SAMPLE * 3 // 4, "hardly any of them was struck"
    broken = [
        f"citybrain sim boundaries --seed {SEED} --at {one.edge}    {one.verdict.broken[0].what}"
        for one in told
        if not one.verdict.kept
    ]
    assert not broken, "\n".join(broken)


FOUND = (  # seed, boundary: what was wrong there
    (
        2,
        "agent/riverside-box-4:1:after",
    ),  # the first words of a new agent were durable before its diary: the time until the next start was undeclared
    (2, "agent/riverside-box-4:2:during"),
)


@pytest.mark.parametrize(("seed", "edge"), FOUND)
def test_a_boundary_that_once_found_something_is_kept_today(seed, edge):
    calm = calm_story(PRODUCTION, seed, size=SMALL)
    verdict = PRODUCTION.tell(calm.struck(read_edge(edge))).verdict
    assert verdict.kept, (
        f"citybrain sim boundaries --seed {seed} --size {SMALL} --at {edge}    {verdict.broken[0].what}"
    )
