"""The worker that fills a machine's cores, on the scheduler's own terms: workers that run what they
are given, one test after the other in turn.
"""

from collections import deque
from types import SimpleNamespace

import pytest
from filling_worker import FillingScheduling
from groups import CITY, is_timed

CITIES = [f"tests/integration/test_chaos.py::test_{n}@{CITY}" for n in "abc"]
TIMED = [
    f"tests/{place}.py::test_{n}@tests/{place}.py"
    for place in ("attacks/test_flood", "integration/test_rpc", "integration/test_street")
    for n in "abcd"
]
FREE = [
    *(f"tests/simulation/test_explore.py::test_it[{n}]" for n in range(5)),
    *(f"tests/web/test_{n}.py::test_{n}@tests/web/test_{n}.py" for n in range(20)),
]


class Worker:
    def __init__(self, number):
        self.gateway = SimpleNamespace(id=f"gw{number}")
        self.given, self.ran, self.shutting_down = deque(), [], False

    def send_runtest_some(self, indices):
        assert not self.shutting_down
        self.given.extend(indices)

    def shutdown(self):
        self.shutting_down = True


def run(tests, workers):
    """What each worker ran."""
    option = SimpleNamespace(loadscopereorder=False)
    specs = ["popen"] * workers
    config = SimpleNamespace(option=option, getvalue=lambda name: specs if name == "tx" else None)
    scheduler = FillingScheduling(config)
    nodes = [Worker(number) for number in range(workers)]
    for node in nodes:
        scheduler.add_node(node)
        scheduler.add_node_collection(node, tests)
    scheduler.schedule()
    while any(node.given for node in nodes):
        for node in nodes:
            if node.given:
                index = node.given.popleft()
                node.ran.append(tests[index])
                scheduler.mark_test_complete(node, index)
    assert scheduler.tests_finished
    assert sorted(test for node in nodes for test in node.ran) == sorted(tests)
    return [node.ran for node in nodes]


def timed(tests):
    return [test for test in tests if is_timed(test.partition("@")[2])]


def test_beside_a_city_one_takes_what_needs_the_machine_and_one_the_rest():
    first, second, filling = run([*FREE, *CITIES, *TIMED], 3)
    assert first[:3] == CITIES
    assert timed(second[:8]) == second[:8], "before anything that the filling one may take"
    assert filling and timed(filling) == []


def test_the_others_take_the_rest_too_once_nothing_else_is_left():
    *others, _ = run([*CITIES, *TIMED, *FREE, *(f"{test}#2" for test in FREE)], 4)
    assert any(len(timed(tests)) < len(tests) for tests in others)


@pytest.mark.parametrize("workers", [1, 2])
def test_few_workers_take_everything(workers):
    run([*CITIES, *TIMED, *FREE], workers)


def test_where_no_city_is_run_each_takes_what_comes():
    *_, last = run([*TIMED, *FREE], 3)
    assert timed(last)
