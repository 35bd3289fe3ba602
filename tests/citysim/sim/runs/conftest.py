"""A fake of the simulator: which faults and street events are needed for a violation, of which law,
and how soon it comes."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from citysim.sim.oracle.verdict import RunCounts, Verdict, Violation
from citysim.sim.runs.scenario_runner import ScenarioRunner
from citysim.sim.scenario import CitySpec, Fault, Scenario, StreetEvent
from citysim.sim.scenario_run import LIVENESS, RunResult
from citysim.sim.trace import TraceLine

FAULT_PHASE_S, RECOVERY_LIMIT_S = 100.0, 50.0


def scenario(
    seed: int, size: str = "town", *, faults: int = 12, street_events: int = 5
) -> Scenario:
    """Fault n begins at 7 n seconds, street event n at 9 n seconds."""
    return Scenario(
        seed=seed,
        city=CitySpec(districts=()),
        street_events=tuple(
            StreetEvent(number=n, at_s=9.0 * n, agent="box", duration_s=0.0)
            for n in range(1, street_events + 1)
        ),
        faults=tuple(
            Fault(number=n, at_s=7.0 * n, kind="killed" if n % 2 else "link_cut", target="city")
            for n in range(1, faults + 1)
        ),
        fault_phase_s=FAULT_PHASE_S,
        recovery_limit_s=RECOVERY_LIMIT_S,
    )


def never(_begun: set[int]) -> bool:
    return False


@dataclass
class FakeSimulator:
    """Breaks `law` `after_s` after the last of the needed faults and street events has begun;
    liveness only where a run is not cut short. `other`: whether another law breaks too, by the
    numbers of the faults that have begun. `fault_phase_s`: the phase must be as long as that."""

    faults: frozenset[int] = frozenset()
    street_events: frozenset[int] = frozenset()
    law: str = "nothing_lost"
    after_s: float = 3.3
    other: Callable[[set[int]], bool] = never
    fault_phase_s: float = 0.0
    runs: int = 0

    def run(
        self,
        scenario: Scenario,
        *,
        keep_trace: bool = False,
        until_s: float | None = None,
        verbose: bool = False,
    ) -> RunResult:
        self.runs += 1
        end_s = until_s if until_s is not None else scenario.fault_phase_s + 10.0
        faults = {f.number: f.at_s for f in scenario.faults if f.at_s <= end_s}
        street_events = {e.number: e.at_s for e in scenario.street_events if e.at_s <= end_s}
        begun = [f for f in scenario.faults if f.number in faults]
        violations = []
        if self.other(set(faults)):
            violations.append(Violation(law="another_law", what="another"))
        if (
            self.faults <= set(faults)
            and self.street_events <= set(street_events)
            and scenario.fault_phase_s >= self.fault_phase_s
        ):
            needed = [faults[n] for n in self.faults]
            needed += [street_events[n] for n in self.street_events]
            if self.law == LIVENESS and until_s is None:
                violations.append(Violation(law=LIVENESS, what="never"))
            elif self.law != LIVENESS and end_s >= max(needed, default=0.0) + self.after_s:
                violations.append(Violation(law=self.law, what="lost"))
        lines = tuple(TraceLine(f.at_s, "fault", f.kind) for f in begun) if keep_trace else ()
        verdict = Verdict(
            seed=scenario.seed,
            violations=tuple(violations),
            checked=(("nothing_lost", 10), ("another_law", 1)),
            ended_s=end_s,
            recovered_after_s=float(scenario.seed % 7),
            digest=f"{scenario.seed:016x}",
            counts=RunCounts(faults=len(begun), incidents=2, orders=3, records=40),
        )
        return RunResult(verdict=verdict, lines=lines)

    def runner(self) -> ScenarioRunner:
        return ScenarioRunner(draw=scenario, run=self.run)


@pytest.fixture(scope="session")
def fake():
    return FakeSimulator
