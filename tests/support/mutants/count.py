"""How many seeds a deliberate bug survives: scenarios are run with it until a law is broken."""

from collections.abc import Iterable

import pytest

from citybrain.structs import Struct
from citysim.sim.oracle.verdict import Verdict
from citysim.sim.runs.scenario_runner import PRODUCTION
from citysim.sim.runs.scenario_spec import ScenarioSpec
from mutants.mutant import Mutant
from mutants.table import BUGS

MAX_SEEDS = 500  # within which every bug must be caught


class Caught(Struct, frozen=True, kw_only=True):
    """`needed`: how many seeds were run, this one included. `others`: further laws that the same
    run broke."""

    name: str
    seed: int
    needed: int
    law: str
    what: str
    others: tuple[str, ...] = ()


def verdict_with(mutant: Mutant, seed: int) -> Verdict:
    """Of the seed's scenario, run by code with the bug."""
    with pytest.MonkeyPatch.context() as patch:
        mutant.setting(patch)
        mutant.plant(patch)
        return PRODUCTION.verdict(ScenarioSpec(seed=seed))


def verdict_without(mutant: Mutant, seed: int) -> Verdict:
    """Of the same scenario, run by production code in the same setting."""
    with pytest.MonkeyPatch.context() as patch:
        mutant.setting(patch)
        return PRODUCTION.verdict(ScenarioSpec(seed=seed))


def run_until_caught(mutant: Mutant, seeds: Iterable[int]) -> Caught | None:
    """None: none of its laws was broken."""
    for needed, seed in enumerate(seeds, start=1):
        violations = reversed(verdict_with(mutant, seed).violations)
        broken = {violation.law: violation.what for violation in violations}
        law = next((law for law in mutant.laws if law in broken), None)
        if law is not None:
            return Caught(
                name=mutant.name,
                seed=seed,
                needed=needed,
                law=law,
                what=broken[law],
                others=tuple(sorted(broken.keys() - {law})),
            )
    return None


def count(name: str, *, max_seeds: int = MAX_SEEDS) -> tuple[str, Caught | None]:
    """The bug's name, and how it was caught from seed 1 on."""
    return name, run_until_caught(BUGS[name], range(1, max_seeds + 1))
