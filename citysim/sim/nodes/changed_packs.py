"""Other packs than a district's own: what its configuration may say in the middle of a run. Pure.

No change asks for more units than before: whether a city has enough is no question of its packs.
"""

from collections.abc import Callable
from enum import IntEnum

from citybrain.clock import Timestamp
from citybrain.structs import replace
from citybrain.vocabulary import IncidentKind
from citysim.sim.machine.clocks import EPOCH_US
from district_node.calendars.calendar import OtherDay, WorkingCalendar
from district_node.inputs import Setup
from district_node.playbook import Playbook, SelfClear

SELF_CLEAR_OTHERWISE = {SelfClear.VERIFY: SelfClear.CREW, SelfClear.CREW: SelfClear.VERIFY}


class PackChange(IntEnum):
    """What is other in the packs."""

    CLOCKS = 0  # a new version with other clocks, and another calendar where there is one
    TUNED = 1  # other values where incidents close and escalate
    KINDS_ADDED = 2  # the misspellings of callers are kinds now
    KIND_REMOVED = 3


def changed_packs(setup: Setup, magnitude: float) -> Setup:
    """`setup` with the change that the whole part of `magnitude` names; the rest of it chooses the
    kind that is removed."""
    change, rest = PackChange(int(magnitude)), magnitude % 1.0
    playbooks = CHANGES[change](setup.playbooks, rest)
    packs = tuple(
        replace(pack, version=f"{pack.version}-{change.name.lower()}") for pack in setup.packs
    )
    calendar = setup.calendar
    if change is PackChange.CLOCKS and calendar is not None:
        calendar = _with_another_day(calendar)
    return replace(setup, packs=packs, playbooks=playbooks, calendar=calendar)


def _with_another_day(calendar: WorkingCalendar) -> WorkingCalendar:
    """The first day turns out to be a holiday, or an ordinary day where it was another."""
    holiday = OtherDay(day=calendar.day_of(Timestamp(EPOCH_US)))
    return replace(calendar, other_days=() if calendar.other_days else (holiday,))


def misspelt(kind: IncidentKind) -> IncidentKind:
    """As a caller writes it who types its last letter twice."""
    return IncidentKind(f"{kind}{kind[-1]}")


def _other_clocks(playbooks: tuple[Playbook, ...], _rest: float) -> tuple[Playbook, ...]:
    return tuple(
        replace(
            playbook,
            clocks=replace(
                playbook.clocks,
                dispatch_s=playbook.clocks.dispatch_s * 1.5,
                arrive_s=playbook.clocks.arrive_s * 1.25,
                handle_s=playbook.clocks.handle_s * 0.75,
                verify_s=playbook.clocks.verify_s * 1.5,
            ),
        )
        for playbook in playbooks
    )


def _tuned(playbooks: tuple[Playbook, ...], _rest: float) -> tuple[Playbook, ...]:
    return tuple(
        replace(
            playbook,
            closes=replace(
                playbook.closes,
                quiet_s=playbook.closes.quiet_s * 0.8,
                self_clear=SELF_CLEAR_OTHERWISE[playbook.closes.self_clear],
                settle_s=playbook.closes.settle_s * 0.5,
                guard_s=playbook.closes.guard_s * 0.5,
            ),
            escalates=replace(
                playbook.escalates,
                max_eta_s=playbook.escalates.max_eta_s * 0.5,
                after_s=playbook.escalates.after_s + 5.0,
            ),
        )
        for playbook in playbooks
    )


def _with_more_kinds(playbooks: tuple[Playbook, ...], _rest: float) -> tuple[Playbook, ...]:
    more = (replace(playbook, kind=misspelt(playbook.kind)) for playbook in playbooks)
    return tuple(sorted((*playbooks, *more), key=lambda playbook: playbook.kind))


def _with_a_kind_less(playbooks: tuple[Playbook, ...], rest: float) -> tuple[Playbook, ...]:
    removed = int(rest * len(playbooks))
    return (*playbooks[:removed], *playbooks[removed + 1 :])


CHANGES: dict[PackChange, Callable[[tuple[Playbook, ...], float], tuple[Playbook, ...]]] = {
    PackChange.CLOCKS: _other_clocks,
    PackChange.TUNED: _tuned,
    PackChange.KINDS_ADDED: _with_more_kinds,
    PackChange.KIND_REMOVED: _with_a_kind_less,
}
