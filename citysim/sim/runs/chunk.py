"""What one worker is given and gives back: some seeds; their totals, and those that broke a law. Small enough to be sent between machines."""

import resource
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice, repeat

from citysim.sim.judge.verdict import Break
from citysim.sim.runs.cut import Cut
from citysim.sim.runs.seeds import Seeds
from citysim.sim.runs.teller import Teller
from citysim.sim.runs.totals import Totals

SEEDS_MOST = 8  # in a chunk: a few seconds of work, so that progress is seen
CHUNKS_A_WORKER = (
    8  # at least, where there are few seeds: so that no worker is idle for long at the end
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    teller: Teller
    size: str
    seeds: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A seed that broke laws: of each the first break."""

    cut: Cut
    broken: tuple[Break, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChunkTold:
    totals: Totals
    failures: tuple[Failure, ...]


def chunks(seeds: Seeds, *, size: str, teller: Teller, workers: int) -> Iterator[Chunk]:
    """The first ones of one seed each, so that something is seen soon."""
    length = max(1, min(SEEDS_MOST, len(seeds) // (workers * CHUNKS_A_WORKER)))
    left, lengths = iter(seeds), chain(repeat(1, workers), repeat(length))
    while some := tuple(islice(left, next(lengths))):
        yield Chunk(teller=teller, size=size, seeds=some)


def tell_chunk(chunk: Chunk) -> ChunkTold:
    """Tell every seed of it."""
    totals, failures, began_s = Totals(), [], _busy_s()
    for seed in chunk.seeds:
        cut = Cut(seed=seed, size=chunk.size)
        verdict = chunk.teller.verdict(cut)
        totals.add(chunk.teller.scenario(cut), verdict)
        if verdict.broken:
            failures.append(Failure(cut=cut, broken=_firsts(verdict.broken)))
    totals.busy_s = _busy_s() - began_s
    return ChunkTold(totals=totals, failures=tuple(failures))


def _firsts(broken: Iterable[Break]) -> tuple[Break, ...]:
    """Of every law."""
    firsts: dict[str, Break] = {}
    for found in broken:
        firsts.setdefault(found.law, found)
    return tuple(firsts.values())


def _busy_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
