"""`citybrain sim boundaries`: one short story without other faults, told once for every boundary of every write, with the power going exactly there."""

import sys

from rich.console import Console

from citybrain.clock import SystemClock
from citysim.demo.words import Words
from citysim.sim.commands.replay import say_verdict
from citysim.sim.runs.boundaries import Edge, Struck, calm_story, strike, strikes
from citysim.sim.runs.run import Spread
from citysim.sim.runs.show.progress import meter
from citysim.sim.runs.teller import PRODUCTION, Teller


def all_boundaries(
    seed: int, words: Words, *, size: str, sample: int, spread: Spread, teller: Teller = PRODUCTION
) -> int:
    """The exit code: 0, or 1 when a law was broken."""
    out, err = Console(), Console(stderr=True)
    calm = calm_story(teller, seed, size=size)
    writes = ", ".join(f"{name} {count}" for name, count in calm.writes.items())
    err.print(f"{words('writes')}: {writes}", highlight=False, markup=False, soft_wrap=True)
    told: list[Struck] = []
    total = min(sample or len(calm.edges()), len(calm.edges()))
    with meter(total, words, err, SystemClock()) as gauge:
        for one in spread(strike, strikes(teller, calm, sample=sample)):
            told.append(one)
            gauge.shown(
                len(told),
                simulated_s=sum(o.verdict.ended_s for o in told),
                broken=sum(not o.verdict.kept for o in told),
            )
    broken = sorted(
        (one for one in told if not one.verdict.kept),
        key=lambda one: (one.edge.computer, one.edge.write, one.edge.boundary),
    )
    for one in broken:
        for found in one.verdict.broken[:1]:
            out.print(
                f"{one.edge}  {words('broke')} {words(found.law)} ({found.law}): {found.what}",
                highlight=False,
                markup=False,
                soft_wrap=True,
            )
        out.print(
            f"  {words('replay')}  citybrain sim boundaries --seed {seed} --at {one.edge}",
            highlight=False,
            markup=False,
            soft_wrap=True,
        )
    struck = sum(one.happened for one in told)
    line = f"{words('boundaries')}: {len(told)} · {words('struck')} {struck} · {words('no_such_boundary')} {len(told) - struck} · {words('broken')} {len(broken)}"
    out.print(line, style="bold red" if broken else "bold green", highlight=False)
    return 1 if broken else 0


def one_boundary(
    seed: int, edge: Edge, words: Words, *, size: str, teller: Teller = PRODUCTION
) -> int:
    """Its trace on standard output, words about it on standard error."""
    calm = calm_story(teller, seed, size=size)
    told = teller.tell(calm.struck(edge), keep_trace=True)
    for line in told.lines:
        sys.stdout.buffer.write(f"{line}\n".encode())
    sys.stdout.buffer.flush()
    say_verdict(told.verdict, words, Console(stderr=True))
    return 0 if told.verdict.kept else 1
