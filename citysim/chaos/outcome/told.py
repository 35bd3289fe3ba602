"""What came of each fault, and what a run came to: values, and the counts that the summary shows. Draws nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from citysim.chaos.fault.kinds import Fault, FaultKind
from citysim.chaos.heal.recovery import Recovery
from citysim.demo.outcome.account import Account
from citysim.laws.report import LawReport

LOST, DOUBLE = ("nothing_lost",), ("nothing_twice", "one_unit_one_order", "one_slot_one_order")
ALWAYS_JUDGED = (
    "nothing_lost",
    "nothing_twice",
    "one_unit_one_order",
    "same_state",
    "timers_fire",
    "no_frames",
)  # a run that gave them nothing was no run


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """`fault` None: the start of the city. `skipped`: why it cannot be done here. `broken`: what no reading before it had found."""

    fault: Fault | None
    recovery: Recovery | None = None
    skipped: str = ""
    checked: int = 0
    broken: tuple[str, ...] = ()

    @property
    def failed(self) -> bool:
        return bool(self.broken) or (self.recovery is not None and self.recovery.took_s is None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One kind of fault."""

    kind: FaultKind
    done: int
    skipped: int
    not_over: int
    p50_s: float | None
    most_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Everything that the summary shows. `calm`: what did not happen after the last fault, "" when all did."""

    seed: int
    net: str
    seconds: float
    told: Sequence[Told]
    laws: Sequence[LawReport]
    account: Account
    records: Mapping[str, int]
    deaths: Mapping[str, int]
    calm: str
    impossible: Mapping[FaultKind, str]

    @property
    def missing(self) -> tuple[str, ...]:
        """What went wrong, one sentence each; empty: all was kept."""
        found = [
            f"law {law.law} was broken {len(law.broken)} time(s), first: {law.broken[0]}"
            for law in self.laws
            if law.broken
        ]
        last = {f"{law.law}: {sentence}" for law in self.laws for sentence in law.broken}
        found += [
            f"law broken for a while, after fault {_number(t)}: {sentence}"
            for t in self.told
            for sentence in t.broken
            if sentence not in last
        ]
        found += [
            f"law {law.law} had nothing to judge"
            for law in self.laws
            if not law.checked and law.law in ALWAYS_JUDGED
        ]
        found += [
            f"fault {_number(t)} was not over in time: {'; '.join(t.recovery.lacks)}"
            for t in self.told
            if t.recovery and t.recovery.took_s is None
        ]
        return (*found, *([self.calm] if self.calm else []))

    @property
    def exit_code(self) -> int:
        return 1 if self.missing else 0

    def broken_of(self, laws: Sequence[str]) -> int:
        return sum(len(law.broken) for law in self.laws if law.law in laws)

    def rows(self) -> tuple[Row, ...]:
        """By kind, in the order of the table; kinds that never came are left out."""
        return tuple(row for kind in FaultKind if (row := self._row(kind)).done or row.skipped)

    def _row(self, kind: FaultKind) -> Row:
        of_kind = [told for told in self.told if told.fault is not None and told.fault.kind is kind]
        tried = [told.recovery for told in of_kind if told.recovery is not None]
        took = [recovery.took_s for recovery in tried if recovery.took_s is not None]
        return Row(
            kind=kind,
            done=len(tried),
            skipped=sum(bool(told.skipped) for told in of_kind),
            not_over=len(tried) - len(took),
            p50_s=median(took) if took else None,
            most_s=max(took, default=None),
        )


def _number(told: Told) -> str:
    return "0 (the start)" if told.fault is None else str(told.fault.number)
