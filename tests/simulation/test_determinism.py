"""One seed is one run: the same bytes whatever the hash seed of the process, and whatever it ran
before."""

import os
import subprocess
import sys

import pytest

from citysim.sim.runs.scenario_runner import PRODUCTION
from citysim.sim.runs.scenario_spec import ScenarioSpec
from citysim.sim.scenario_run import FINAL_HEAD

SEEDS = (3, 17, 42)


def replay(seed: int, hash_seed: str) -> tuple[bytes, bytes]:
    """What `citybrain sim replay` prints, in a new process."""
    command = [
        *(sys.executable, "-m", "citybrain.cli.main", "sim", "replay"),
        *("--seed", str(seed), "--verbose"),
    ]
    done = subprocess.run(
        command, env={**os.environ, "PYTHONHASHSEED": hash_seed}, capture_output=True, check=False
    )
    assert done.returncode in (0, 1), done.stderr.decode()
    return done.stdout, done.stderr


@pytest.mark.parametrize("seed", SEEDS)
def test_the_trace_is_the_same_bytes_whatever_the_hash_seed(seed):
    first, second = replay(seed, "0"), replay(seed, "4242")
    assert first[0] == second[0]
    assert first[1] == second[1]  # the fingerprint among them
    assert first[0].count(b"\n") > 100


def test_a_run_is_the_same_after_others_in_the_same_process():
    fresh = {seed: PRODUCTION.run_spec(ScenarioSpec(seed=seed), keep_trace=True) for seed in SEEDS}
    for seed in reversed(SEEDS):
        again = PRODUCTION.run_spec(ScenarioSpec(seed=seed), keep_trace=True)
        assert again == fresh[seed]
    assert len({result.verdict.digest for result in fresh.values()}) == len(SEEDS)


def test_a_run_that_is_cut_short_is_the_beginning_of_the_whole_run():
    whole = PRODUCTION.run_spec(ScenarioSpec(seed=17), keep_trace=True).lines
    part = PRODUCTION.run_spec(ScenarioSpec(seed=17, until_s=40.0), keep_trace=True).lines
    begun = [line for line in whole if line.at_s <= 40.0]
    assert list(part[: len(begun)]) == begun
    assert all(line.what == FINAL_HEAD for line in part[len(begun) :])
