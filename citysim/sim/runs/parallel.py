"""A parallel map over processes of this machine.

Results come as they are ready, few items wait in memory, and no process outlives the caller.
"""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from typing import TypeVar

from citysim.errors import WorkerLostError

T = TypeVar("T")
R = TypeVar("R")

PENDING_PER_WORKER = 2  # items that are processed or wait


def cores() -> int:
    """Those that this process may use."""
    return len(os.sched_getaffinity(0))


def parallel_map(function: Callable[[T], R], items: Iterable[T], *, workers: int) -> Iterator[R]:
    """`function` of every item, in any order. Closing the iterator ends the work at once.

    With one worker the work is done in this process. Workers are spawned, not forked, so that they
    inherit nothing of this process, threads least of all. Raises `WorkerLostError`.
    """
    if workers <= 1:
        yield from map(function, items)
        return
    others = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(
        workers, mp_context=multiprocessing.get_context("spawn"), initializer=_init_worker
    )
    todo = iter(items)
    waiting: set[Future[R]] = {
        pool.submit(function, item) for item in islice(todo, workers * PENDING_PER_WORKER)
    }
    try:
        while waiting:
            done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            waiting |= {pool.submit(function, item) for item in islice(todo, len(done))}
            yield from (future.result() for future in done)
    except BrokenProcessPool as error:
        raise WorkerLostError(
            "a worker process died (killed, or out of memory). Run again with fewer --workers."
        ) from error
    finally:
        if waiting:  # the caller has closed the iterator
            for worker in set(multiprocessing.active_children()) - others:
                worker.terminate()
        pool.shutdown(cancel_futures=True)


def _init_worker() -> None:
    """A worker ends silently on Ctrl-C, and when its parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    threading.Thread(target=_end_with_parent, name="end-with-parent", daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
