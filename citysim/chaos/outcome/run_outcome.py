"""The outcome of each fault and of a whole chaos run: values and the counts of the summary."""

from collections.abc import Mapping, Sequence
from statistics import median

from citybrain.structs import Struct
from citysim.chaos.fault.kinds import Fault, FaultKind
from citysim.chaos.recovery.recovery_monitor import Recovery
from citysim.demo.outcome.run_statistics import RunStatistics
from citysim.laws.report import LawReport

LOSS_LAWS = ("nothing_lost",)
DUPLICATION_LAWS = ("nothing_twice", "one_unit_one_order", "one_slot_one_order")
# A run in which one of these had nothing to check proves nothing.
ALWAYS_CHECKED = (
    "nothing_lost",
    "nothing_twice",
    "one_unit_one_order",
    "same_state",
    "timers_fire",
    "no_frames",
)


class FaultOutcome(Struct, frozen=True, kw_only=True):
    """`fault` None: the start of the city. `skipped`: why it cannot be injected here.

    `violations`: those that no earlier reading had found.
    """

    fault: Fault | None
    recovery: Recovery | None = None
    skipped: str = ""
    checked: int = 0
    violations: tuple[str, ...] = ()


class KindStatistics(Struct, frozen=True, kw_only=True):
    """The faults of one kind. `p50_s`, `max_s`: of the times that their recoveries took."""

    kind: FaultKind
    done: int
    skipped: int
    not_recovered: int
    p50_s: float | None
    max_s: float | None


class ChaosOutcome(Struct, frozen=True, kw_only=True):
    """Everything that the summary shows.

    `recovery_failure`: what did not happen after the last fault; "" when all did. `impossible`: by
    kind, why it cannot be injected here.
    """

    seed: int
    net: str
    seconds: float
    faults: Sequence[FaultOutcome]
    laws: Sequence[LawReport]
    statistics: RunStatistics
    records: Mapping[str, int]
    deaths: Mapping[str, int]
    recovery_failure: str
    impossible: Mapping[FaultKind, str]

    @property
    def failures(self) -> tuple[str, ...]:
        """What went wrong, one sentence each; empty: nothing."""
        return (
            *self._violated_laws(),
            *self._passing_violations(),
            *(
                f"law {law.law} had nothing to check"
                for law in self.laws
                if not law.checked and law.law in ALWAYS_CHECKED
            ),
            *(
                f"fault {_number(one)} did not recover in time: {'; '.join(one.recovery.problems)}"
                for one in self.faults
                if one.recovery is not None and one.recovery.took_s is None
            ),
            *([self.recovery_failure] if self.recovery_failure else []),
        )

    @property
    def exit_code(self) -> int:
        return 1 if self.failures else 0

    def violations_of(self, laws: Sequence[str]) -> int:
        return sum(len(law.violations) for law in self.laws if law.law in laws)

    def by_kind(self) -> tuple[KindStatistics, ...]:
        """In the order of the table of faults; kinds that never came are left out."""
        rows = [self._kind(kind) for kind in FaultKind]
        return tuple(row for row in rows if row.done or row.skipped)

    def _violated_laws(self) -> list[str]:
        return [
            f"law {law.law} was violated {len(law.violations)} time(s), first: {law.violations[0]}"
            for law in self.laws
            if law.violations
        ]

    def _passing_violations(self) -> list[str]:
        """Violations that the last reading no longer finds."""
        last = {f"{law.law}: {sentence}" for law in self.laws for sentence in law.violations}
        return [
            f"law violated for a while, after fault {_number(one)}: {sentence}"
            for one in self.faults
            for sentence in one.violations
            if sentence not in last
        ]

    def _kind(self, kind: FaultKind) -> KindStatistics:
        of_kind = [one for one in self.faults if one.fault is not None and one.fault.kind is kind]
        recoveries = [one.recovery for one in of_kind if one.recovery is not None]
        took = [recovery.took_s for recovery in recoveries if recovery.took_s is not None]
        return KindStatistics(
            kind=kind,
            done=len(recoveries),
            skipped=sum(bool(one.skipped) for one in of_kind),
            not_recovered=len(recoveries) - len(took),
            p50_s=median(took) if took else None,
            max_s=max(took, default=None),
        )


def _number(one: FaultOutcome) -> str:
    return "0 (the start)" if one.fault is None else str(one.fault.number)
