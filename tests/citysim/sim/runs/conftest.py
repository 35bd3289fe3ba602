"""Stories that are made up: which faults and happenings are there, and which of them together break a law from when on."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from citysim.sim.judge.verdict import Break, Tally, Verdict
from citysim.sim.runs.teller import Teller
from citysim.sim.scenario import CityPlan, Fault, Happening, Scenario
from citysim.sim.story import LIVENESS, Told
from citysim.sim.trace import Line

STORM_S, CALM_S = 100.0, 50.0


def scenario(seed: int, size: str = "town", *, faults: int = 12, happenings: int = 5) -> Scenario:
    """Fault n begins at 7 n seconds, happening n at 9 n seconds."""
    return Scenario(
        seed=seed,
        city=CityPlan(districts=()),
        happenings=tuple(
            Happening(number=n, at_s=9.0 * n, agent="box", lasts_s=0.0)
            for n in range(1, happenings + 1)
        ),
        faults=tuple(
            Fault(number=n, at_s=7.0 * n, kind="killed" if n % 2 else "link_cut", target="city")
            for n in range(1, faults + 1)
        ),
        storm_s=STORM_S,
        calm_s=CALM_S,
    )


@dataclass
class Fiction:
    """Breaks `law` `after_s` seconds after the last of what it needs has begun; the liveness law only where the story is told to its end."""

    faults: frozenset[int] = frozenset()
    happenings: frozenset[int] = frozenset()
    law: str = "nothing_lost"
    after_s: float = 3.3
    other: Callable[[set[int]], bool] = lambda _: (
        False
    )  # another law breaks too, by the faults that have begun
    storm_s: float = 0.0  # it needs a storm as long as that
    told: int = 0

    def tell(
        self,
        story: Scenario,
        *,
        keep_trace: bool = False,
        until_s: float | None = None,
        verbose: bool = False,
    ) -> Told:
        self.told += 1
        end_s = until_s if until_s is not None else story.storm_s + 10.0
        begun = [f for f in story.faults if f.at_s <= end_s]
        going = [h for h in story.happenings if h.at_s <= end_s]
        numbers, there = {f.number for f in begun}, {h.number for h in going}
        broken = [Break(law="another_law", what="another")] if self.other(numbers) else []
        if self.faults <= numbers and self.happenings <= there and story.storm_s >= self.storm_s:
            needed = [f.at_s for f in begun if f.number in self.faults] + [
                h.at_s for h in going if h.number in self.happenings
            ]
            if self.law == LIVENESS and until_s is None:
                broken.append(Break(law=LIVENESS, what="never"))
            elif self.law != LIVENESS and end_s >= max(needed, default=0.0) + self.after_s:
                broken.append(Break(law=self.law, what="lost"))
        lines = tuple(Line(f.at_s, "fault", f.kind) for f in begun) if keep_trace else ()
        verdict = Verdict(
            seed=story.seed,
            broken=tuple(broken),
            checked=(("nothing_lost", 10), ("another_law", 1)),
            ended_s=end_s,
            quiet_after_s=float(story.seed % 7),
            digest=f"{story.seed:016x}",
            tally=Tally(faults=len(begun), incidents=2, orders=3, records=40),
        )
        return Told(verdict=verdict, lines=lines)

    def teller(self) -> Teller:
        return Teller(draw=scenario, tell=self.tell)


@pytest.fixture(scope="session")
def fiction():
    return Fiction
