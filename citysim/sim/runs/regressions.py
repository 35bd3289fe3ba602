"""The seeds that once found something: read from a list, told again. Each says what it found."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from citysim.errors import SeedListError
from citysim.sim.judge.verdict import Verdict
from citysim.sim.runs.cut import TOWN, Cut
from citysim.sim.runs.plan import read_plan, written
from citysim.sim.runs.shrink.search import Shrunk
from citysim.sim.runs.teller import Teller

PLACE = Path("tests") / "simulation" / "regressions.toml"  # in a source checkout
KEYS = {
    "seed": int,
    "size": str,
    "faults": list,
    "plan": list,
    "happenings": list,
    "storm": float,
    "law": str,
    "found": str,
}
NEEDED = ("seed", "law", "found")


@dataclass(frozen=True, slots=True, kw_only=True)
class Regression:
    """`law` is the one that was broken; `found`: what was wrong, in a line."""

    cut: Cut
    law: str
    found: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """A regression to be told again, as it is sent to a worker."""

    teller: Teller
    regression: Regression


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldAgain:
    regression: Regression
    verdict: Verdict


def read(path: Path) -> tuple[Regression, ...]:
    """Raises `SeedListError` where there is no list, or with what is wrong in it."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise SeedListError(
            f"there is no list of regressions at {path}. It belongs to the source, not to the installed package: name it with --list."
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise SeedListError(f"{path} is no TOML: {error}.") from error
    rows = document.get("regression", [])
    faults = [
        f"entry {i}: {fault}" for i, row in enumerate(rows, start=1) for fault in _faults(row)
    ]
    if faults:
        raise SeedListError(f"{path}: " + "; ".join(faults) + ".")
    return tuple(_regression(row) for row in rows)


def tell_again(again: Again) -> ToldAgain:
    """What a worker does with one."""
    return ToldAgain(
        regression=again.regression, verdict=again.teller.verdict(again.regression.cut)
    )


def entry(shrunk: Shrunk) -> str:
    """What is to be put into the list, with the plan itself: it stays the same story when the table of faults changes."""
    cut = shrunk.cut
    lines = ["[[regression]]", f"seed = {cut.seed}"]
    lines += [f'size = "{cut.size}"'] if cut.size != TOWN else []
    faults = ", ".join(f'"{written(fault)}"' for fault in shrunk.faults)
    lines.append(f"plan = [{faults}]")
    lines += [f"happenings = {sorted(cut.happenings)}"] if cut.happenings is not None else []
    lines += [f"storm = {cut.storm_s}"] if cut.storm_s is not None else []
    return "\n".join([*lines, f'law = "{shrunk.law}"', 'found = "…"'])


def _faults(row: Mapping[str, Any]) -> list[str]:
    missing = [f"{key!r} is missing" for key in NEEDED if key not in row]
    unknown = [f"{key!r} is not one of {', '.join(KEYS)}" for key in row if key not in KEYS]
    wrong = [
        f"{key!r} must be of type {KEYS[key].__name__}"
        for key, value in row.items()
        if key in KEYS and not isinstance(value, KEYS[key])
    ]
    return missing + unknown + wrong + _plan_faults(row.get("plan"))


def _plan_faults(plan: Any) -> list[str]:
    try:
        read_plan(
            plan if isinstance(plan, list) and all(isinstance(text, str) for text in plan) else []
        )
    except ValueError as error:
        return [f"'plan': {error}"]
    return []


def _regression(row: Mapping[str, Any]) -> Regression:
    cut = Cut(
        seed=row["seed"],
        size=row.get("size", TOWN),
        faults=frozenset(row["faults"]) if "faults" in row else None,
        happenings=frozenset(row["happenings"]) if "happenings" in row else None,
        storm_s=row.get("storm"),
        plan=read_plan(row["plan"]) if "plan" in row else None,
    )
    return Regression(cut=cut, law=row["law"], found=row["found"])
