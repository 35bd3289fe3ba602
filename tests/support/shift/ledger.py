"""What the shift is about, case by case, and what is judged at its end. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field


@dataclass(slots=True, kw_only=True)
class Case:
    """One case. `ends`: the stage and what it may turn out to be, as the desk's codes; `raised_us`:
    when the street or a caller began it; `shown_ms`: when its row was painted at the desk."""

    what: str
    kind: str
    ends: tuple[str, tuple[str, ...]] = ("closed", ("fixed",))
    sensor: str = ""
    raised_us: int = 0
    shown_ms: int = 0
    id: str = ""
    number: str = ""
    stage: str = ""
    disposition: str = ""

    @property
    def fault(self) -> str:
        """Why it did not end as it should; empty: it did."""
        stage, turned_out = self.ends
        if not self.id:
            return "it never came"
        if self.stage != stage:
            return f"it is {self.stage or 'unread'}, not {stage}"
        if turned_out and self.disposition not in turned_out:
            return f"it turned out {self.disposition or 'nothing'}, not {' or '.join(turned_out)}"
        return ""

    @property
    def latency_ms(self) -> float | None:
        """From the reading that began it to the row on the screen; None: nobody measured."""
        if not self.sensor or not self.raised_us or not self.shown_ms:
            return None
        return self.shown_ms - self.raised_us / 1000


@dataclass(slots=True)
class Ledger:
    """`seen`: what was to be seen on screens, once it was; `failures`: what was not."""

    wanted: Sequence[str]
    cases: list[Case] = field(default_factory=list)
    seen: dict[str, str] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    answers: list[tuple[str, str, str]] = field(default_factory=list)  # unit, order, answer

    def faults(self) -> list[str]:
        """Everything that keeps the shift from having been held; empty: it was."""
        return [
            *self.failures,
            *(f"{one.number or one.what}: {one.fault}" for one in self.cases if one.fault),
            *(f"not seen: {one}" for one in self.wanted if one not in self.seen),
            *twice(self.answers),
        ]

    def latencies_ms(self) -> list[float]:
        return sorted(one.latency_ms for one in self.cases if one.latency_ms is not None)


def twice(answers: Iterable[tuple[str, str, str]]) -> list[str]:
    """Orders that a crew was given twice: each is accepted once."""
    accepted = Counter((unit, order) for unit, order, answer in answers if answer == "accept")
    return [f"{unit} accepted {order} {n} times" for (unit, order), n in accepted.items() if n > 1]


def share(values: Sequence[float], part: float) -> float:
    """The smallest of the sorted `values` that so great a part of them does not exceed."""
    if not values:
        raise ValueError("no values: nothing was measured")
    return values[max(0, -(-round(part * 100) * len(values) // 100) - 1)]
