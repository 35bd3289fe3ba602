"""Deliberate bugs of node time, and of what a person says of it."""

from typing import Any

import pytest

from citybrain.domain.clock import ClockVerb
from citybrain.node_time import discipline
from citybrain.node_time.discipline import Discipline
from citybrain.node_time.rebase import Rebase
from citybrain.structs import replace
from citybrain.system_clock import SystemClock
from citysim.sim.faults import schedule
from citysim.sim.generator.scenarios import BOUNDS, Size
from citysim.sim.people import operators
from district_node.cores.flows import clock as clock_flow
from mutants.mutant import Mutant, all_of, patch_attribute, patch_item

EVERYTHING = 10**20
KINDS = ("clock_confirmed", "clock_rebased")
# several in every town
WITH_WORDS = all_of(
    patch_item(BOUNDS, Size.TOWN, lambda bounds: replace(bounds, seldom_faults=(3,))),
    patch_attribute(schedule, "SELDOM", lambda _: KINDS),
)


def _believes_at_start(resume_after: Any) -> Any:
    def resume_after_(self: Any, last_us: int, *, is_proved: bool) -> None:
        resume_after(self, last_us, is_proved=True)

    return resume_after_


def _any_peer_proves(patch: pytest.MonkeyPatch) -> None:
    def compare_peer_time(self: Any, _at: Any) -> None:
        with self._lock:
            self._believe("a peer says something")

    patch.setattr(SystemClock, "compare_peer_time", compare_peer_time)


def _as_if_confirmed(_timers: Any) -> Any:
    """Rows of timers keep their time, which is over in the new one."""
    return lambda _self, timers: timers


def _as_if_rebased(rebase_of: Any) -> Any:
    def rebase_of_(given: Any, at: Any) -> Any:
        action = replace(given.action, verb=ClockVerb.REBASE)
        return rebase_of(replace(given, action=action), at)

    return rebase_of_


def _opens_late(delay_s: Any) -> Any:
    """So that reports wait for a person while a date is wrong."""

    def delay_s_(operator: Any, row: Any) -> float:
        return 60.0 if operators.awaits_opening(row) else delay_s(operator, row)

    return delay_s_


def _forgotten(_note_jump: Any) -> Any:
    return lambda _draft, _micros: None


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
    Mutant(
        name="rebase_fires_everything",
        bug="A rebase forward leaves the timers where they are: all of them fire at once.",
        laws=("timers_fire",),
        plant=patch_attribute(Rebase, "timers", _as_if_confirmed),
        setting=WITH_WORDS,
    ),
    Mutant(
        name="rebase_forgets_openings",
        bug="A rebase leaves the time from which an incident's deadlines are counted where it is:"
        " at its next stage they are over (a find of these faults).",
        laws=("playbook_kept",),
        plant=patch_attribute(
            clock_flow, "_moved_with_deadlines", lambda _: lambda state, _rebase: state
        ),
        setting=WITH_WORDS,
    ),
    Mutant(
        name="confirmed_as_rebased",
        bug="A confirmed step moves the deadlines in a district's state, as a rebase does.",
        laws=("timers_fire",),
        plant=patch_attribute(clock_flow, "rebase_of", _as_if_rebased),
        setting=WITH_WORDS,
    ),
    Mutant(
        name="jump_confirms_nothing",
        bug="What a clock rejects in a time that node time jumped over stays rejected: what its"
        " source goes on to see begins nothing (a find of these faults).",
        laws=("liveness",),
        plant=patch_attribute(clock_flow, "note_jump", _forgotten),
        setting=all_of(WITH_WORDS, patch_attribute(operators, "_delay_s", _opens_late)),
    ),
)
