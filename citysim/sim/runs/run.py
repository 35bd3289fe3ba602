"""Many seeds told wherever the work is spread to, and what came of them; then of every broken law the first seed that breaks it, made small."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol

from citybrain.clock import SECOND_US, Clock, SystemClock
from citysim.sim.runs.chunk import Failure, chunks, tell_chunk
from citysim.sim.runs.cut import Cut
from citysim.sim.runs.seeds import Seeds
from citysim.sim.runs.shrink.search import Search, Shrunk
from citysim.sim.runs.teller import Teller
from citysim.sim.runs.totals import Totals

FAILURES_KEPT = 1000  # told one by one; more are only counted
LOCATED_MOST = 20  # seeds of which the moment is looked for, beside those that are shrunk


class Spread(Protocol):
    """See `citysim.sim.runs.spread.spread` and `coordinator.ray_plane.spread.spread`, without where to."""

    def __call__(self, function: Callable[[Any], Any], items: Iterable[Any]) -> Iterator[Any]: ...


@dataclass(slots=True)
class Ran:
    """So far, or at the end. `failures` are in order of seeds at the end."""

    totals: Totals = field(default_factory=Totals)
    failures: list[Failure] = field(default_factory=list)


def run(
    seeds: Seeds,
    *,
    size: str,
    teller: Teller,
    spread: Spread,
    workers: int,
    stop_after: int = 0,
    on_told: Callable[[Ran], None] = lambda _: None,
) -> Ran:
    """Tell them all, or until so many (`stop_after`, 0: never) have broken a law."""
    ran = Ran()
    for told in spread(tell_chunk, chunks(seeds, size=size, teller=teller, workers=workers)):
        ran.totals.merge(told.totals)
        ran.failures += told.failures[: FAILURES_KEPT - len(ran.failures)]
        on_told(ran)
        if 0 < stop_after <= ran.totals.broken_seeds:
            break
    ran.failures.sort(key=lambda failure: failure.cut.seed)
    return ran


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A failing seed to be looked into. `is_whole`: shrunk; else only its moment is found."""

    teller: Teller
    cut: Cut
    law: str
    is_whole: bool
    within_s: float


def cases(failures: Sequence[Failure], teller: Teller, *, within_s: float) -> list[Case]:
    """The first seed of every law to be shrunk; of the next ones the moment."""
    first = {found.law: failure.cut for failure in reversed(failures) for found in failure.broken}
    whole = [
        Case(teller=teller, cut=cut, law=law, is_whole=True, within_s=within_s)
        for law, cut in sorted(first.items())
    ]
    rest = [f for f in failures if f.cut not in first.values()][:LOCATED_MOST]
    return whole + [
        Case(teller=teller, cut=f.cut, law=f.broken[0].law, is_whole=False, within_s=within_s)
        for f in rest
    ]


def look_into(case: Case) -> tuple[Case, Shrunk]:
    """What a worker does with one."""
    search = Search(case.teller, case.law, may_go_on=within(case.within_s, SystemClock()))
    return case, search.shrink(case.cut) if case.is_whole else search.locate(case.cut)


def within(seconds: float, clock: Clock) -> Callable[[], bool]:
    """Whether so much time has not yet passed since now."""
    return partial(_is_before, clock, clock.instant() + round(seconds * SECOND_US))


def _is_before(clock: Clock, end: int) -> bool:
    return clock.instant() < end
