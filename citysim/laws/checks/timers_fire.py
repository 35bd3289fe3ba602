"""Law 9: every deadline fires within a second, or within a second of the start when the node was down as it fell due."""

from citybrain.clock import Timestamp, later, seconds_between
from citybrain.reactor.command import CancelTimer, SetTimer, TimerFired
from citysim.laws.history import History, NodeHistory
from citysim.laws.report import LawReport
from coordinator.inputs import NodeStarted as CityStarted
from district_node.inputs import NodeStarted as DistrictStarted

LAW = "timers_fire"
GRACE_S = 1.0


def check(history: History) -> LawReport:
    nodes = [node for _, node in history.districts] + ([history.city] if history.city is not None else [])
    checked, broken = 0, list[str]()
    for node in nodes:
        counted, faults = _late(node)
        checked += counted
        broken += [f"{node.name}: {fault}" for fault in faults]
    return LawReport(law=LAW, checked=checked, broken=tuple(broken))


def _late(node: NodeHistory) -> tuple[int, list[str]]:
    """(how many were set, what fired late or should have fired)."""
    starts = [step.at for step in node.steps if isinstance(step.input, DistrictStarted | CityStarted)]
    due: dict[str, Timestamp] = {}
    before, counted, faults = Timestamp(0), 0, list[str]()
    for step in node.steps:
        if isinstance(step.input, DistrictStarted | CityStarted):
            faults += _slept(due, starts, before)  # judge the run that ended by its own last record
        if isinstance(step.input, TimerFired) and step.input.timer in due:
            late_s = seconds_between(_owed(due.pop(step.input.timer), starts, step.at), step.at)
            if late_s > GRACE_S:
                faults.append(f"timer {step.input.timer} fired {late_s:.1f} s late")
        for command in step.commands:
            match command:
                case SetTimer(timer=timer, due=at):
                    due[timer] = at
                    counted += 1
                case CancelTimer(timer=timer):
                    due.pop(timer, None)
        before = step.at
    return counted, faults + _slept(due, starts, before)


def _slept(due: dict[str, Timestamp], starts: list[Timestamp], at: Timestamp) -> list[str]:
    """What should have fired by `at` and did not."""
    overdue_s = {name: seconds_between(_owed(when, starts, at), at) for name, when in sorted(due.items())}
    return [f"timer {name} was {late_s:.1f} s overdue" for name, late_s in overdue_s.items() if late_s > GRACE_S]


def _owed(due: Timestamp, starts: list[Timestamp], at: Timestamp) -> Timestamp:
    """When a timer could fire at the earliest: its deadline, or the last start before `at` (overdue ones fire before the start is journaled, or after)."""
    return max([due, *(start for start in starts if start <= later(at, GRACE_S))])
