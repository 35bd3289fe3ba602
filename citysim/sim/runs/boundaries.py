"""The power goes at every write of every computer: before, during and after it, one story each. Each is told to its end and judged."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from random import Random  # noqa: TID251 - one seed is one story

from citybrain.journal.memory import Boundary
from citysim.sim.judge.rest import is_quiet
from citysim.sim.judge.verdict import Verdict
from citysim.sim.runs.cut import TOWN, Cut
from citysim.sim.runs.teller import Teller
from citysim.sim.scenario import Fault, Scenario
from citysim.sim.stage import Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """One boundary: of the write with this number (1 is the first) of this computer's disk."""

    computer: str
    write: int
    boundary: Boundary

    def __str__(self) -> str:
        return f"{self.computer}:{self.write}:{self.boundary}"

    def fault(self, lasts_s: float) -> Fault:
        return Fault(
            number=1,
            at_s=0.0,
            kind=f"dies_{self.boundary}_commit",
            target=self.computer,
            lasts_s=lasts_s,
            amount=float(self.write),
        )


def read_edge(text: str) -> Edge:
    """ "district/north:17:during". Raises `ValueError`."""
    computer, _, rest = text.partition(":")
    write, _, boundary = rest.partition(":")
    if not computer or not write.isdecimal() or boundary not in tuple(Boundary):
        raise ValueError(
            f"{text!r} is no boundary. Write COMPUTER:WRITE:before, :during or :after, as district/north:17:during."
        )
    return Edge(computer=computer, write=int(write), boundary=Boundary(boundary))


@dataclass(frozen=True, slots=True, kw_only=True)
class Calm:
    """A seed's story without faults: it is all storm, so that a strike may come at any time, and how often each computer writes."""

    scenario: Scenario
    writes: Mapping[str, int]

    def edges(self) -> list[Edge]:
        return [
            Edge(computer=c, write=n, boundary=b)
            for c, writes in self.writes.items()
            for n in range(1, writes + 1)
            for b in Boundary
        ]

    def struck(self, edge: Edge) -> Scenario:
        return replace(self.scenario, faults=(edge.fault(self.scenario.storm_s),))


def calm_story(teller: Teller, seed: int, *, size: str = TOWN) -> Calm:
    """Tell it without faults, and count."""
    whole = teller.scenario(Cut(seed=seed, size=size, faults=frozenset()))
    stage = Stage(whole)
    stage.storm()
    stage.calm(is_quiet)
    writes = {name: computer.disk.writes for name, computer in stage.world.computers.items()}
    long = replace(whole, storm_s=stage.world.loop.time())
    stage.close()
    return Calm(scenario=long, writes=writes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Strike:
    """As it is sent to a worker."""

    teller: Teller
    edge: Edge
    scenario: Scenario


@dataclass(frozen=True, slots=True, kw_only=True)
class Struck:
    """`happened`: the disk came to that boundary (not every write has a middle)."""

    edge: Edge
    happened: bool
    verdict: Verdict


def strikes(teller: Teller, calm: Calm, *, sample: int = 0) -> Iterator[Strike]:
    """All of them, or so many by chance (the same for the same story)."""
    edges = calm.edges()
    if 0 < sample < len(edges):
        edges = Random(calm.scenario.seed).sample(edges, sample)
    return (Strike(teller=teller, edge=edge, scenario=calm.struck(edge)) for edge in edges)


def strike(what: Strike) -> Struck:
    """What a worker does with one."""
    verdict = what.teller.tell(what.scenario).verdict
    return Struck(edge=what.edge, happened=verdict.tally.starts > 0, verdict=verdict)
