"""The unit of work of one worker: some seeds; their totals, and those that broke a law.

Small enough to be sent between machines.
"""

import resource
from collections.abc import Iterable, Iterator
from itertools import chain, islice, repeat

from citybrain.structs import Struct
from citysim.sim.oracle.verdict import Violation
from citysim.sim.runs.scenario_runner import ScenarioRunner
from citysim.sim.runs.scenario_spec import ScenarioSpec
from citysim.sim.runs.seeds import Seeds
from citysim.sim.runs.totals import Totals

MAX_SEEDS = 8  # of a chunk: a few seconds of work, so that progress shows
# where there are few seeds, so many chunks at least: no worker is to idle for long at the end
CHUNKS_PER_WORKER = 8


class Chunk(Struct, frozen=True, kw_only=True):
    runner: ScenarioRunner
    size: str
    seeds: tuple[int, ...]


class Failure(Struct, frozen=True, kw_only=True):
    """A seed that broke laws, with the first violation of each."""

    spec: ScenarioSpec
    violations: tuple[Violation, ...]


class ChunkResult(Struct, frozen=True, kw_only=True):
    totals: Totals
    failures: tuple[Failure, ...]


def chunks(seeds: Seeds, *, size: str, runner: ScenarioRunner, workers: int) -> Iterator[Chunk]:
    """The first chunks hold one seed each, so that progress shows soon."""
    length = max(1, min(MAX_SEEDS, len(seeds) // (workers * CHUNKS_PER_WORKER)))
    left, lengths = iter(seeds), chain(repeat(1, workers), repeat(length))
    while some := tuple(islice(left, next(lengths))):
        yield Chunk(runner=runner, size=size, seeds=some)


def run_chunk(chunk: Chunk) -> ChunkResult:
    """Runs every seed of it."""
    totals, failures, began_s = Totals(), [], _busy_s()
    for seed in chunk.seeds:
        spec = ScenarioSpec(seed=seed, size=chunk.size)
        verdict = chunk.runner.verdict(spec)
        totals.add(chunk.runner.scenario(spec), verdict)
        if verdict.violations:
            failures.append(Failure(spec=spec, violations=_first_by_law(verdict.violations)))
    totals.busy_s = _busy_s() - began_s
    return ChunkResult(totals=totals, failures=tuple(failures))


def _first_by_law(violations: Iterable[Violation]) -> tuple[Violation, ...]:
    firsts: dict[str, Violation] = {}
    for violation in violations:
        firsts.setdefault(violation.law, violation)
    return tuple(firsts.values())


def _busy_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
