"""`citybrain sim replay`: the trace of one run, alone on standard output.

The verdict goes to standard error.
"""

import os
import sys

from rich.console import Console

from citysim.demo.messages import Translator
from citysim.sim.commands.options import check_numbers
from citysim.sim.oracle.verdict import Verdict
from citysim.sim.runs.report.printing import print_plain
from citysim.sim.runs.report.trace_view import TraceView, text
from citysim.sim.runs.scenario_runner import PRODUCTION, ScenarioRunner
from citysim.sim.runs.scenario_spec import ScenarioSpec


def replay_seed(
    spec: ScenarioSpec,
    view: TraceView,
    translate: Translator,
    *,
    verbose: bool,
    runner: ScenarioRunner = PRODUCTION,
) -> int:
    """The exit code: 0, or 1 when a law was broken."""
    check_numbers(runner, spec)
    result = runner.run_spec(spec, keep_trace=True, verbose=verbose)
    try:
        for line in text(result.lines, view):
            sys.stdout.buffer.write(f"{line}\n".encode())
        sys.stdout.buffer.flush()
    except BrokenPipeError:  # the reader has closed the pipe
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    print_verdict(result.verdict, translate, Console(stderr=True))
    return 0 if result.verdict.kept else 1


def print_verdict(verdict: Verdict, translate: Translator, console: Console) -> None:
    """In a line, and one for each violation."""
    parts = [
        f"{translate('of_seed')} {verdict.seed}",
        f"{translate('ended')} {verdict.ended_s:.1f} s",
    ]
    if verdict.recovered_after_s >= 0:
        parts.append(f"{translate('recovered_after')} {verdict.recovered_after_s:g} s")
    parts += [
        f"{translate(name)} {getattr(verdict.counts, name)}"
        for name in ("faults", "incidents", "orders", "restarts", "records")
    ]
    print_plain(console, " · ".join([*parts, f"{translate('digest')} {verdict.digest}"]))
    for violation in verdict.violations:
        law = f"{translate(violation.law)} ({violation.law})"
        print_plain(console, f"{translate('broke')} {law}: {violation.what}", style="bold red")
    if verdict.kept:
        console.print(translate("all_kept"), style="green", highlight=False)
