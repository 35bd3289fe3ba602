"""What the last count found, kept: for every bug the law and the seeds it needed. A test begins there; the simulator's page shows it as a table."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from mutants.count import Caught
from mutants.table import BEHIND, BUGS, MUTANTS

KEPT = Path(__file__).parents[1] / "mutants.toml"
PAGE = Path(__file__).parents[3] / "citysim" / "sim" / "README.md"
TITLE = "## Bugs planted, and which law caught them"
HEAD = """# For every deliberate bug of tests/simulation/mutants: the first seed (counted from 1) by which a law saw it, and that law.
# Written by `python tests/simulation/mutants --write`; tests begin to look at that seed.
"""
INTRODUCTION = """A law that accuses nobody proves nothing until somebody is guilty. So deliberate bugs are planted, one at a time (`tests/simulation/mutants`):
functions of
production are replaced for the length of a story, seeds are told from 1 on, and a law must accuse within 200. The honest code keeps every law on the same
seeds. CI begins each at the seed below; `python tests/simulation/mutants` counts from 1 again (`--write` renews this table)."""

NOT_SEEN = """These stand behind another defence, which no story passes. The test that is named fails with the bug in it
(`tests/simulation/test_second_lines.py` runs it so at every commit):"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    seed: int
    law: str


def read() -> Mapping[str, Kept]:
    """By name. What was never counted is not in it."""
    rows = (
        tomllib.loads(KEPT.read_text(encoding="utf-8")).get("mutant", []) if KEPT.exists() else []
    )
    return {row["name"]: Kept(seed=row["seed"], law=row["law"]) for row in rows}


def write(caught: Iterable[Caught]) -> None:
    """Keep what was found; of bugs that were not counted this time what was known before."""
    known = {**read(), **{found.name: Kept(seed=found.needed, law=found.law) for found in caught}}
    rows = [
        f'[[mutant]]\nname = "{name}"\nseed = {known[name].seed}\nlaw = "{known[name].law}"\n'
        for name in MUTANTS
        if name in known
    ]
    KEPT.write_text(HEAD + "\n" + "\n".join(rows), encoding="utf-8")
    before, _, _ = PAGE.read_text(encoding="utf-8").partition(TITLE)
    PAGE.write_text(before + section(known), encoding="utf-8")


def section(known: Mapping[str, Kept]) -> str:
    """The page's section: it stands last there."""
    seen = [
        f"| `{name}` | {mutant.bug} | `{known[name].law}` | {known[name].seed} |"
        for name, mutant in MUTANTS.items()
        if name in known
    ]
    unseen = [
        f"| `{name}` | {BUGS[name].bug} | {behind.why} | `{behind.test}` |"
        for name, behind in BEHIND.items()
    ]
    tables = [
        "| name | bug | law that caught it | seeds needed |",
        "|---|---|---|---:|",
        *seen,
        "",
        NOT_SEEN,
        "",
        "| name | bug | why no story shows it | test that does |",
        "|---|---|---|---|",
        *unseen,
    ]
    return "\n".join([TITLE, "", INTRODUCTION, "", *tables, ""])
