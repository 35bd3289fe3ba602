"""The table of the laws that are checked, and the one call that checks them all.

Used by the demo, the chaos runs and the simulator.
"""

from collections.abc import Callable, Mapping
from types import ModuleType

from citysim.laws.checks import (
    chains_whole,
    confirmed_closing,
    no_frames,
    nothing_lost,
    nothing_twice,
    playbook_kept,
    same_state,
    timers_fire,
    unique_numbers,
    verified_closing,
)
from citysim.laws.ground_truth import (
    crew_answers,
    darkness,
    delivery,
    node_time,
    nothing_unproved,
    observed,
    pages,
    reports,
    verification,
)
from citysim.laws.history import History
from citysim.laws.orders import (
    agreement,
    messages_kept,
    one_slot_one_order,
    one_unit_one_order,
    promises_kept,
)
from citysim.laws.report import LawReport
from citysim.laws.street import bounds_kept, losses_declared, no_silent_blindness

MODULES: tuple[ModuleType, ...] = (
    nothing_lost,
    nothing_twice,
    one_unit_one_order,
    one_slot_one_order,
    promises_kept,
    chains_whole,
    same_state,
    playbook_kept,
    verified_closing,
    confirmed_closing,
    unique_numbers,
    timers_fire,
    agreement,
    messages_kept,
    no_frames,
    no_silent_blindness,
    losses_declared,
    bounds_kept,
    delivery,
    verification,
    crew_answers,
    reports,
    node_time,
    nothing_unproved,
    pages,
    darkness,
    observed,
)
LAWS: Mapping[str, Callable[[History], LawReport]] = {
    module.LAW: module.check for module in MODULES
}
# Judged by records alone; the other laws need the commands that were decided for them.
INDEPENDENT_OF_COMMANDS = frozenset(
    module.LAW
    for module in (
        chains_whole,
        same_state,
        no_frames,
        losses_declared,
        bounds_kept,
        delivery,
        node_time,
        darkness,
        observed,
    )
)
# Judged only where the simulator noted what really happened.
NEEDS_GROUND_TRUTH = frozenset(
    module.LAW
    for module in (
        delivery,
        verification,
        crew_answers,
        reports,
        node_time,
        nothing_unproved,
        pages,
        darkness,
        observed,
    )
)


def check_all(history: History) -> tuple[LawReport, ...]:
    """Every law's report, in the order of the table."""
    known = history.with_known_commands()
    return tuple(
        check(history if law in INDEPENDENT_OF_COMMANDS else known) for law, check in LAWS.items()
    )
