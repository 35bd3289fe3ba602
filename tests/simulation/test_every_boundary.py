"""The power goes before, during and after writes of every computer, one story each: a sample. `citybrain sim boundaries` tells them all."""

from functools import partial

import pytest

from citysim.sim.runs.boundaries import calm_story, strike, strikes
from citysim.sim.runs.spread import cores, spread
from citysim.sim.runs.teller import PRODUCTION

pytestmark = pytest.mark.timeout(600)
SEED, SAMPLE = 5, 60


def test_a_death_at_any_boundary_of_any_write_breaks_no_law():
    calm = calm_story(PRODUCTION, SEED)
    told = list(partial(spread, workers=cores())(strike, strikes(PRODUCTION, calm, sample=SAMPLE)))
    assert len(told) == SAMPLE
    assert sum(one.happened for one in told) >= SAMPLE * 3 // 4, "hardly any of them was struck"
    broken = [f"citybrain sim boundaries --seed {SEED} --at {one.edge}    {one.verdict.broken[0].what}" for one in told if not one.verdict.kept]
    assert not broken, "\n".join(broken)
