"""The table of the laws that are checked, and the one call that checks them all."""

from collections.abc import Callable, Mapping

from citysim.laws.checks import (
    agreement,
    no_frames,
    nothing_lost,
    nothing_twice,
    one_slot_one_order,
    one_unit_one_order,
    same_state,
    timers_fire,
    verified_closing,
)
from citysim.laws.history import History
from citysim.laws.report import LawReport
from citysim.laws.street import losses_declared, no_blindness

LAWS: Mapping[str, Callable[[History], LawReport]] = {
    module.LAW: module.check
    for module in (
        nothing_lost,
        nothing_twice,
        one_unit_one_order,
        one_slot_one_order,
        same_state,
        verified_closing,
        timers_fire,
        agreement,
        no_frames,
        no_blindness,
        losses_declared,
    )
}


def check_all(history: History) -> tuple[LawReport, ...]:
    """Every law's report, in the order of the table."""
    return tuple(check(history) for check in LAWS.values())
