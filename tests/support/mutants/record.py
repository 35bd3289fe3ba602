"""The result of the last count, recorded: for every bug the law and the seeds that it needed. A
test begins there; the simulator's README shows it as a table."""

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path

from citybrain.structs import Struct
from mutants.count import MAX_SEEDS, Caught
from mutants.table import BUGS, MASKED, MUTANTS

RECORD = Path(__file__).with_name("recorded.toml")
README = Path(__file__).parents[3] / "citysim" / "sim" / "README.md"
TITLE = "## Bugs planted, and which law caught them"
HEAD = """\
# For every deliberate bug of tests/support/mutants: the first seed (counted from 1) with which a
# law was broken, and that law. Written by `make mutants ARGS=--write`; the tests begin there.
"""
INTRODUCTION = f"""\
A law that was never broken proves nothing until there is a bug. So deliberate bugs are planted, one
at a time (`tests/support/mutants`): functions of production are replaced for the duration of a
run, the scenarios of seeds are run from 1 on, and a law must be broken within {MAX_SEEDS}.
Production code keeps every law on the same seeds. CI begins each at the seed below;
`make mutants` counts from 1 again (`ARGS=--write` renews this table)."""

MASKED_INTRODUCTION = """\
These are masked by another defence, which no run passes. The test that is named fails with the bug
in it (`tests/simulation/test_masked_bugs.py` runs it so at every commit):"""


class Known(Struct, frozen=True, kw_only=True):
    seed: int
    law: str


def read() -> Mapping[str, Known]:
    """By name. What was never counted is not in it."""
    if not RECORD.exists():
        return {}
    rows = tomllib.loads(RECORD.read_text(encoding="utf-8")).get("mutant", [])
    return {row["name"]: Known(seed=row["seed"], law=row["law"]) for row in rows}


def write(caught: Iterable[Caught]) -> None:
    """Records the results; of bugs that were not counted this time what was known before stays."""
    known = {**read(), **{found.name: Known(seed=found.needed, law=found.law) for found in caught}}
    rows = [
        f'[[mutant]]\nname = "{name}"\nseed = {known[name].seed}\nlaw = "{known[name].law}"\n'
        for name in MUTANTS
        if name in known
    ]
    RECORD.write_text(HEAD + "\n" + "\n".join(rows), encoding="utf-8")
    before, _, _ = README.read_text(encoding="utf-8").partition(TITLE)
    README.write_text(before + section(known), encoding="utf-8")


def section(known: Mapping[str, Known]) -> str:
    """The README's section: the last one there."""
    seen = [
        f"| `{name}` | {mutant.bug} | `{known[name].law}` | {known[name].seed} |"
        for name, mutant in MUTANTS.items()
        if name in known
    ]
    masked = [
        f"| `{name}` | {BUGS[name].bug} | {mask.why} | `{mask.test}` |"
        for name, mask in MASKED.items()
    ]
    tables = [
        "| name | bug | law that caught it | seeds needed |",
        "|---|---|---|---:|",
        *seen,
        "",
        MASKED_INTRODUCTION,
        "",
        "| name | bug | why no run shows it | test that does |",
        "|---|---|---|---|",
        *masked,
    ]
    return "\n".join([TITLE, "", INTRODUCTION, "", *tables, ""])
