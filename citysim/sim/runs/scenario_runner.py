"""How scenarios are drawn and run, as a value that can be sent to another process."""

from collections.abc import Callable
from typing import Protocol

from citybrain.structs import Struct
from citysim.sim.generator.scenarios import Size, scenario_of
from citysim.sim.oracle.verdict import RunCounts, Verdict, Violation
from citysim.sim.runs.scenario_spec import ScenarioSpec
from citysim.sim.scenario import Scenario
from citysim.sim.scenario_run import NO_UNEXPECTED_ERRORS, RunResult, run_scenario


class RunScenario(Protocol):
    """See `citysim.sim.scenario_run.run_scenario`."""

    def __call__(
        self,
        scenario: Scenario,
        *,
        keep_trace: bool = False,
        until_s: float | None = None,
        verbose: bool = False,
    ) -> RunResult: ...


class ScenarioRunner(Struct, frozen=True, kw_only=True):
    """Both are functions of a module, so that another process finds them by name."""

    draw: Callable[[int, str], Scenario]  # (seed, size)
    run: RunScenario

    def scenario(self, spec: ScenarioSpec) -> Scenario:
        return spec.apply(self.draw(spec.seed, spec.size))

    def run_spec(
        self, spec: ScenarioSpec, *, keep_trace: bool = False, verbose: bool = False
    ) -> RunResult:
        return self.run(
            self.scenario(spec), keep_trace=keep_trace, until_s=spec.until_s, verbose=verbose
        )

    def verdict(self, spec: ScenarioSpec) -> Verdict:
        """A run that raises breaks the law of no unexpected errors."""
        try:
            return self.run_spec(spec).verdict
        except Exception as error:  # noqa: BLE001 - supervision boundary: the other seeds go on
            what = f"the scenario could not be run to its end: {error!r}"
            return Verdict(
                seed=spec.seed,
                violations=(Violation(law=NO_UNEXPECTED_ERRORS, what=what),),
                checked=((NO_UNEXPECTED_ERRORS, 1),),
                ended_s=0.0,
                recovered_after_s=-1.0,
                digest="",
                counts=RunCounts(),
            )


def draw_scenario(seed: int, size: str) -> Scenario:
    """By the size's name, as command lines and reports write it."""
    return scenario_of(seed, Size(size))


PRODUCTION = ScenarioRunner(draw=draw_scenario, run=run_scenario)
