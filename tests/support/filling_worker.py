"""The last of three workers and more fills what the others leave of the cores: at a lower priority,
with tests that no machine's timing touches.

A city of processes waits most of its time, and a second worker beside it leaves a core idle; a
third at the same priority made the city's timers fire seconds late.
"""

import os
from collections.abc import Callable

import pytest
from groups import CITY, is_timed
from xdist.scheduler import LoadGroupScheduling
from xdist.workermanage import WorkerController

WORKERS_MIN = 3  # with fewer each takes everything
NICE = 10


def give_way(config: pytest.Config) -> None:
    """In the filling worker's process: whatever it runs and starts comes after the others."""
    worker = getattr(config, "workerinput", None)
    if worker is not None and _fills(worker["workerid"], worker["workercount"]):
        os.nice(NICE)


def _fills(worker: str, workers: int) -> bool:
    return workers >= WORKERS_MIN and worker == f"gw{workers - 1}"


class FillingScheduling(LoadGroupScheduling):
    """As `--dist loadgroup`, but where a city is run: the filling worker takes no timed group, and
    the others take those first."""

    def _reschedule(self, node: WorkerController) -> None:
        may_go_on = node.shutting_down or not self._is_filling(node) or self._next(_is_free)
        if may_go_on:
            super()._reschedule(node)
        else:
            node.shutdown()

    def _assign_work_unit(self, node: WorkerController) -> None:
        wanted = self._next(_is_free if self._is_filling(node) else is_timed)
        if wanted is not None and self._has_city():
            self.workqueue.move_to_end(wanted, last=False)
        super()._assign_work_unit(node)

    def _is_filling(self, node: WorkerController) -> bool:
        return self._has_city() and _fills(node.gateway.id, self.numnodes)

    def _has_city(self) -> bool:
        return any(CITY in units for units in (self.workqueue, *self.assigned_work.values()))

    def _next(self, is_wanted: Callable[[str], bool]) -> str | None:
        return next(filter(is_wanted, self.workqueue), None)


def _is_free(group: str) -> bool:
    return not is_timed(group)
