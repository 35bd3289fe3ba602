"""From a scenario that breaks a law to the smallest part of it that breaks the same law.

Smaller in four ways: it ends earlier, has fewer faults, fewer street events, a shorter fault phase.
"""

from collections.abc import Callable

from citybrain.structs import Struct, replace
from citysim.sim.oracle.verdict import Violation
from citysim.sim.runs.scenario_runner import ScenarioRunner
from citysim.sim.runs.scenario_spec import ScenarioSpec
from citysim.sim.runs.shrink.bisection import earliest
from citysim.sim.runs.shrink.ddmin import ddmin
from citysim.sim.scenario import Fault, StreetEvent
from citysim.sim.scenario_run import FINAL_HEAD
from citysim.sim.trace import TraceLine

LAST_LINES = 15  # of the trace before the violation
MAX_LINE_CHARS = 160
SLACK_S = 20.0  # with fewer faults the same violation may come somewhat later
FAULT_PHASE_STEP_S = 5.0

Report = Callable[[str], None]


class ShrinkResult(Struct, frozen=True, kw_only=True):
    """`violation` None: the whole scenario breaks no law. `is_minimal`: the time sufficed."""

    spec: ScenarioSpec
    law: str
    violation: Violation | None
    is_minimal: bool
    scenario_runs: int
    faults: tuple[Fault, ...] = ()
    street_events: tuple[StreetEvent, ...] = ()
    lines: tuple[str, ...] = ()  # the last of the trace before the violation


class Shrinker:
    """Runs parts of one scenario and remembers each result.

    Only violations of `law` count; "" stands for the law that the whole scenario breaks first.
    """

    def __init__(
        self,
        runner: ScenarioRunner,
        law: str = "",
        *,
        may_continue: Callable[[], bool] = lambda: True,
        report: Report = lambda _: None,
    ) -> None:
        self._runner, self._law = runner, law
        self._may_continue, self._report = may_continue, report
        self._known: dict[ScenarioSpec, tuple[Violation | None, float]] = {}
        self._was_stopped = False

    def shrink(self, spec: ScenarioSpec) -> ShrinkResult:
        """As small as it gets."""
        if not self._choose_law(spec):
            return self._result(spec)
        spec = self._end_at_violation(spec)
        spec = self._with_fewer_faults(self._with_slack(spec))
        spec = self._with_fewer_street_events(spec)
        spec = self._with_shorter_fault_phase(spec)
        return self._result(self._simplified(self._end_at_violation(spec)))

    def locate(self, spec: ScenarioSpec) -> ShrinkResult:
        """Finds the moment only; faults and street events stay."""
        return self._result(self._end_at_violation(spec) if self._choose_law(spec) else spec)

    def violation(self, spec: ScenarioSpec) -> Violation | None:
        """The first violation of the law."""
        return self._run(spec)[0]

    def _choose_law(self, spec: ScenarioSpec) -> bool:
        """Runs the whole scenario; the law that it breaks is the one from here on."""
        found = self.violation(spec)
        if found is not None:
            self._law = found.law
            self._report(f"{spec.options()} breaks {found.law}: {found.what}")
        return found is not None

    def _end_at_violation(self, spec: ScenarioSpec) -> ScenarioSpec:
        """Ends where the law is first broken. A liveness violation has no such moment."""
        end_s = self._run(spec)[1]
        if self.violation(replace(spec, until_s=end_s)) is None:
            return spec
        at_s = earliest(
            lambda at_s: self.violation(replace(spec, until_s=at_s)) is not None,
            end_s,
            may_continue=self._continues,
        )
        until_s = at_s if self.violation(replace(spec, until_s=at_s)) else end_s
        self._report(f"broken at {until_s:g} s (the run ended at {end_s:.1f} s)")
        return replace(spec, until_s=until_s)

    def _with_slack(self, spec: ScenarioSpec) -> ScenarioSpec:
        """A little longer, where it is still broken then."""
        if spec.until_s is None:
            return spec
        longer = replace(spec, until_s=spec.until_s + SLACK_S)
        return longer if self.violation(longer) is not None else spec

    def _with_fewer_faults(self, spec: ScenarioSpec) -> ScenarioSpec:
        begun = [fault.number for fault in self._begun(spec)[0]]
        kept = ddmin(
            begun,
            lambda some: self.violation(replace(spec, faults=frozenset(some))) is not None,
            may_continue=self._continues,
        )
        self._report(f"{len(kept)} of {len(begun)} fault(s) are needed")
        return replace(spec, faults=frozenset(kept)) if len(kept) < len(begun) else spec

    def _with_fewer_street_events(self, spec: ScenarioSpec) -> ScenarioSpec:
        begun = [street_event.number for street_event in self._begun(spec)[1]]
        kept = ddmin(
            begun,
            lambda some: self.violation(replace(spec, street_events=frozenset(some))) is not None,
            may_continue=self._continues,
        )
        self._report(f"{len(kept)} of {len(begun)} street event(s) are needed")
        return replace(spec, street_events=frozenset(kept)) if len(kept) < len(begun) else spec

    def _with_shorter_fault_phase(self, spec: ScenarioSpec) -> ScenarioSpec:
        """For liveness: a phase that ends sooner leaves out what would have begun later."""
        if spec.until_s is not None:
            return spec
        whole_s = self._runner.scenario(spec).fault_phase_s
        at_s = earliest(
            lambda at_s: self.violation(replace(spec, fault_phase_s=at_s)) is not None,
            whole_s,
            step_s=FAULT_PHASE_STEP_S,
            may_continue=self._continues,
        )
        if at_s >= whole_s or self.violation(replace(spec, fault_phase_s=at_s)) is None:
            return spec
        self._report(f"a fault phase of {at_s:g} s (of {whole_s:g} s) suffices")
        return replace(spec, fault_phase_s=at_s)

    def _simplified(self, spec: ScenarioSpec) -> ScenarioSpec:
        """Without lists of numbers, where the same faults and street events begin anyhow."""
        for without in ("faults", "street_events"):
            simpler = replace(spec, **{without: None})
            if self._begun(simpler) == self._begun(spec) and self.violation(simpler) is not None:
                spec = simpler
        return spec

    def _result(self, spec: ScenarioSpec) -> ShrinkResult:
        found, (faults, street_events) = self.violation(spec), self._begun(spec)
        lines: tuple[TraceLine, ...] = ()
        if found is not None:
            lines = self._runner.run_spec(spec, keep_trace=True, verbose=True).lines
        before = [line for line in lines if line.what != FINAL_HEAD]
        return ShrinkResult(
            spec=spec,
            law=self._law,
            violation=found,
            is_minimal=not self._was_stopped,
            scenario_runs=len(self._known),
            faults=faults,
            street_events=street_events,
            lines=tuple(shortened(line) for line in before[-LAST_LINES:]),
        )

    def _begun(self, spec: ScenarioSpec) -> tuple[tuple[Fault, ...], tuple[StreetEvent, ...]]:
        """What begins before the run ends."""
        scenario = self._runner.scenario(spec)
        end_s = spec.until_s
        if end_s is None:
            end_s = scenario.fault_phase_s + scenario.recovery_limit_s
        return (
            tuple(f for f in scenario.faults if f.at_s <= end_s),
            tuple(e for e in scenario.street_events if e.at_s <= end_s),
        )

    def _run(self, spec: ScenarioSpec) -> tuple[Violation | None, float]:
        """(the first violation of the law, when the run ended)."""
        if spec not in self._known:
            verdict = self._runner.verdict(spec)
            matching = (v for v in verdict.violations if not self._law or v.law == self._law)
            self._known[spec] = (next(matching, None), verdict.ended_s)
        return self._known[spec]

    def _continues(self) -> bool:
        self._was_stopped = self._was_stopped or not self._may_continue()
        return not self._was_stopped


def shortened(line: TraceLine) -> str:
    """On one line of a screen."""
    text = str(line).replace("\n", " ")
    return text if len(text) <= MAX_LINE_CHARS else f"{text[: MAX_LINE_CHARS - 1]}…"
