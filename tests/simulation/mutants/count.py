"""How many seeds a deliberate bug survives: stories are told with it until a law accuses it."""

from collections.abc import Iterable
from dataclasses import dataclass

import pytest
from mutants.mutant import Mutant
from mutants.table import BUGS

from citysim.sim.judge.verdict import Verdict
from citysim.sim.runs.cut import Cut
from citysim.sim.runs.teller import PRODUCTION

ENOUGH = 200  # seeds within which every bug must be seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Caught:
    """`needed`: how many seeds were told, this one counted. `others`: further laws that the same story broke."""

    name: str
    seed: int
    needed: int
    law: str
    what: str
    others: tuple[str, ...] = ()


def verdict_with(mutant: Mutant, seed: int) -> Verdict:
    """The story of `seed`, told by code with the bug."""
    with pytest.MonkeyPatch.context() as patch:
        mutant.setting(patch)
        mutant.plant(patch)
        return PRODUCTION.verdict(Cut(seed=seed))


def verdict_without(mutant: Mutant, seed: int) -> Verdict:
    """The same story, told by honest code in the same setting."""
    with pytest.MonkeyPatch.context() as patch:
        mutant.setting(patch)
        return PRODUCTION.verdict(Cut(seed=seed))


def until_caught(mutant: Mutant, seeds: Iterable[int]) -> Caught | None:
    """None: no law that may accuse it did."""
    for needed, seed in enumerate(seeds, start=1):
        broken = {found.law: found.what for found in reversed(verdict_with(mutant, seed).broken)}
        for law in mutant.laws:
            if law in broken:
                others = tuple(sorted(broken.keys() - {law}))
                return Caught(
                    name=mutant.name,
                    seed=seed,
                    needed=needed,
                    law=law,
                    what=broken[law],
                    others=others,
                )
    return None


def counted(name: str, *, most: int = ENOUGH) -> tuple[str, Caught | None]:
    """The bug's name, and what came of it from seed 1 on."""
    return name, until_caught(BUGS[name], range(1, most + 1))
