"""Options that several commands share, checked: sizes, numbers, workers."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TypeVar

import typer

import citysim
from citysim.sim.faults.table import KINDS
from citysim.sim.generator.scenarios import Size
from citysim.sim.runs import parallel, regressions
from citysim.sim.runs.batch import ParallelMap
from citysim.sim.runs.fault_text import parse_schedule
from citysim.sim.runs.scenario_runner import ScenarioRunner
from citysim.sim.runs.scenario_spec import ScenarioSpec, parse_numbers
from citysim.sim.runs.seeds import Seeds, parse_seeds
from citysim.sim.scenario import Fault

SIZES = tuple(str(size) for size in Size)

T = TypeVar("T")
R = TypeVar("R")


def size_of(text: str) -> str:
    if text not in SIZES:
        raise typer.BadParameter(f"{text!r} is not one of {', '.join(SIZES)}", param_hint="--size")
    return text


def seeds_of(text: str) -> Seeds:
    try:
        return parse_seeds(text)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--seeds") from error


def numbers_of(text: str, option: str) -> frozenset[int] | None:
    try:
        return parse_numbers(text)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint=option) from error


def schedule_of(texts: list[str]) -> tuple[Fault, ...]:
    try:
        schedule = parse_schedule(texts)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--fault") from error
    unknown = [fault.kind for fault in schedule if fault.kind not in KINDS]
    if unknown:
        raise typer.BadParameter(
            f"there is no kind {unknown[0]!r}; `citybrain sim faults` lists them",
            param_hint="--fault",
        )
    return schedule


def workers_of(wanted: int) -> int:
    """0: as many as there are cores."""
    return wanted or parallel.cores()


def parallel_map_for(workers: int, ray: str) -> ParallelMap:
    """Over this machine's cores, or over Ray at an address."""

    def on_cores(function: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
        return parallel.parallel_map(function, items, workers=workers)

    def on_ray(function: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
        from coordinator.ray_plane.parallel_map import parallel_map

        return parallel_map(function, items, address=ray, cpus=workers)

    return on_ray if ray else on_cores


def list_at(path: Path | None) -> Path:
    """The list of regressions: the named one, or the checkout's."""
    return path or Path(citysim.__file__).parent.parent / regressions.PATH_IN_CHECKOUT


def check_numbers(runner: ScenarioRunner, spec: ScenarioSpec) -> None:
    """Raises `BadParameter` where the seed's scenario has not what the spec names."""
    scenario = runner.scenario(ScenarioSpec(seed=spec.seed, size=spec.size, schedule=spec.schedule))
    for option, wanted, known in (
        ("--faults", spec.faults, [f.number for f in scenario.faults]),
        ("--street-events", spec.street_events, [e.number for e in scenario.street_events]),
    ):
        missing = sorted(wanted - set(known)) if wanted is not None else []
        if missing:
            has = f"it has {known[0]} to {known[-1]}" if known else "it has none"
            raise typer.BadParameter(
                f"seed {spec.seed} has no number {missing[0]}; {has}", param_hint=option
            )
