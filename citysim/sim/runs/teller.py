"""Whoever draws and tells stories, as a value that can be sent to another process; and the one that everybody uses."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from citysim.sim.draw import Size, scenario_of
from citysim.sim.judge.verdict import Break, Tally, Verdict
from citysim.sim.runs.cut import Cut
from citysim.sim.scenario import Scenario
from citysim.sim.story import NO_BUG, Told, tell


class Tell(Protocol):
    """See `citysim.sim.story.tell`."""

    def __call__(
        self,
        scenario: Scenario,
        *,
        keep_trace: bool = False,
        until_s: float | None = None,
        verbose: bool = False,
    ) -> Told: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Teller:
    """Both are functions of a module, so that they can be named to another process."""

    draw: Callable[[int, str], Scenario]  # seed, size
    tell: Tell

    def scenario(self, cut: Cut) -> Scenario:
        return cut.of(self.draw(cut.seed, cut.size))

    def told(self, cut: Cut, *, keep_trace: bool = False, verbose: bool = False) -> Told:
        return self.tell(
            self.scenario(cut), keep_trace=keep_trace, until_s=cut.until_s, verbose=verbose
        )

    def verdict(self, cut: Cut) -> Verdict:
        """Of a story that cannot be told to its end, that this is so."""
        try:
            return self.told(cut).verdict
        except Exception as error:  # noqa: BLE001 - supervision boundary: whatever stops one story is told, and the others go on
            broken = Break(law=NO_BUG, what=f"the story could not be told to its end: {error!r}")
            return Verdict(
                seed=cut.seed,
                broken=(broken,),
                checked=((NO_BUG, 1),),
                ended_s=0.0,
                quiet_after_s=-1.0,
                digest="",
                tally=Tally(),
            )


def drawn(seed: int, size: str) -> Scenario:
    """By the name of the size, as command lines and reports write it."""
    return scenario_of(seed, Size(size))


PRODUCTION = Teller(draw=drawn, tell=tell)  # seeds as they are drawn, told with production's code
