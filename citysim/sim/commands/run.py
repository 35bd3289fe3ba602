"""`citybrain sim run`: many seeds, with progress, a summary, and every failing seed explained."""

import signal
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from citybrain.clock import SECOND_US, Clock
from citybrain.system_clock import SystemClock
from citysim.demo.messages import Translator
from citysim.sim.commands.options import parallel_map_for
from citysim.sim.runs.batch import (
    MAX_FAILURES,
    BatchResult,
    investigate,
    investigations,
    run_batch,
)
from citysim.sim.runs.report.failures import print_failure, print_shrunk
from citysim.sim.runs.report.json_report import as_json
from citysim.sim.runs.report.progress import progress_meter
from citysim.sim.runs.report.summary import print_summary
from citysim.sim.runs.scenario_runner import PRODUCTION, ScenarioRunner
from citysim.sim.runs.seeds import Seeds
from citysim.sim.runs.shrink.shrinker import ShrinkResult


def run_seeds(
    seeds: Seeds,
    translate: Translator,
    *,
    size: str,
    workers: int,
    ray: str,
    report: Path | None,
    stop_after: int,
    shrink_s: float,
    runner: ScenarioRunner = PRODUCTION,
) -> int:
    """The exit code: 0, or 1 when a law was broken.

    After Ctrl-C the results so far are shown, and `KeyboardInterrupt` is raised again.
    """
    out, err, clock = Console(), Console(stderr=True), SystemClock()
    began, result, interrupted = clock.instant(), BatchResult(), False

    def on_result(so_far: BatchResult) -> None:
        nonlocal result
        result = so_far
        totals = so_far.totals
        meter.update(totals.seeds, simulated_s=totals.simulated_s, broken=totals.broken_seeds)

    # as Ctrl-C: the results so far are shown
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with progress_meter(len(seeds), translate, err, clock) as meter:
            run_batch(
                seeds,
                size=size,
                runner=runner,
                parallel_map=parallel_map_for(workers, ray),
                workers=workers,
                stop_after=stop_after,
                on_result=on_result,
            )
    except KeyboardInterrupt:
        interrupted = True
    took_s = _seconds_since(began, clock)
    print_summary(result, translate, out, took_s=took_s, workers=workers)
    if 0 < result.totals.seeds < len(seeds):
        done = f"{result.totals.seeds}/{len(seeds)} {translate('seeds')}"
        out.print(f"{translate('stopped_early')}: {done}", highlight=False)
    shrunk: Sequence[ShrinkResult] = ()
    if interrupted:
        for failure in result.failures:
            print_failure(failure, translate, out)
    elif result.failures:
        shrunk = _explain(
            result, translate, out, err, runner=runner, workers=workers, time_limit_s=shrink_s
        )
    if report is not None:
        text = as_json(result, shrunk, seeds=seeds, size=size, took_s=took_s, workers=workers)
        report.write_text(text, encoding="utf-8")
    if interrupted:
        raise KeyboardInterrupt
    return 1 if result.totals.broken_seeds else 0


def _explain(
    result: BatchResult,
    translate: Translator,
    out: Console,
    err: Console,
    *,
    runner: ScenarioRunner,
    workers: int,
    time_limit_s: float,
) -> list[ShrinkResult]:
    """Shrinks or locates some failures and prints all of them. On this machine: it is little."""
    work = investigations(result.failures, runner, time_limit_s=time_limit_s)
    err.print(f"{translate('investigating')} ({len(work)}) …", highlight=False)
    found = sorted(
        parallel_map_for(workers, "")(investigate, work),
        key=lambda pair: (not pair[0].shrinks, pair[0].law, pair[0].spec.seed),
    )
    for case, shrunk in found:
        print_shrunk(shrunk, translate, out, with_schedule=case.shrinks)
    known = {case.spec for case, _ in found}
    for failure in result.failures:
        if failure.spec not in known:
            print_failure(failure, translate, out)
    uncounted = result.totals.broken_seeds - MAX_FAILURES
    if uncounted > 0:
        out.print(f"+ {uncounted}: {translate('only_counted')}", highlight=False)
    return [shrunk for _, shrunk in found]


def _seconds_since(began: int, clock: Clock) -> float:
    return (clock.instant() - began) / SECOND_US
