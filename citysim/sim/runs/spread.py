"""Work spread over processes of this machine: results come as they are ready, little waits in memory, and no process outlives the caller."""

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

AHEAD = 2  # items a worker has in hand or waiting


def cores() -> int:
    """Those that this process may use."""
    return len(os.sched_getaffinity(0))


def spread(function: Callable[[T], R], items: Iterable[T], *, workers: int) -> Iterator[R]:
    """`function` of every item, in any order. With one worker it is done here. Closing the iterator ends the work at once.

    Workers are started anew (not forked), so that nothing of this process, threads least of all, is in them.
    """
    if workers <= 1:
        yield from map(function, items)
        return
    others = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(
        workers, mp_context=multiprocessing.get_context("spawn"), initializer=_begin
    )
    todo = iter(items)
    waiting: set[Future[R]] = {
        pool.submit(function, item) for item in islice(todo, workers * AHEAD)
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
        if waiting:  # nobody wants it any more
            for worker in set(multiprocessing.active_children()) - others:
                worker.terminate()
        pool.shutdown(cancel_futures=True)


def _begin() -> None:
    """A worker ends silently on Ctrl-C, and with whoever started it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    threading.Thread(target=_end_with_parent, name="end-with-parent", daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
