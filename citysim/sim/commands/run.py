"""`citybrain sim run`: many seeds, with progress, a summary, and every failing seed explained."""

import signal
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from citybrain.clock import SECOND_US, Clock, SystemClock
from citysim.demo.words import Words
from citysim.sim.commands.terms import spread_to
from citysim.sim.runs.run import FAILURES_KEPT, Ran, cases, look_into, run
from citysim.sim.runs.seeds import Seeds
from citysim.sim.runs.show.document import as_json
from citysim.sim.runs.show.failing import show_failure, show_shrunk
from citysim.sim.runs.show.progress import meter
from citysim.sim.runs.show.summary import show
from citysim.sim.runs.shrink.search import Shrunk
from citysim.sim.runs.teller import PRODUCTION, Teller


def run_seeds(
    seeds: Seeds,
    words: Words,
    *,
    size: str,
    workers: int,
    ray: str,
    report: Path | None,
    stop_after: int,
    shrink_s: float,
    teller: Teller = PRODUCTION,
) -> int:
    """The exit code: 0, or 1 when a law was broken. Ctrl-C shows what was told so far, then goes on as an interruption."""
    out, err, clock = Console(), Console(stderr=True), SystemClock()
    began, ran, interrupted = clock.instant(), Ran(), False

    def keep(so_far: Ran) -> None:
        nonlocal ran
        ran = so_far
        gauge.shown(
            so_far.totals.seeds,
            simulated_s=so_far.totals.simulated_s,
            broken=so_far.totals.broken_seeds,
        )

    spread = spread_to(workers, ray)
    signal.signal(
        signal.SIGTERM, signal.default_int_handler
    )  # as Ctrl-C: what was told so far is shown
    try:
        with meter(len(seeds), words, err, clock) as gauge:
            run(
                seeds,
                size=size,
                teller=teller,
                spread=spread,
                workers=workers,
                stop_after=stop_after,
                on_told=keep,
            )
    except KeyboardInterrupt:
        interrupted = True
    took_s = _since(began, clock)
    show(ran, words, out, took_s=took_s, workers=workers)
    if 0 < ran.totals.seeds < len(seeds):
        out.print(
            f"{words('stopped_early')}: {ran.totals.seeds}/{len(seeds)} {words('seeds')}",
            highlight=False,
        )
    shrunk: Sequence[Shrunk] = ()
    if interrupted:
        for failure in ran.failures:
            show_failure(failure, words, out)
    elif ran.failures:
        shrunk = _explain(ran, words, out, err, teller=teller, workers=workers, within_s=shrink_s)
    if report is not None:
        report.write_text(
            as_json(ran, shrunk, seeds=seeds, size=size, took_s=took_s, workers=workers),
            encoding="utf-8",
        )
    if interrupted:
        raise KeyboardInterrupt
    return 1 if ran.totals.broken_seeds else 0


def _explain(
    ran: Ran,
    words: Words,
    out: Console,
    err: Console,
    *,
    teller: Teller,
    workers: int,
    within_s: float,
) -> list[Shrunk]:
    """The first seed of every law made small, the next ones to their moment, the rest by their command. On this machine: it is few."""
    work = cases(ran.failures, teller, within_s=within_s)
    err.print(f"{words('looking_into')} ({len(work)}) …", highlight=False)
    found = sorted(
        spread_to(workers, "")(look_into, work),
        key=lambda pair: (not pair[0].is_whole, pair[0].law, pair[0].cut.seed),
    )
    for case, shrunk in found:
        show_shrunk(shrunk, words, out, with_plan=case.is_whole)
    known = {case.cut for case, _ in found}
    for failure in ran.failures:
        if failure.cut not in known:
            show_failure(failure, words, out)
    if ran.totals.broken_seeds > FAILURES_KEPT:
        out.print(
            f"+ {ran.totals.broken_seeds - FAILURES_KEPT}: {words('only_counted')}", highlight=False
        )
    return [shrunk for _, shrunk in found]


def _since(began: int, clock: Clock) -> float:
    return (clock.instant() - began) / SECOND_US
