"""`citybrain pack prove`: many seeds of a city in which a pack's scenes happen, by the laws."""

from collections import Counter
from collections.abc import Sequence
from functools import cache, partial
from pathlib import Path

from rich.console import Console
from rich.table import Table

from citybrain.clock import SECOND_US
from citybrain.pack.load import load_packs
from citybrain.system_clock import SystemClock
from citybrain.vocabulary import IncidentStage
from citysim.demo.messages import Translator
from citysim.life.load import life_of
from citysim.life.values import CityLife
from citysim.sim.commands.options import parallel_map_for, seeds_of, workers_of
from citysim.sim.generator.scenarios import Size, scenario_of
from citysim.sim.oracle.stages import STAGES
from citysim.sim.runs.batch import BatchResult, run_batch
from citysim.sim.runs.report.failures import print_failure
from citysim.sim.runs.report.messages import MESSAGES
from citysim.sim.runs.report.progress import progress_meter
from citysim.sim.runs.scenario_runner import ScenarioRunner
from citysim.sim.runs.scenario_spec import TOWN
from citysim.sim.scenario import Scenario
from citysim.sim.scenario_run import run_scenario

TABLE_WIDTH = 140


def prove_pack(
    folders: Sequence[Path], scenes_of: Sequence[str], *, seeds: str, workers: int
) -> int:
    """The exit code: 0; 1 where a law was broken, or no incident was opened and closed. `folders`:
    the packs beside the built-in one; `scenes_of`: the packs whose scenes happen.
    """
    names = tuple(str(folder) for folder in folders)
    life = _life(names, tuple(scenes_of))  # raises before anything runs
    kinds = [str(kind) for kind in dict.fromkeys(kind.kind for kind in life.kinds)]
    wanted, count = seeds_of(seeds), workers_of(workers)
    out, clock, translate = _console(), SystemClock(), Translator("en", MESSAGES)
    if not kinds:
        out.print("[bold red]Nothing was proved: life.toml has no kind.")
        return 1
    began = clock.instant()
    runner = ScenarioRunner(
        draw=partial(_draw, folders=names, scenes_of=tuple(scenes_of)), run=run_scenario
    )

    def on_result(so_far: BatchResult) -> None:
        totals = so_far.totals
        meter.update(totals.seeds, simulated_s=totals.simulated_s, broken=totals.broken_seeds)

    with progress_meter(len(wanted), translate, Console(stderr=True), clock) as meter:
        result = run_batch(
            wanted,
            size=TOWN,
            runner=runner,
            parallel_map=parallel_map_for(count, ""),
            workers=count,
            on_result=on_result,
        )
    took_s = (clock.instant() - began) / SECOND_US
    return _report(out, result, kinds, translate, took_s=took_s)


def _console() -> Console:
    """A log or a pipe gets the table whole."""
    out = Console()
    return out if out.is_terminal else Console(width=TABLE_WIDTH)


@cache
def _life(folders: tuple[str, ...], scenes_of: tuple[str, ...]) -> CityLife:
    """Read once a process."""
    return life_of(load_packs([Path(folder) for folder in folders]), scenes_of=scenes_of)


def _draw(
    seed: int, size: str, *, folders: tuple[str, ...], scenes_of: tuple[str, ...]
) -> Scenario:
    """In a function of the module, so that another process finds it by name."""
    return scenario_of(seed, Size(size), _life(folders, scenes_of))


def _report(
    out: Console, result: BatchResult, kinds: list[str], translate: Translator, *, took_s: float
) -> int:
    totals = result.totals
    out.print(_stages(totals.reached, kinds))
    checked = f"{sum(totals.checked.values()):,} judgements of {len(totals.checked)} laws"
    out.print(
        f"{totals.seeds} seeds, {totals.simulated_s / 3600:.1f} simulated hours in {took_s:.0f} s;"
        f" {totals.faults.total():,} faults; {checked}.",
        highlight=False,
    )
    for failure in result.failures:
        print_failure(failure, translate, out)
    silent = [kind for kind in kinds if not _is_proved(totals.reached, kind)]
    for kind in silent:
        out.print(f"note: no {kind} was ever opened and closed.", highlight=False)
    if totals.broken_seeds:
        out.print(f"[bold red]{totals.broken_seeds} seeds broke a law.")
        return 1
    if len(silent) == len(kinds):
        out.print("[bold red]Nothing was proved: see life.toml (rates, severities), or more seeds.")
        return 1
    out.print("[bold green]Every law was kept.")
    return 0


def _is_proved(reached: Counter[tuple[str, str]], kind: str) -> bool:
    return bool(
        reached[kind, IncidentStage.OPENED.value] and reached[kind, IncidentStage.CLOSED.value]
    )


def _stages(reached: Counter[tuple[str, str]], kinds: list[str]) -> Table:
    """One row a kind, one column a stage that any incident was in."""
    shown = [stage for stage in STAGES if any(reached[kind, stage] for kind in kinds)]
    table = Table(title="incidents by stage", title_justify="left", box=None, header_style="dim")
    table.add_column("kind")
    for stage in shown:
        table.add_column(stage, justify="right")
    for kind in kinds:
        table.add_row(kind, *(f"{reached[kind, stage]:,}" for stage in shown))
    return table
