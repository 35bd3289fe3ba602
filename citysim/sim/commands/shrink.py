"""`citybrain sim shrink`: the smallest part of a seed's scenario that breaks the same law."""

from rich.console import Console

from citybrain.system_clock import SystemClock
from citysim.demo.messages import Translator
from citysim.sim.commands.options import check_numbers
from citysim.sim.runs.batch import time_limit
from citysim.sim.runs.report.failures import print_shrunk
from citysim.sim.runs.report.printing import print_plain
from citysim.sim.runs.scenario_runner import PRODUCTION, ScenarioRunner
from citysim.sim.runs.scenario_spec import ScenarioSpec
from citysim.sim.runs.shrink.shrinker import Shrinker


def shrink_seed(
    spec: ScenarioSpec,
    translate: Translator,
    *,
    law: str,
    time_limit_s: float,
    runner: ScenarioRunner = PRODUCTION,
) -> int:
    """The exit code: 1 when the law is broken, 0 when there is nothing to shrink."""
    check_numbers(runner, spec)
    err = Console(stderr=True)
    shrinker = Shrinker(
        runner,
        law,
        may_continue=time_limit(time_limit_s, SystemClock()),
        report=lambda text: print_plain(err, f"• {text}"),
    )
    shrunk = shrinker.shrink(spec)
    print_shrunk(shrunk, translate, Console(), with_schedule=True)
    return 0 if shrunk.violation is None else 1
