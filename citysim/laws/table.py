"""The table of the laws that are checked, and the one call that checks them all: in the demo, in chaos, in the simulator."""

from collections.abc import Callable, Mapping
from types import ModuleType

from citysim.laws.checks import (
    chains_whole,
    no_frames,
    nothing_lost,
    nothing_twice,
    same_state,
    timers_fire,
    verified_closing,
)
from citysim.laws.history import History
from citysim.laws.orders import agreement, one_slot_one_order, one_unit_one_order, promises_kept
from citysim.laws.report import LawReport
from citysim.laws.street import bounds_kept, losses_declared, no_blindness
from citysim.laws.truly import truly_clear, truly_kept, truly_pressed

MODULES: tuple[ModuleType, ...] = (
    nothing_lost,
    nothing_twice,
    one_unit_one_order,
    one_slot_one_order,
    promises_kept,
    chains_whole,
    same_state,
    verified_closing,
    timers_fire,
    agreement,
    no_frames,
    no_blindness,
    losses_declared,
    bounds_kept,
    truly_kept,
    truly_clear,
    truly_pressed,
)
LAWS: Mapping[str, Callable[[History], LawReport]] = {
    module.LAW: module.check for module in MODULES
}
WHATEVER_WAS_DECIDED = (
    frozenset(  # judged by records alone; the others want to know what was decided in them
        module.LAW
        for module in (
            chains_whole,
            same_state,
            no_frames,
            losses_declared,
            bounds_kept,
            truly_kept,
        )
    )
)

NEED_TRUTH = frozenset(
    module.LAW for module in (truly_kept, truly_clear, truly_pressed)
)  # judged only where somebody noted what really happened


def check_all(history: History) -> tuple[LawReport, ...]:
    """Every law's report, in the order of the table."""
    decided = history.as_decided()
    return tuple(
        check(history if law in WHATEVER_WAS_DECIDED else decided) for law, check in LAWS.items()
    )
