"""Work over processes of this machine: each item once, little read ahead, errors reported. Workers
import the functions: the library's own."""

import operator
import os
import select
import subprocess
import sys
from itertools import count, islice

import pytest

from citysim.errors import WorkerLostError
from citysim.sim.runs.parallel import PENDING_PER_WORKER, cores, parallel_map


@pytest.mark.parametrize("workers", [1, 2])
def test_every_item_comes_back_once_in_whatever_order(workers):
    assert sorted(parallel_map(operator.neg, range(40), workers=workers)) == sorted(
        -n for n in range(40)
    )


def test_the_work_is_done_in_other_processes():
    assert os.getpid() not in set(parallel_map(eval, ["__import__('os').getpid()"] * 4, workers=2))


def test_an_endless_iterable_is_not_read_far_ahead():
    read = []

    def items():
        for n in count():
            read.append(n)
            yield n

    results = parallel_map(operator.neg, items(), workers=2)
    assert len(list(islice(results, 10))) == 10
    results.close()
    pending = 2 * PENDING_PER_WORKER
    # the results that were taken, those that came with the tenth, those begun in their place
    assert len(read) <= 9 + pending + pending


def test_an_error_of_the_work_is_raised_to_the_caller():
    with pytest.raises(ValueError, match="invalid literal"):
        list(parallel_map(int, ["1", "x"], workers=2))


def test_a_dead_worker_is_reported_with_a_remedy():
    with pytest.raises(WorkerLostError, match="--workers"):
        list(parallel_map(os._exit, [9], workers=2))


def test_workers_end_with_their_parent():
    """Killed as by `kill -9`: the workers must not be left over."""
    program = (
        "import sys\n"
        "from citysim.sim.runs.parallel import parallel_map\n"
        "if __name__ == '__main__':\n"
        "    pid, sleep = '__import__(\"os\").getpid()', '__import__(\"time\").sleep(600)'\n"
        "    for pid in parallel_map(eval, [pid] + [sleep] * 9, workers=2):\n"
        "        print(pid, flush=True)\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert parent.stdout is not None
    worker = int(parent.stdout.readline())
    handle = os.pidfd_open(worker)
    parent.kill()
    parent.wait(10)
    ended, _, _ = select.select([handle], [], [], 20.0)
    os.close(handle)
    parent.stdout.close()
    assert ended, f"worker {worker} goes on without its parent"


def test_the_cores_are_those_that_this_process_may_use():
    assert 1 <= cores() <= (os.cpu_count() or 1)
