"""Many seeds run in parallel, and the result; then the failing seeds investigated."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from citybrain.clock import SECOND_US, Clock
from citybrain.structs import Struct
from citybrain.system_clock import SystemClock
from citysim.sim.runs.chunk import Failure, chunks, run_chunk
from citysim.sim.runs.scenario_runner import ScenarioRunner
from citysim.sim.runs.scenario_spec import ScenarioSpec
from citysim.sim.runs.seeds import Seeds
from citysim.sim.runs.shrink.shrinker import Shrinker, ShrinkResult
from citysim.sim.runs.totals import Totals

MAX_FAILURES = 1000  # reported one by one; more are only counted
MAX_LOCATED = 20  # failing seeds whose moment is searched, beside those that are shrunk

T = TypeVar("T")
R = TypeVar("R")


class ParallelMap(Protocol):
    """`function` of every item, in any order: on this machine's cores, or on Ray."""

    def __call__(self, function: Callable[[T], R], items: Iterable[T]) -> Iterator[R]: ...


@dataclass(slots=True)  # not a Struct: it grows
class BatchResult:
    """So far, or at the end. `failures` are by seed at the end."""

    totals: Totals = field(default_factory=Totals)
    failures: list[Failure] = field(default_factory=list)


def run_batch(
    seeds: Seeds,
    *,
    size: str,
    runner: ScenarioRunner,
    parallel_map: ParallelMap,
    workers: int,
    stop_after: int = 0,
    on_result: Callable[[BatchResult], None] = lambda _: None,
) -> BatchResult:
    """Runs every seed, or until `stop_after` seeds (0: never) have broken a law."""
    result = BatchResult()
    for chunk in parallel_map(run_chunk, chunks(seeds, size=size, runner=runner, workers=workers)):
        result.totals.merge(chunk.totals)
        result.failures += chunk.failures[: MAX_FAILURES - len(result.failures)]
        on_result(result)
        if 0 < stop_after <= result.totals.broken_seeds:
            break
    result.failures.sort(key=lambda failure: failure.spec.seed)
    return result


class Investigation(Struct, frozen=True, kw_only=True):
    """A failing seed to be investigated: shrunk where `shrinks`, else only its moment is found."""

    runner: ScenarioRunner
    spec: ScenarioSpec
    law: str
    shrinks: bool
    time_limit_s: float


def investigations(
    failures: Sequence[Failure], runner: ScenarioRunner, *, time_limit_s: float
) -> list[Investigation]:
    """The first seed of every broken law is shrunk; of the next seeds the moment is found."""

    def make(spec: ScenarioSpec, law: str, *, shrinks: bool) -> Investigation:
        return Investigation(
            runner=runner, spec=spec, law=law, shrinks=shrinks, time_limit_s=time_limit_s
        )

    first = {
        violation.law: failure.spec
        for failure in reversed(failures)
        for violation in failure.violations
    }
    shrunk = [make(spec, law, shrinks=True) for law, spec in sorted(first.items())]
    rest = [f for f in failures if f.spec not in first.values()][:MAX_LOCATED]
    return shrunk + [make(f.spec, f.violations[0].law, shrinks=False) for f in rest]


def investigate(case: Investigation) -> tuple[Investigation, ShrinkResult]:
    """What a worker does with one."""
    may_continue = time_limit(case.time_limit_s, SystemClock())
    shrinker = Shrinker(case.runner, case.law, may_continue=may_continue)
    return case, shrinker.shrink(case.spec) if case.shrinks else shrinker.locate(case.spec)


def time_limit(seconds: float, clock: Clock) -> Callable[[], bool]:
    """True until so many seconds from now have passed."""
    end = clock.instant() + round(seconds * SECOND_US)
    return lambda: clock.instant() < end
