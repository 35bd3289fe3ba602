"""The list of regressions: scenarios that once broke a law, with what was wrong then."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from citybrain.structs import Struct
from citysim.errors import SeedListError
from citysim.sim.oracle.verdict import Verdict
from citysim.sim.runs.fault_text import format_fault, parse_schedule
from citysim.sim.runs.scenario_runner import ScenarioRunner
from citysim.sim.runs.scenario_spec import TOWN, ScenarioSpec
from citysim.sim.runs.shrink.shrinker import ShrinkResult

PATH_IN_CHECKOUT = Path("tests") / "simulation" / "regressions.toml"
KEYS = {
    "seed": int,
    "size": str,
    "faults": list,
    "schedule": list,
    "street_events": list,
    "fault_phase": float,
    "law": str,
    "found": str,
}
REQUIRED = ("seed", "law", "found")


class Regression(Struct, frozen=True, kw_only=True):
    """`law`: the one that was broken; `found`: what was wrong, in a line."""

    spec: ScenarioSpec
    law: str
    found: str


class RegressionTask(Struct, frozen=True, kw_only=True):
    """What is sent to a worker."""

    runner: ScenarioRunner
    regression: Regression


class RegressionResult(Struct, frozen=True, kw_only=True):
    regression: Regression
    verdict: Verdict


def read_regressions(path: Path) -> tuple[Regression, ...]:
    """Raises `SeedListError` where there is no list, or with everything that is wrong in it."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise SeedListError(
            f"there is no list of regressions at {path}. It belongs to the source, not to the "
            "installed package: name it with --list."
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise SeedListError(f"{path} is no TOML: {error}.") from error
    rows = document.get("regression", [])
    errors = [
        f"entry {i}: {error}" for i, row in enumerate(rows, start=1) for error in _errors(row)
    ]
    if errors:
        raise SeedListError(f"{path}: " + "; ".join(errors) + ".")
    return tuple(_regression(row) for row in rows)


def run_regression(task: RegressionTask) -> RegressionResult:
    """What a worker does with one."""
    verdict = task.runner.verdict(task.regression.spec)
    return RegressionResult(regression=task.regression, verdict=verdict)


def format_entry(shrunk: ShrinkResult) -> str:
    """An entry for the list. It holds the fault schedule itself, see `fault_text`."""
    spec = shrunk.spec
    lines = ["[[regression]]", f"seed = {spec.seed}"]
    if spec.size != TOWN:
        lines.append(f'size = "{spec.size}"')
    faults = ", ".join(f'"{format_fault(fault)}"' for fault in shrunk.faults)
    lines.append(f"schedule = [{faults}]")
    if spec.street_events is not None:
        lines.append(f"street_events = {sorted(spec.street_events)}")
    if spec.fault_phase_s is not None:
        lines.append(f"fault_phase = {spec.fault_phase_s}")
    return "\n".join([*lines, f'law = "{shrunk.law}"', 'found = "…"'])


def _errors(row: Mapping[str, Any]) -> list[str]:
    missing = [f"{key!r} is missing" for key in REQUIRED if key not in row]
    unknown = [f"{key!r} is not one of {', '.join(KEYS)}" for key in row if key not in KEYS]
    wrong = [
        f"{key!r} must be of type {KEYS[key].__name__}"
        for key, value in row.items()
        if key in KEYS and not isinstance(value, KEYS[key])
    ]
    return missing + unknown + wrong + _schedule_errors(row.get("schedule"))


def _schedule_errors(schedule: object) -> list[str]:
    if not isinstance(schedule, list) or not all(isinstance(text, str) for text in schedule):
        return []  # a wrong type is reported already
    try:
        parse_schedule(schedule)
    except ValueError as error:
        return [f"'schedule': {error}"]
    return []


def _regression(row: Mapping[str, Any]) -> Regression:
    spec = ScenarioSpec(
        seed=row["seed"],
        size=row.get("size", TOWN),
        faults=frozenset(row["faults"]) if "faults" in row else None,
        street_events=frozenset(row["street_events"]) if "street_events" in row else None,
        fault_phase_s=row.get("fault_phase"),
        schedule=parse_schedule(row["schedule"]) if "schedule" in row else None,
    )
    return Regression(spec=spec, law=row["law"], found=row["found"])
