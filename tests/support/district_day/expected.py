"""What was to become of each case of the day, and whether it did. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

HANDLED_BY_CREW = ("dispatched", "working", "handled")
SENT = ("dispatched", "issued")  # as histories say that a crew was sent


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a case of a story ends. `words`: what happens in it; `codes`: steps that its history must
    hold; `orders_max`: of units, of all districts (0: nobody checks)."""

    words: str
    stage: str = "closed"
    dispositions: tuple[str, ...] = ("fixed",)
    codes: tuple[str, ...] = ()
    orders_max: int = 0


@dataclass(slots=True, kw_only=True)
class Case:
    """One row of the day. `case`: its id, once there is one; `problem`: what its story stumbled
    over; `faults`: what of its ending is not as it was to be."""

    number: int
    kind: str
    story: str
    ending: Ending
    case: str = ""
    label: str = ""
    ended_as: str = ""
    problem: str = ""
    faults: tuple[str, ...] = field(default_factory=tuple)

    @property
    def is_held(self) -> bool:
        return bool(self.case) and not self.problem and not self.faults

    def judge(self, found: Any) -> None:
        """`found`: the case as the district shows it when the day is over."""
        incident = found.incident
        self.label = incident.number
        codes = [entry.code for entry in found.history]
        sent = sum(entry.times or 1 for entry in found.history if entry.code in SENT)
        units = [slot.unit for slot in incident.slots if slot.unit]
        parts = (
            incident.stage,
            incident.disposition,
            f"{sent} sent" if sent else "",
            ", ".join(dict.fromkeys(units)),
            "reopened" if "reopened" in codes else "",
        )
        self.ended_as = " · ".join(part for part in parts if part)
        self.faults = tuple(self._faults(incident, codes, sent))

    def _faults(self, incident: Any, codes: Sequence[str], sent: int) -> list[str]:
        wanted, faults = self.ending, []
        if incident.stage != wanted.stage:
            faults.append(f"it is {incident.stage}, not {wanted.stage}")
        if wanted.dispositions and incident.disposition not in wanted.dispositions:
            is_to_be = " or ".join(wanted.dispositions)
            faults.append(f"it turned out {incident.disposition or 'nothing'}, not {is_to_be}")
        if incident.kind != self.kind:
            faults.append(f"it is {incident.kind}, not {self.kind}")
        faults += [f"it was never {code}" for code in wanted.codes if code not in codes]
        if wanted.orders_max and sent > wanted.orders_max:
            faults.append(f"{sent} crews were sent, at most {wanted.orders_max} should have been")
        if wanted.stage == "closed" and incident.merged_into:
            faults.append(f"it was merged into {incident.merged_into}")
        return faults
