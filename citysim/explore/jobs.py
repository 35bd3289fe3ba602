"""Searches as jobs of worker processes: one small world each, and the outcome. Shows nothing."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from dataclasses import replace as dataclass_replace
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Event
from queue import Empty
from random import Random  # noqa: TID251 - a composition root: runs are drawn from a seed that is an argument
from typing import NamedTuple

from citybrain.clock import SECOND_US
from citybrain.structs import Struct, replace
from citybrain.system_clock import SystemClock
from citysim.explore.conformance import check_conformance
from citysim.explore.model.budget import Budget
from citysim.explore.model.node_states import Numbering
from citysim.explore.model.transition_system import Transition, TransitionSystem
from citysim.explore.model.worlds import WORLDS
from citysim.explore.narration import describe
from citysim.explore.recovery import RecoveryCheck
from citysim.explore.search import Report, Search, SearchStats

# how many of ten steps of a random run are faults, as long as the budget lasts
FAULTS_OF_10 = 2
MAX_REPORTS = 1_000  # that wait for the parent process


class SearchJob(Struct, frozen=True, kw_only=True):
    """One search. `conformance_runs`: so many random runs are followed in production as well."""

    world: str
    budget: Budget
    crew_steps: int = 1
    from_first_event: bool = False  # not from when the city knows of the incidents
    is_descending: bool = False  # later names sort before earlier ones
    max_states: int = 40_000_000
    conformance_runs: int = 0
    seed: int = 1

    @property
    def is_unordered(self) -> bool:
        return self.budget.reorderings > 0

    @property
    def is_counted(self) -> bool:
        """Whether its interleavings are runs of production's own network, and no other job's under
        other names."""
        return not self.is_unordered and not self.is_descending


# not a Struct: its statistics are mutable
@dataclass(frozen=True, slots=True, kw_only=True)
class SearchOutcome:
    job: SearchJob
    stats: SearchStats
    steps: tuple[str, ...] = ()  # of the counterexample, if any
    conforming_runs: int = 0
    records: int = 0  # that production journaled for them


def run_job(job: SearchJob, report: Report) -> SearchOutcome:
    world = replace(WORLDS[job.world], crew_steps=job.crew_steps)
    world = replace(world, known_incidents=(0, 0)) if job.from_first_event else world
    numbering = Numbering(is_descending=job.is_descending)
    system = TransitionSystem(world, job.budget, numbering=numbering)
    recovery = None if job.is_unordered else RecoveryCheck(system)
    stats = Search(system, max_states=job.max_states, recovery=recovery).run(report)
    if stats.counterexample is not None:
        return SearchOutcome(
            job=job, stats=stats, steps=describe(system, stats.counterexample.path)
        )
    runs = job.conformance_runs if job.is_counted else 0
    random = Random(job.seed)
    records = sum(check_conformance(system, random_run(system, random)) for _ in range(runs))
    return SearchOutcome(job=job, stats=stats, conforming_runs=runs, records=records)


def random_run(system: TransitionSystem, random: Random) -> tuple[Transition, ...]:
    """A run to a quiescent state, each step drawn at random."""
    state, path = system.initial_state(), list[Transition]()
    while True:
        progress, faults = system.progress(state), system.faults(state)
        if not progress and not (faults and random.randrange(10) < FAULTS_OF_10):
            return tuple(path)
        is_fault = faults and (not progress or random.randrange(10) < FAULTS_OF_10)
        path.append(random.choice(faults if is_fault else progress))
        state = path[-1][1]


# not a Struct: it changes while the searches run
@dataclass(slots=True, kw_only=True)
class RunState:
    """The searches of a run as they stand."""

    jobs: tuple[SearchJob, ...]
    stats: dict[int, SearchStats] = field(default_factory=dict)  # by index in `jobs`
    outcomes: dict[int, SearchOutcome] = field(default_factory=dict)


class WorkerChannel(NamedTuple):
    """How a worker process reports, and learns that it may stop."""

    reports: "Queue[tuple[int, SearchStats]]"
    stop: Event


def run_all(
    jobs: Sequence[SearchJob],
    *,
    workers: int,
    every_s: float,
    on_progress: Callable[[RunState], None],
) -> tuple[SearchOutcome, ...]:
    """Every job's outcome, in their order; where one finds a counterexample the others stop.
    `on_progress` is called about every `every_s`."""
    run = RunState(jobs=tuple(jobs))
    context = multiprocessing.get_context("spawn")
    channel = WorkerChannel(context.Queue(maxsize=MAX_REPORTS), context.Event())
    with ProcessPoolExecutor(
        max_workers=workers, mp_context=context, initializer=_begin_worker, initargs=channel
    ) as pool:
        futures = [pool.submit(_run_in_worker, index, job) for index, job in enumerate(jobs)]
        try:
            while not all(future.done() for future in futures):
                _collect(channel, run, futures, every_s)
                on_progress(run)
                if any(outcome.stats.counterexample for outcome in run.outcomes.values()):
                    channel.stop.set()
        finally:
            channel.stop.set()
            pool.shutdown(wait=True, cancel_futures=True)
        _collect(channel, run, futures, 0.0)
    return tuple(run.outcomes[index] for index in sorted(run.outcomes))


class _StoppedError(Exception):
    """Another search has found a counterexample, or nobody waits any more."""


_worker_channel: list[WorkerChannel] = []  # of this process, if it is a worker


def _begin_worker(reports: "Queue[tuple[int, SearchStats]]", stop: Event) -> None:
    """Ctrl-C is for the parent process; when that one is killed, its workers end too."""
    _worker_channel[:] = [WorkerChannel(reports, stop)]
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)  # nobody waits for anything any more, and a search has nothing to clean up


def _run_in_worker(index: int, job: SearchJob) -> SearchOutcome | None:
    (channel,) = _worker_channel

    def report(stats: SearchStats) -> None:
        if channel.stop.is_set():
            raise _StoppedError
        if not channel.reports.full():
            channel.reports.put((index, dataclass_replace(stats, counterexample=None)))

    try:
        return run_job(job, report)
    except _StoppedError:
        return None


def _collect(
    channel: WorkerChannel,
    run: RunState,
    futures: "Sequence[Future[SearchOutcome | None]]",
    wait_s: float,
) -> None:
    """The reports of the next `wait_s`, and the outcomes so far."""
    clock = SystemClock()
    until = clock.instant() + round(wait_s * SECOND_US)
    try:
        while True:
            remaining_s = max(0.0, (until - clock.instant()) / SECOND_US)
            index, stats = channel.reports.get(timeout=remaining_s)
            run.stats[index] = stats
    except Empty:
        pass
    for index, future in enumerate(futures):
        if index in run.outcomes or not future.done() or future.cancelled():
            continue
        if (outcome := future.result()) is not None:
            run.outcomes[index], run.stats[index] = outcome, outcome.stats
