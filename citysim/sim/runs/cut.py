"""A story or a part of it, as its name: seed, size, and which of its faults and happenings are left. It has a command that replays it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from citysim.sim.runs import plan
from citysim.sim.scenario import Fault, Scenario

TOWN = "town"  # the usual size


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """None: all of it. `until_s`: only up to there, and then only what must never happen is judged. `storm_s`: the storm is shorter.

    `plan`: these faults in place of those that the seed draws (which are others when the table of faults has changed).
    """

    seed: int
    size: str = TOWN
    faults: frozenset[int] | None = None
    happenings: frozenset[int] | None = None
    storm_s: float | None = None
    until_s: float | None = None
    plan: tuple[Fault, ...] | None = None

    def options(self) -> str:
        """As on a command line."""
        parts = [f"--seed {self.seed}"]
        parts += [f"--size {self.size}"] if self.size != TOWN else []
        parts += [f"--until {self.until_s:g}"] if self.until_s is not None else []
        parts += [f"--storm {self.storm_s:g}"] if self.storm_s is not None else []
        parts += [f"--faults {written(self.faults)}"] if self.faults is not None else []
        parts += [f"--happenings {written(self.happenings)}"] if self.happenings is not None else []
        parts += [f"--fault {plan.written(fault)}" for fault in self.plan or ()]
        return " ".join(parts)

    def command(self) -> str:
        """The shortest that replays it."""
        return f"citybrain sim replay {self.options()}"

    def of(self, scenario: Scenario) -> Scenario:
        """The part of the whole story that is left."""
        whole = scenario if self.plan is None else replace(scenario, faults=self.plan)
        part = whole.only(faults=self.faults, happenings=self.happenings)
        if self.storm_s is None or self.storm_s >= part.storm_s:
            return part
        return replace(
            part,
            storm_s=self.storm_s,
            faults=tuple(f for f in part.faults if f.at_s < self.storm_s),
            happenings=tuple(h for h in part.happenings if h.at_s < self.storm_s),
        )


def written(numbers: Iterable[int]) -> str:
    """ "3,7", or "none"."""
    return ",".join(str(number) for number in sorted(numbers)) or "none"


def read_numbers(text: str) -> frozenset[int] | None:
    """The other way round; "" is all of them (None). Raises `ValueError`."""
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
