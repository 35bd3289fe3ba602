"""Searches as pieces of work: one small world each, told to worker processes, and what came of them. Shows nothing."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from multiprocessing.queues import Queue
from queue import Empty
from random import Random  # noqa: TID251 - a composition root: proofs are drawn from a seed that is an argument
from typing import Any

from citybrain.clock import SECOND_US, SystemClock
from citysim.explore.calm import Calm
from citysim.explore.proof import prove
from citysim.explore.search import Count, Search
from citysim.explore.small.layout import WORLDS, Budget
from citysim.explore.small.moves import Move, Moves, Spot
from citysim.explore.small.node import Numbering
from citysim.explore.story import tell

WRONG_OF_10 = 2  # how many of ten steps of a story that is drawn for a proof go wrong, as long as the budget lasts


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One search. `proofs`: so many stories, drawn by chance, are told to production as well."""

    world: str
    budget: Budget
    buttons: int = 1
    is_whole: bool = False  # from the first alarm on
    is_falling: bool = False  # later names sort before earlier ones
    states_max: int = 40_000_000
    proofs: int = 0
    seed: int = 1

    @property
    def is_wild(self) -> bool:
        return self.budget.strays > 0

    @property
    def is_counted(self) -> bool:
        """Whether its interleavings are stories of production's own network, and no other job's under other names."""
        return not self.is_wild and not self.is_falling


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    job: Job
    count: Count
    story: tuple[str, ...] = ()  # of the break, if any
    proved: int = 0  # stories that production told alike
    records: int = 0  # that it journaled for them


Report = Callable[[Count], None]


def run_job(job: Job, report: Report) -> Outcome:
    world = replace(WORLDS[job.world], buttons=job.buttons)
    world = replace(world, told=(0, 0)) if job.is_whole else world
    moves = Moves(world, job.budget, numbering=Numbering(is_falling=job.is_falling))
    count = Search(moves, states_max=job.states_max, calm=None if job.is_wild else Calm(moves)).run(
        report
    )
    if count.found is not None:
        return Outcome(job=job, count=count, story=tell(moves, count.found.path))
    records = 0
    if job.proofs and job.is_counted:
        dice = Random(job.seed)
        records = sum(prove(moves, drawn(moves, dice)) for _ in range(job.proofs))
    return Outcome(
        job=job, count=count, proved=job.proofs if job.is_counted else 0, records=records
    )


def drawn(moves: Moves, dice: Random) -> tuple[tuple[Move, Spot], ...]:
    """A story by chance, to its end."""
    spot, path = moves.begin(), list[tuple[Move, Spot]]()
    while True:
        bound, wrong = moves.bound(spot), moves.wrong(spot)
        if not bound and not (wrong and dice.randrange(10) < WRONG_OF_10):
            return tuple(path)
        steps = wrong if wrong and (not bound or dice.randrange(10) < WRONG_OF_10) else bound
        path.append(dice.choice(steps))
        spot = path[-1][1]


@dataclass(slots=True, kw_only=True)
class Running:
    """The searches of a run as they stand."""

    jobs: tuple[Job, ...]
    counts: dict[int, Count] = field(default_factory=dict)  # by place in `jobs`
    outcomes: dict[int, Outcome] = field(default_factory=dict)


def run_all(
    jobs: Sequence[Job], *, workers: int, every_s: float, on_progress: Callable[[Running], None]
) -> tuple[Outcome, ...]:
    """Every job's outcome, in their order; where one finds a break the others stop. `on_progress` is called about every `every_s`."""
    running = Running(jobs=tuple(jobs))
    context = multiprocessing.get_context("spawn")
    told: Queue[tuple[int, Count]] = context.Queue(maxsize=1_000)
    stop = context.Event()
    with ProcessPoolExecutor(
        max_workers=workers, mp_context=context, initializer=_hand, initargs=(told, stop)
    ) as pool:
        futures = [pool.submit(_run_in_worker, place, job) for place, job in enumerate(jobs)]
        try:
            while not all(future.done() for future in futures):
                _gather(told, running, futures, every_s)
                on_progress(running)
                if any(outcome.count.found for outcome in running.outcomes.values()):
                    stop.set()
        finally:
            stop.set()
            pool.shutdown(wait=True, cancel_futures=True)
        _gather(told, running, futures, 0.0)
    return tuple(running.outcomes[place] for place in sorted(running.outcomes))


class _Stopped(Exception):
    """Another search has found a break, or nobody waits any more."""


_HANDS: list[Any] = []  # a worker process's way to say how far it is, and to hear that it may stop


def _hand(told: "Queue[Any]", stop: Any) -> None:
    """A worker begins. Ctrl-C is its parent's to hear; a parent that was killed takes it along."""
    _HANDS[:] = [told, stop]
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_follow_parent, daemon=True).start()


def _follow_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)  # nobody waits for anything any more, and a search has nothing to put in order


def _run_in_worker(place: int, job: Job) -> Outcome | None:
    told, stop = _HANDS

    def report(count: Count) -> None:
        if stop.is_set():
            raise _Stopped
        if not told.full():
            told.put((place, replace(count, found=None)))

    try:
        return run_job(job, report)
    except _Stopped:
        return None


def _gather(
    told: "Queue[tuple[int, Count]]",
    running: Running,
    futures: "Sequence[Future[Outcome | None]]",
    wait_s: float,
) -> None:
    """What is told within the next `wait_s`."""
    clock = SystemClock()
    until = clock.instant() + round(wait_s * SECOND_US)
    try:
        while True:
            place, count = told.get(timeout=max(0.0, (until - clock.instant()) / SECOND_US))
            running.counts[place] = count
    except Empty:
        pass
    for place, future in enumerate(futures):
        if (
            place not in running.outcomes
            and future.done()
            and not future.cancelled()
            and (outcome := future.result()) is not None
        ):
            running.outcomes[place], running.counts[place] = outcome, outcome.count
