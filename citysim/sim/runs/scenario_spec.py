"""The name of a scenario or of a part of it: seed, size, and what is left of it.

It has a command that replays it.
"""

from collections.abc import Iterable

from citybrain.structs import Struct, replace
from citysim.sim.runs.fault_text import format_fault
from citysim.sim.scenario import Fault, Scenario

TOWN = "town"  # the usual size


class ScenarioSpec(Struct, frozen=True, kw_only=True):
    """None: all of it, or as drawn. `faults` and `street_events` are the numbers that are left.

    `until_s`: run up to there only, and judge safety only. `schedule`: these faults in place of
    those that the seed draws.
    """

    seed: int
    size: str = TOWN
    faults: frozenset[int] | None = None
    street_events: frozenset[int] | None = None
    fault_phase_s: float | None = None
    until_s: float | None = None
    schedule: tuple[Fault, ...] | None = None

    def options(self) -> str:
        """As on a command line."""
        parts = [f"--seed {self.seed}"]
        if self.size != TOWN:
            parts.append(f"--size {self.size}")
        if self.until_s is not None:
            parts.append(f"--until {self.until_s:g}")
        if self.fault_phase_s is not None:
            parts.append(f"--fault-phase {self.fault_phase_s:g}")
        if self.faults is not None:
            parts.append(f"--faults {format_numbers(self.faults)}")
        if self.street_events is not None:
            parts.append(f"--street-events {format_numbers(self.street_events)}")
        parts += [f"--fault {format_fault(fault)}" for fault in self.schedule or ()]
        return " ".join(parts)

    def command(self) -> str:
        """The shortest command that replays it."""
        return f"citybrain sim replay {self.options()}"

    def apply(self, scenario: Scenario) -> Scenario:
        """The part of the seed's whole scenario that is left."""
        whole = scenario if self.schedule is None else replace(scenario, faults=self.schedule)
        part = whole.subset(faults=self.faults, street_events=self.street_events)
        if self.fault_phase_s is None or self.fault_phase_s >= part.fault_phase_s:
            return part
        begun = frozenset(e.number for e in part.street_events if e.at_s < self.fault_phase_s)
        return replace(
            part.subset(street_events=begun),
            fault_phase_s=self.fault_phase_s,
            faults=tuple(f for f in part.faults if f.at_s < self.fault_phase_s),
        )


def format_numbers(numbers: Iterable[int]) -> str:
    """As "3,7", or "none"."""
    return ",".join(str(number) for number in sorted(numbers)) or "none"


def parse_numbers(text: str) -> frozenset[int] | None:
    """The inverse; "" is all of them (None). Raises `ValueError`."""
    if not text:
        return None
    if text == "none":
        return frozenset()
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isdecimal() for part in parts):
        raise ValueError(
            f"{text!r} is no list of numbers. Write 3,7 or none; left out, it is all of them."
        )
    return frozenset(int(part) for part in parts)
