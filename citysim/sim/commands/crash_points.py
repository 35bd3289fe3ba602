"""`citybrain sim crash-points`: one scenario, run once for every crash point in it."""

import sys

from rich.console import Console

from citybrain.system_clock import SystemClock
from citysim.demo.messages import Translator
from citysim.sim.commands.replay import print_verdict
from citysim.sim.runs.batch import ParallelMap
from citysim.sim.runs.crash_points import (
    CrashPoint,
    CrashResult,
    crash_tasks,
    fault_free_run,
    run_crash,
)
from citysim.sim.runs.report.printing import print_plain
from citysim.sim.runs.report.progress import progress_meter
from citysim.sim.runs.scenario_runner import PRODUCTION, ScenarioRunner


def run_all_crash_points(
    seed: int,
    translate: Translator,
    *,
    size: str,
    sample: int,
    parallel_map: ParallelMap,
    runner: ScenarioRunner = PRODUCTION,
) -> int:
    """The exit code: 0, or 1 when a law was broken."""
    out, err = Console(), Console(stderr=True)
    fault_free = fault_free_run(runner, seed, size=size)
    writes = ", ".join(f"{name} {count}" for name, count in fault_free.writes.items())
    print_plain(err, f"{translate('writes')}: {writes}")
    results: list[CrashResult] = []
    total = min(sample or len(fault_free.crash_points()), len(fault_free.crash_points()))
    with progress_meter(total, translate, err, SystemClock()) as meter:
        for result in parallel_map(run_crash, crash_tasks(runner, fault_free, sample=sample)):
            results.append(result)
            meter.update(
                len(results),
                simulated_s=sum(r.verdict.ended_s for r in results),
                broken=sum(not r.verdict.kept for r in results),
            )
    broken = sorted(
        (result for result in results if not result.verdict.kept),
        key=lambda r: (r.crash_point.computer, r.crash_point.write, r.crash_point.boundary),
    )
    for result in broken:
        _print_violation(result, seed, translate, out)
    crashed = sum(result.crashed for result in results)
    parts = [
        f"{translate('crash_points')}: {len(results)}",
        f"{translate('crashed')} {crashed}",
        f"{translate('no_such_boundary')} {len(results) - crashed}",
        f"{translate('broken')} {len(broken)}",
    ]
    out.print(" · ".join(parts), style="bold red" if broken else "bold green", highlight=False)
    return 1 if broken else 0


def run_one_crash_point(
    seed: int,
    crash_point: CrashPoint,
    translate: Translator,
    *,
    size: str,
    runner: ScenarioRunner = PRODUCTION,
) -> int:
    """Prints the trace on standard output and the verdict on standard error; the exit code."""
    fault_free = fault_free_run(runner, seed, size=size)
    result = runner.run(fault_free.with_crash(crash_point), keep_trace=True)
    for line in result.lines:
        sys.stdout.buffer.write(f"{line}\n".encode())
    sys.stdout.buffer.flush()
    print_verdict(result.verdict, translate, Console(stderr=True))
    return 0 if result.verdict.kept else 1


def _print_violation(
    result: CrashResult, seed: int, translate: Translator, console: Console
) -> None:
    """The first violation, and the command that replays it."""
    point = result.crash_point
    for violation in result.verdict.violations[:1]:
        law = f"{translate(violation.law)} ({violation.law})"
        print_plain(console, f"{point}  {translate('broke')} {law}: {violation.what}")
    command = f"citybrain sim crash-points --seed {seed} --at {point}"
    print_plain(console, f"  {translate('replay')}  {command}")
