"""Work over processes of this machine: each comes once, little is ahead, what goes wrong is said. Workers import the functions: the library's own."""

import operator
import os
import select
import subprocess
import sys
from itertools import count, islice

import pytest

from citysim.errors import WorkerLostError
from citysim.sim.runs.spread import AHEAD, cores, spread


@pytest.mark.parametrize("workers", [1, 2])
def test_every_item_comes_back_once_in_whatever_order(workers):
    assert sorted(spread(operator.neg, range(40), workers=workers)) == sorted(-n for n in range(40))


def test_the_work_is_done_elsewhere():
    assert os.getpid() not in set(spread(eval, ["__import__('os').getpid()"] * 4, workers=2))


def test_an_endless_list_of_work_is_not_read_far_ahead():
    taken = []

    def items():
        for n in count():
            taken.append(n)
            yield n

    results = spread(operator.neg, items(), workers=2)
    assert len(list(islice(results, 10))) == 10
    results.close()
    in_hand = 2 * AHEAD
    assert (
        len(taken) <= 9 + in_hand + in_hand
    )  # those that were read, those that came with the tenth, those that were begun in their place


def test_an_error_of_the_work_comes_to_whoever_reads():
    with pytest.raises(ValueError, match="invalid literal"):
        list(spread(int, ["1", "x"], workers=2))


def test_a_worker_that_dies_is_said_with_the_cure():
    with pytest.raises(WorkerLostError, match="--workers"):
        list(spread(os._exit, [9], workers=2))


def test_workers_end_with_whoever_started_them():
    """Killed as by a `kill -9`: the workers must not stay behind."""
    program = (
        "import sys\n"
        "from citysim.sim.runs.spread import spread\n"
        "if __name__ == '__main__':\n"
        "    for pid in spread(eval, ['__import__(\"os\").getpid()'] + ['__import__(\"time\").sleep(600)'] * 9, workers=2):\n"
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
