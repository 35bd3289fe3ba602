"""`citybrain sim regress`: every scenario of the list of regressions, run again."""

from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from citybrain.system_clock import SystemClock
from citysim.demo.messages import Translator
from citysim.sim.runs import regressions
from citysim.sim.runs.batch import ParallelMap
from citysim.sim.runs.regressions import RegressionResult, RegressionTask, run_regression
from citysim.sim.runs.report.printing import print_plain
from citysim.sim.runs.report.progress import progress_meter
from citysim.sim.runs.scenario_runner import PRODUCTION, ScenarioRunner


def regress(
    path: Path,
    translate: Translator,
    *,
    parallel_map: ParallelMap,
    runner: ScenarioRunner = PRODUCTION,
) -> int:
    """The exit code: 0, or 1 when a law was broken again."""
    out, listed = Console(), regressions.read_regressions(path)
    with progress_meter(len(listed), translate, Console(stderr=True), SystemClock()) as meter:
        results = run_regressions(
            listed,
            runner,
            parallel_map,
            lambda done, broken: meter.update(done, simulated_s=0.0, broken=broken),
        )
    for result in sorted(results, key=lambda result: listed.index(result.regression)):
        _print_result(result, translate, out)
    broken = sum(not result.verdict.kept for result in results)
    out.print(
        f"{translate('regressions')}: {len(results)} · {translate('broken')} {broken}",
        style="bold red" if broken else "bold green",
        highlight=False,
    )
    return 1 if broken else 0


def run_regressions(
    listed: tuple[regressions.Regression, ...],
    runner: ScenarioRunner,
    parallel_map: ParallelMap,
    on_result: Callable[[int, int], None] = lambda _, __: None,
) -> list[RegressionResult]:
    """In any order. `on_result` gets (how many are done, how many broke a law)."""
    results: list[RegressionResult] = []
    tasks = (RegressionTask(runner=runner, regression=regression) for regression in listed)
    for result in parallel_map(run_regression, tasks):
        results.append(result)
        on_result(len(results), sum(not other.verdict.kept for other in results))
    return results


def _print_result(result: RegressionResult, translate: Translator, out: Console) -> None:
    regression, violations = result.regression, result.verdict.violations
    state = translate("broken_again" if violations else "still_kept")
    seed = f"{translate('of_seed')} {regression.spec.seed}"
    line = f"{state}  {seed}  {translate(regression.law)}: {regression.found}"
    print_plain(out, line, style="red" if violations else None)
    for violation in violations:
        print_plain(out, f"    {violation.law}: {violation.what}")
        print_plain(out, f"    {translate('replay')}  {regression.spec.command()}")
