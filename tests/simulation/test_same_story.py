"""One seed is one story: the same bytes whatever the hash seed of the process, and whatever it told before."""

import os
import subprocess
import sys

import pytest

from citysim.sim.runs.cut import Cut
from citysim.sim.runs.teller import PRODUCTION

SEEDS = (3, 17, 42)


def replay(seed: int, hash_seed: str) -> tuple[bytes, bytes]:
    """What `citybrain sim replay` prints, in a fresh process."""
    command = [
        sys.executable,
        "-m",
        "citybrain.cli.main",
        "sim",
        "replay",
        "--seed",
        str(seed),
        "--verbose",
    ]
    done = subprocess.run(
        command, env={**os.environ, "PYTHONHASHSEED": hash_seed}, capture_output=True, check=False
    )
    assert done.returncode in (0, 1), done.stderr.decode()
    return done.stdout, done.stderr


@pytest.mark.parametrize("seed", SEEDS)
def test_the_trace_is_the_same_bytes_whatever_the_hash_seed(seed):
    first, again = replay(seed, "0"), replay(seed, "4242")
    assert first[0] == again[0]
    assert first[1] == again[1]  # the fingerprint among them
    assert first[0].count(b"\n") > 100


def test_a_story_is_the_same_after_others_in_the_same_process():
    fresh = {seed: PRODUCTION.told(Cut(seed=seed), keep_trace=True) for seed in SEEDS}
    for seed in reversed(SEEDS):
        again = PRODUCTION.told(Cut(seed=seed), keep_trace=True)
        assert again == fresh[seed]
    assert len({told.verdict.digest for told in fresh.values()}) == len(SEEDS)


def test_a_story_told_up_to_a_moment_is_the_beginning_of_the_whole():
    whole = PRODUCTION.told(Cut(seed=17), keep_trace=True).lines
    part = PRODUCTION.told(Cut(seed=17, until_s=40.0), keep_trace=True).lines
    begun = [line for line in whole if line.at_s <= 40.0]
    assert list(part[: len(begun)]) == begun
    assert all(line.what == "ends with" for line in part[len(begun) :])
