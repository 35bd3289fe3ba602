"""Law 9: every deadline fires within a second, or within a second of when the node could act again: its start, the end of a stall, a step of its clock."""

from dataclasses import dataclass

from citybrain.clock import Timestamp, later, seconds_between
from citybrain.reactor.command import CancelTimer, ClockStepped, SetTimer, TimerFired
from citysim.laws.history import History, NodeHistory, Stall
from citysim.laws.report import LawReport
from coordinator.inputs import NodeStarted as CityStarted
from district_node.inputs import NodeStarted as DistrictStarted

LAW = "timers_fire"
GRACE_S = 1.0


def check(history: History) -> LawReport:
    nodes = [node for _, node in history.districts] + ([history.city] if history.city is not None else [])
    checked, broken = 0, list[str]()
    for node in nodes:
        counted, faults = _late(node, _excused(node, history))
        checked += counted
        broken += [f"{node.name}: {fault}" for fault in faults]
    return LawReport(law=LAW, checked=checked, broken=tuple(broken))


@dataclass(frozen=True, slots=True, kw_only=True)
class Excused:
    """What made a node late, in its own time. `starts`: when it came up; `stalls`: ascending, a step of the clock forwards among them."""

    starts: tuple[Timestamp, ...]
    stalls: tuple[Stall, ...]

    def owed(self, due: Timestamp, at: Timestamp) -> Timestamp:
        """When a timer that is due at `due` could fire at the earliest, seen at `at` (overdue ones fire before a start is journaled, or after)."""
        for stall in self.stalls:
            if stall.since <= later(due, GRACE_S) and due <= stall.until:
                due = stall.until
        return max([due, *(start for start in self.starts if start <= later(at, GRACE_S))])


def _excused(node: NodeHistory, history: History) -> Excused:
    starts = tuple(step.at for step in node.steps if isinstance(step.input, DistrictStarted | CityStarted))
    stepped = [(step.at, step.input.micros) for step in node.steps if isinstance(step.input, ClockStepped)]
    jumps = [Stall(node=node.name, since=Timestamp(at - micros), until=at) for at, micros in stepped if micros > 0]
    declared = [stall for stall in history.stalls if stall.node == node.name]
    return Excused(starts=starts, stalls=tuple(sorted([*jumps, *declared], key=lambda stall: (stall.since, stall.until))))


def _late(node: NodeHistory, excused: Excused) -> tuple[int, list[str]]:
    """(how many were set, what fired late or should have fired)."""
    due: dict[str, Timestamp] = {}
    before, counted, faults = Timestamp(0), 0, list[str]()
    for step in node.steps:
        if isinstance(step.input, DistrictStarted | CityStarted):
            faults += _slept(due, excused, before)  # judge the run that ended by its own last record
        if isinstance(step.input, TimerFired) and step.input.timer in due:
            late_s = seconds_between(excused.owed(due.pop(step.input.timer), step.at), step.at)
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
    return counted, faults + _slept(due, excused, before)


def _slept(due: dict[str, Timestamp], excused: Excused, at: Timestamp) -> list[str]:
    """What should have fired by `at` and did not."""
    overdue_s = {name: seconds_between(excused.owed(when, at), at) for name, when in sorted(due.items())}
    return [f"timer {name} was {late_s:.1f} s overdue" for name, late_s in overdue_s.items() if late_s > GRACE_S]
