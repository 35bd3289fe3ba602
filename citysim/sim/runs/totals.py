"""What many stories came to, added up as they come: the order in which they come makes no difference."""

import hashlib
from collections import Counter
from dataclasses import dataclass, field

from citysim.sim.judge.verdict import Verdict
from citysim.sim.scenario import Scenario

COUNTED = ("happenings", "incidents", "closed", "orders", "foreign", "records", "starts", "turns")


@dataclass(slots=True)
class Totals:
    """`fingerprint` is of all verdicts: two runs of the same seeds give the same. `busy_s` is processor time."""

    seeds: int = 0
    broken_seeds: int = 0
    simulated_s: float = 0.0
    busy_s: float = 0.0
    slowest_calm_s: float = 0.0
    slowest_seed: int = 0
    fingerprint: int = 0
    counts: Counter[str] = field(default_factory=Counter)  # see `COUNTED`
    faults: Counter[str] = field(default_factory=Counter)  # by kind
    checked: Counter[str] = field(default_factory=Counter)  # by law
    broken: Counter[str] = field(default_factory=Counter)  # by law

    def add(self, scenario: Scenario, verdict: Verdict) -> None:
        """One more story."""
        self.seeds += 1
        self.broken_seeds += not verdict.kept
        self.simulated_s += verdict.ended_s
        self._calm(verdict.quiet_after_s, verdict.seed)
        self.fingerprint ^= _fingerprint(verdict)
        for name in COUNTED:
            self.counts[name] += getattr(verdict.tally, name)
        self.faults.update(fault.kind for fault in scenario.faults if fault.at_s <= verdict.ended_s)
        for law, checked in verdict.checked:
            self.checked[law] += checked
        self.broken.update(found.law for found in verdict.broken)

    def merge(self, other: "Totals") -> None:
        self.seeds += other.seeds
        self.broken_seeds += other.broken_seeds
        self.simulated_s += other.simulated_s
        self.busy_s += other.busy_s
        self._calm(other.slowest_calm_s, other.slowest_seed)
        self.fingerprint ^= other.fingerprint
        for mine, theirs in (
            (self.counts, other.counts),
            (self.faults, other.faults),
            (self.checked, other.checked),
            (self.broken, other.broken),
        ):
            mine.update(theirs)

    @property
    def times_real(self) -> float:
        """Simulated seconds per second of one processor core."""
        return self.simulated_s / self.busy_s if self.busy_s else 0.0

    def _calm(self, calm_s: float, seed: int) -> None:
        """Of two that took equally long the lower seed."""
        if (calm_s, -seed) > (self.slowest_calm_s, -self.slowest_seed):
            self.slowest_calm_s, self.slowest_seed = calm_s, seed


def _fingerprint(verdict: Verdict) -> int:
    return int.from_bytes(hashlib.sha256(f"{verdict.seed} {verdict.digest}".encode()).digest()[:8])
