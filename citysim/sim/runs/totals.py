"""The totals of many runs. The order in which runs are added makes no difference."""

import hashlib
from collections import Counter
from dataclasses import dataclass, field

from citysim.sim.oracle.verdict import Verdict
from citysim.sim.scenario import Scenario

COUNTED = (  # fields of `RunCounts`
    "street_events",
    "incidents",
    "closed",
    "orders",
    "cross_district_orders",
    "records",
    "restarts",
    "steps",
)


@dataclass(slots=True)  # not a Struct: it adds up
class Totals:
    """`fingerprint` is of all verdicts: two runs of the same seeds give the same one."""

    seeds: int = 0
    broken_seeds: int = 0
    simulated_s: float = 0.0
    busy_s: float = 0.0  # processor time
    slowest_recovery_s: float = 0.0
    slowest_seed: int = 0
    fingerprint: int = 0
    counts: Counter[str] = field(default_factory=Counter)  # see `COUNTED`
    faults: Counter[str] = field(default_factory=Counter)  # by kind
    checked: Counter[str] = field(default_factory=Counter)  # by law
    broken: Counter[str] = field(default_factory=Counter)  # by law
    # incidents by kind and by a stage that they were in
    reached: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, scenario: Scenario, verdict: Verdict) -> None:
        self.seeds += 1
        self.broken_seeds += not verdict.kept
        self.simulated_s += verdict.ended_s
        self._add_recovery(verdict.recovered_after_s, verdict.seed)
        self.fingerprint ^= _fingerprint(verdict)
        for name in COUNTED:
            self.counts[name] += getattr(verdict.counts, name)
        self.faults.update(fault.kind for fault in scenario.faults if fault.at_s <= verdict.ended_s)
        for law, checked in verdict.checked:
            self.checked[law] += checked
        self.broken.update(violation.law for violation in verdict.violations)
        for kind, stage, count in verdict.reached:
            self.reached[kind, stage] += count

    def merge(self, other: "Totals") -> None:
        self.seeds += other.seeds
        self.broken_seeds += other.broken_seeds
        self.simulated_s += other.simulated_s
        self.busy_s += other.busy_s
        self._add_recovery(other.slowest_recovery_s, other.slowest_seed)
        self.fingerprint ^= other.fingerprint
        for mine, theirs in (
            (self.counts, other.counts),
            (self.faults, other.faults),
            (self.checked, other.checked),
            (self.broken, other.broken),
        ):
            mine.update(theirs)
        self.reached.update(other.reached)

    @property
    def times_real(self) -> float:
        """Simulated seconds per second of one processor core."""
        return self.simulated_s / self.busy_s if self.busy_s else 0.0

    def _add_recovery(self, recovery_s: float, seed: int) -> None:
        """Of two that took equally long the lower seed is kept."""
        if (recovery_s, -seed) > (self.slowest_recovery_s, -self.slowest_seed):
            self.slowest_recovery_s, self.slowest_seed = recovery_s, seed


def _fingerprint(verdict: Verdict) -> int:
    return int.from_bytes(hashlib.sha256(f"{verdict.seed} {verdict.digest}".encode()).digest()[:8])
