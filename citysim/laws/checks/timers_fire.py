"""Law 9: every deadline fires once, not before its time, and within a second of when its node could act: its start, a stall's end, a step of its clock."""

from bisect import bisect_right
from dataclasses import dataclass, field

from citybrain.clock import Timestamp, later, seconds_between
from citybrain.decider.command import CancelTimer, ClockStepped, SetTimer, TimerFired
from citysim.laws.history import History, NodeHistory, Stall, Step
from citysim.laws.report import Findings, LawReport
from citysim.laws.views.lives import starts
from coordinator.inputs import NodeStarted as CityStarted
from district_node.inputs import NodeStarted as DistrictStarted

LAW = "timers_fire"
GRACE_S = 1.0
NEVER = Timestamp(0)


def check(history: History) -> LawReport:
    found = Findings()
    for node in history.nodes():
        rows = _Rows(
            excused=_excused(node, history),
            unjudged=node.unjudged,
            waking=_waking(node, is_final=history.is_final),
        )
        for step in node.steps:
            rows.see(step)
        rows.end(node.live.at if node.live is not None else None)
        if node.rows is not None and not node.unjudged:
            rows.compare(dict(node.rows.timers))
        found.checked += rows.counted
        found.unjudged += rows.open
        found.broken += [f"{node.name}: {fault}" for fault in rows.faults]
    return found.report(LAW)


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
        earlier = bisect_right(self.starts, later(at, GRACE_S))
        return max(due, self.starts[earlier - 1]) if earlier else due


def _excused(node: NodeHistory, history: History) -> Excused:
    stepped = [(step.at, step.input.micros) for step in node.inputs(ClockStepped)]
    jumps = [
        Stall(node=node.name, since=Timestamp(at - micros), until=at)
        for at, micros in stepped
        if micros > 0
    ]
    declared = [stall for stall in history.stalls if stall.node == node.name]
    came_up = tuple(sorted(step.at for step in starts(node)))
    return Excused(
        starts=came_up,
        stalls=tuple(sorted([*jumps, *declared], key=lambda stall: (stall.since, stall.until))),
    )


def _waking(node: NodeHistory, *, is_final: bool) -> dict[int, Timestamp]:
    """Firings with nothing between them and a start, by record, and when the run before was last heard: overdue timers fire before a start is journaled, and
    a run may die before its own is. Mid-way also those that stand last."""
    found, stretch, heard = dict[int, Timestamp](), list[int](), NEVER
    for step in node.steps:
        kind = type(step.input)
        if kind is TimerFired or kind is ClockStepped:
            stretch.append(step.seq)
            continue
        if kind is DistrictStarted or kind is CityStarted:
            found.update(dict.fromkeys(stretch, heard))
        stretch.clear()
        heard = step.at
    return found if is_final else found | dict.fromkeys(stretch, heard)


@dataclass(slots=True)
class _Rows:
    """A node's timer rows, as its decisions set and cancelled them. What other code set (`unjudged`) may have stood otherwise, and is not judged."""

    excused: Excused
    unjudged: frozenset[int]
    waking: dict[
        int, Timestamp
    ]  # firings of a run that may have been coming up, and when the one before was last heard
    open: int = (
        0  # of those, how many were late by themselves: it is not known whether anybody was there
    )
    due: dict[str, Timestamp] = field(default_factory=dict)
    moved_at: dict[str, Timestamp] = field(
        default_factory=dict
    )  # when a row was last set or cancelled
    before: Timestamp = NEVER
    counted: int = 0
    faults: list[str] = field(default_factory=list)

    def see(self, step: Step) -> None:
        kind = type(step.input)
        if kind is DistrictStarted or kind is CityStarted:
            self._slept(self.before)  # judge the run that ended by its own last record
        if kind is TimerFired:
            self._fired(step.input.timer, step)
        for command in step.commands:
            if type(command) is SetTimer or type(command) is CancelTimer:
                self._moved(command.timer, step)
            if type(command) is SetTimer and step.seq not in self.unjudged:
                self.due[command.timer], self.moved_at[command.timer] = command.due, step.at
                self.counted += 1
            elif type(command) is CancelTimer and self.due.pop(command.timer, None) is not None:
                self.moved_at[command.timer] = step.at
        self.before = step.at

    def end(self, live_at: Timestamp | None) -> None:
        """Judge what stands: by the last record, or by the time of a node that is up."""
        self._slept(self.before if live_at is None else max(live_at, self.before))

    def compare(self, standing: dict[str, Timestamp]) -> None:
        """With the rows that stand in the store: a deadline that is remembered by nobody but this process would sleep through its next death."""
        for name in sorted(self.due.keys() | standing.keys()):
            wanted, stands = self.due.get(name), standing.get(name)
            if stands is None:
                self.faults.append(f"timer {name} was set, and no row of it stands")
            elif wanted is None:
                self.faults.append(f"a row of timer {name} stands, and nobody has set it")
            elif wanted != stands:
                self.faults.append(
                    f"the row of timer {name} is due {abs(seconds_between(wanted, stands)):.1f} s off"
                )

    def _fired(self, timer: str, step: Step) -> None:
        """Several timers fire in one transaction: one that an earlier of them has moved or cancelled fires all the same, and means nothing."""
        at = step.at
        is_stale = self.moved_at.get(timer) == at
        if timer not in self.due:
            if not self.unjudged and not is_stale:
                self.faults.append(f"timer {timer} fired, and no row of it stood")
            return
        if is_stale and self.due[timer] > at:
            return
        due = self.due.pop(timer)
        late_s, heard = self._late_s(due, at), self.waking.get(step.seq)
        if late_s > GRACE_S and heard is not None and self._late_s(due, heard) <= GRACE_S:
            self.open += 1
        elif late_s > GRACE_S:
            self.faults.append(f"timer {timer} fired {late_s:.1f} s late")
        if due > at:
            self.faults.append(
                f"timer {timer} fired {seconds_between(at, due):.1f} s before its time"
            )

    def _moved(self, timer: str, step: Step) -> None:
        """One that is moved or cancelled long after it was due has slept through its time."""
        due = self.due.get(timer)
        if (
            due is not None
            and step.seq not in self.waking
            and (late_s := self._late_s(due, step.at)) > GRACE_S
        ):
            self.faults.append(
                f"timer {timer} was {late_s:.1f} s overdue when record {step.seq} moved it"
            )

    def _late_s(self, due: Timestamp, at: Timestamp) -> float:
        return seconds_between(self.excused.owed(due, at), at)

    def _slept(self, at: Timestamp) -> None:
        """What should have fired by `at` and did not."""
        for name, when in sorted(self.due.items()):
            if later(when, GRACE_S) < at and (late_s := self._late_s(when, at)) > GRACE_S:
                self.faults.append(f"timer {name} was {late_s:.1f} s overdue")
