"""What several commands take from the command line, checked: sizes, numbers, how the work is spread."""

from functools import partial
from pathlib import Path

import typer

import citysim
from citysim.sim.draw import Size
from citysim.sim.faults.kinds import KINDS
from citysim.sim.runs import regressions, spread
from citysim.sim.runs.cut import Cut, read_numbers
from citysim.sim.runs.plan import read_plan
from citysim.sim.runs.run import Spread
from citysim.sim.runs.seeds import Seeds, read_seeds
from citysim.sim.runs.teller import Teller
from citysim.sim.scenario import Fault

SIZES = tuple(str(size) for size in Size)


def size_of(text: str) -> str:
    if text not in SIZES:
        raise typer.BadParameter(f"{text!r} is not one of {', '.join(SIZES)}", param_hint="--size")
    return text


def seeds_of(text: str) -> Seeds:
    try:
        return read_seeds(text)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--seeds") from error


def numbers_of(text: str, option: str) -> frozenset[int] | None:
    try:
        return read_numbers(text)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint=option) from error


def plan_of(texts: list[str]) -> tuple[Fault, ...]:
    try:
        plan = read_plan(texts)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--fault") from error
    unknown = [fault.kind for fault in plan if fault.kind not in KINDS]
    if unknown:
        raise typer.BadParameter(
            f"there is no kind {unknown[0]!r}; `citybrain sim faults` lists them",
            param_hint="--fault",
        )
    return plan


def workers_of(wished: int) -> int:
    """0: as many as there are cores."""
    return wished or spread.cores()


def spread_to(workers: int, ray: str) -> Spread:
    """Over this machine's cores, or over Ray at an address."""
    if not ray:
        return partial(spread.spread, workers=workers)
    from coordinator.ray_plane.spread import spread as over_ray

    return partial(over_ray, address=ray, cpus=workers)


def list_at(path: Path | None) -> Path:
    """The list of regressions: the named one, or the checkout's."""
    return path or Path(citysim.__file__).parent.parent / regressions.PLACE


def check_numbers(teller: Teller, cut: Cut) -> None:
    """That the story has what is named."""
    scenario = teller.scenario(Cut(seed=cut.seed, size=cut.size, plan=cut.plan))
    for option, wished, there in (
        ("--faults", cut.faults, [f.number for f in scenario.faults]),
        ("--happenings", cut.happenings, [h.number for h in scenario.happenings]),
    ):
        if wished is not None and (missing := sorted(wished - set(there))):
            raise typer.BadParameter(
                f"seed {cut.seed} has no number {missing[0]}; it has {there[0]} to {there[-1]}"
                if there
                else "it has none",
                param_hint=option,
            )
