"""Deliberate bugs of node time."""

from typing import Any

import pytest

from citybrain.node_time import discipline
from citybrain.node_time.discipline import Discipline
from citybrain.system_clock import SystemClock
from mutants.mutant import Mutant, all_of, patch_attribute

EVERYTHING = 10**20


def _believes_at_start(resume_after: Any) -> Any:
    def resume_after_(self: Any, last_us: int, *, is_proved: bool) -> None:
        resume_after(self, last_us, is_proved=True)

    return resume_after_


def _any_peer_proves(patch: pytest.MonkeyPatch) -> None:
    def compare_peer_time(self: Any, _at: Any) -> None:
        with self._lock:
            self._believe("a peer says something")

    patch.setattr(SystemClock, "compare_peer_time", compare_peer_time)


MUTANTS = (
    Mutant(
        name="every_step_followed",
        bug="A step of the wall clock is followed whatever its size (the code of an earlier"
        " version).",
        laws=("ground_truth_node_time", "timers_fire"),
        plant=all_of(
            patch_attribute(discipline, "STEP_MAX_US", lambda _: EVERYTHING),
            patch_attribute(discipline, "FULL_ALLOWANCE", lambda _: EVERYTHING),
        ),
    ),
    Mutant(
        name="clock_believed_at_start",
        bug="At a start the wall clock is believed, whatever it shows and nothing proves.",
        laws=("ground_truth_node_time",),
        plant=patch_attribute(Discipline, "resume_after", _believes_at_start),
    ),
    Mutant(
        name="any_peer_proves_a_clock",
        bug="A peer proves the wall clock, whatever time it says that it is.",
        laws=("ground_truth_node_time",),
        plant=_any_peer_proves,
    ),
)
