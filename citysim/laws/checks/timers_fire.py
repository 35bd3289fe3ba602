"""Law 9: every deadline fires once, not early, and within a second of when its node could act.

A node can act again from its start on, from a stall's end, and after a step of its clock.
"""

from bisect import bisect_right
from dataclasses import dataclass, field

from citybrain.clock import Timestamp, later, seconds_between
from citybrain.decider.command import (
    CancelTimer,
    ClockSet,
    ClockStepped,
    Post,
    SetTimer,
    TimerFired,
)
from citybrain.structs import Struct
from citysim.laws.history import AnyNodeHistory, History, Stall
from citysim.laws.projections.letters import CityRecord, DistrictRecord
from citysim.laws.projections.rebases import rebase_in
from citysim.laws.projections.store_restores import start_records
from citysim.laws.report import Findings, LawReport
from coordinator.inputs import NodeStarted as CityStarted
from district_node.inputs import NodeStarted as DistrictStarted

LAW = "timers_fire"
GRACE_S = 1.0
NEVER = Timestamp(0)


def check(history: History) -> LawReport:
    findings = Findings()
    for node in history.nodes():
        table = _TimerTable(
            downtimes=_downtimes(node, history),
            foreign_records=node.foreign_records,
            startup_firings=_startup_firings(node, is_final=history.is_final),
        )
        for record in node.records:
            table.apply(record)
        table.finish(node.live.at if node.live is not None else None)
        if node.rows is not None and not node.foreign_records:
            table.compare(dict(node.rows.timers))
        findings.checked += table.timers_set
        findings.inconclusive += table.inconclusive
        findings.violations += [f"{node.name}: {violation}" for violation in table.violations]
    return findings.report(LAW)


class Downtime(Struct, frozen=True, kw_only=True):
    """When a node could not act, in its own time.

    `starts`: when it came up; `stalls`: by time, with the forward steps of its clock among them.
    """

    starts: tuple[Timestamp, ...]
    stalls: tuple[Stall, ...]

    def earliest_firing(self, due: Timestamp, at: Timestamp) -> Timestamp:
        """When a timer that is due at `due` could fire at the earliest, as judged at `at`.

        Overdue timers fire just before a start is journaled, or after it.
        """
        for stall in self.stalls:
            if stall.since <= later(due, GRACE_S) and due <= stall.until:
                due = stall.until
        earlier = bisect_right(self.starts, later(at, GRACE_S))
        return max(due, self.starts[earlier - 1]) if earlier else due


def _downtimes(node: AnyNodeHistory, history: History) -> list[tuple[int, Downtime]]:
    """From which record on, since when a person moved node time back, which of it counts: what
    lies in a time that is no more does not."""
    steps = [(r.seq, r.at, r.input.micros) for r in node.records_of(ClockStepped)]
    steps += [(r.seq, r.at, r.input.micros) for r in node.records_of(ClockSet)]
    jumps = [
        (seq, Stall(node=node.name, since=Timestamp(at - micros), until=at))
        for seq, at, micros in steps
        if micros > 0
    ]
    declared = [stall for stall in history.stalls if stall.node == node.name]
    backs = [(r.seq, r.at) for r in node.records_of(ClockSet) if r.input.micros < 0]
    found = []
    for begin, at in [(0, NEVER), *backs]:
        starts = [r.at for r in start_records(node) if r.seq > begin or r.at <= at]
        stalls = [stall for seq, stall in jumps if seq > begin or stall.until <= at]
        ordered = sorted([*stalls, *declared], key=lambda stall: (stall.since, stall.until))
        found.append((begin, Downtime(starts=tuple(sorted(starts)), stalls=tuple(ordered))))
    return found


def _startup_firings(node: AnyNodeHistory, *, is_final: bool) -> dict[int, Timestamp]:
    """The firings with nothing between them and a start: record → the last record before them.

    Overdue timers fire before a start is journaled, and a run may die before its start is. Unless
    `is_final`, the firings that stand last may be of such a run, too.
    """
    found, stretch, last_record_at = dict[int, Timestamp](), list[int](), NEVER
    for record in node.records:
        kind = type(record.input)
        if kind is TimerFired or kind is ClockStepped:
            stretch.append(record.seq)
            continue
        if kind is DistrictStarted or kind is CityStarted:
            found.update(dict.fromkeys(stretch, last_record_at))
        stretch.clear()
        last_record_at = record.at
    return found if is_final else found | dict.fromkeys(stretch, last_record_at)


@dataclass(slots=True)  # mutable: a state that records are applied to
class _TimerTable:
    """A node's timers, as its decisions set and cancelled them, and what is wrong with them.

    What other code set may have been otherwise, and is not judged.
    """

    downtimes: list[tuple[int, Downtime]]
    foreign_records: frozenset[int]
    startup_firings: dict[int, Timestamp]
    # Firings that were late and may be a starting run's: it is not known whether the node was up.
    inconclusive: int = 0
    due: dict[str, Timestamp] = field(default_factory=dict)
    changed_at: dict[str, Timestamp] = field(default_factory=dict)  # when last set or cancelled
    last_record_at: Timestamp = NEVER
    timers_set: int = 0
    violations: list[str] = field(default_factory=list)

    def apply(self, record: DistrictRecord | CityRecord) -> None:
        given = record.input
        if isinstance(given, DistrictStarted | CityStarted):
            self._check_overdue(self.last_record_at)  # judges the run that ended
        if isinstance(given, ClockSet):
            self._check_overdue(Timestamp(record.at - given.micros))  # in the time that ends
            self._check_clock_set(record)
        if len(self.downtimes) > 1 and record.seq >= self.downtimes[1][0]:
            del self.downtimes[0]
        if isinstance(given, TimerFired):
            self._fired(given.timer, record)
        for command in record.commands:
            if isinstance(command, SetTimer | CancelTimer):
                self._check_moved(command.timer, record)
            if isinstance(command, SetTimer) and record.seq not in self.foreign_records:
                self.due[command.timer], self.changed_at[command.timer] = command.due, record.at
                self.timers_set += 1
            elif isinstance(command, CancelTimer) and self.due.pop(command.timer, None) is not None:
                self.changed_at[command.timer] = record.at
        self.last_record_at = record.at

    def _check_clock_set(self, record: DistrictRecord | CityRecord) -> None:
        """A rebase first leaves every deadline what was left of it, whatever is decided then. A
        confirmation tells nobody anything: what is due now fires behind it."""
        moved = rebase_in(record)
        if record.seq in self.foreign_records:
            return
        if moved is None:
            if any(isinstance(command, Post) for command in record.commands):
                self.violations.append(f"record {record.seq}, a confirmation, reports something")
            return
        set_first: dict[str, Timestamp] = {}
        for command in record.commands:
            if isinstance(command, SetTimer):
                set_first.setdefault(command.timer, command.due)
        for timer, due in sorted(self.due.items()):
            off_s = seconds_between(moved(due), set_first.get(timer, due))
            if off_s:
                self.violations.append(
                    f"timer {timer} was moved {off_s:.1f} s off what was left of it when a person "
                    f"set the clock in record {record.seq}"
                )

    def finish(self, live_at: Timestamp | None) -> None:
        """Judge what is still set: by the last record, or by the time of a node that is up."""
        now = self.last_record_at if live_at is None else max(live_at, self.last_record_at)
        self._check_overdue(now)

    def compare(self, stored: dict[str, Timestamp]) -> None:
        """With the rows in the store: a timer without a row would not survive the next death."""
        for name in sorted(self.due.keys() | stored.keys()):
            wanted, row = self.due.get(name), stored.get(name)
            if row is None:
                self.violations.append(f"timer {name} was set, and has no row")
            elif wanted is None:
                self.violations.append(f"timer {name} has a row, and was not set")
            elif wanted != row:
                off_s = abs(seconds_between(wanted, row))
                self.violations.append(f"the row of timer {name} is due {off_s:.1f} s off")

    def _fired(self, timer: str, record: DistrictRecord | CityRecord) -> None:
        """One firing.

        Several timers fire in one transaction: one that an earlier of them moved or cancelled
        fires all the same, and has no meaning.
        """
        at = record.at
        is_stale = self.changed_at.get(timer) == at
        if timer not in self.due:
            if not self.foreign_records and not is_stale:
                self.violations.append(f"timer {timer} fired, and was not set")
            return
        if is_stale and self.due[timer] > at:
            return
        due = self.due.pop(timer)
        late_s, last_record_at = self._late_s(timer, due, at), self.startup_firings.get(record.seq)
        if late_s > GRACE_S:
            if last_record_at is not None and self._late_s(timer, due, last_record_at) <= GRACE_S:
                self.inconclusive += 1
            else:
                self.violations.append(f"timer {timer} fired {late_s:.1f} s late")
        if due > at:
            self.violations.append(f"timer {timer} fired {seconds_between(at, due):.1f} s early")

    def _check_moved(self, timer: str, record: DistrictRecord | CityRecord) -> None:
        """A timer that is moved or cancelled long after it was due should have fired before."""
        due = self.due.get(timer)
        if due is None or record.seq in self.startup_firings or type(record.input) is ClockSet:
            return
        late_s = self._late_s(timer, due, record.at)
        if late_s > GRACE_S:
            self.violations.append(
                f"timer {timer} was {late_s:.1f} s overdue when record {record.seq} moved it"
            )

    def _late_s(self, timer: str, due: Timestamp, at: Timestamp) -> float:
        """One that was over already when it was set could fire then at the earliest."""
        due = max(due, self.changed_at.get(timer, NEVER))
        return seconds_between(self.downtimes[0][1].earliest_firing(due, at), at)

    def _check_overdue(self, at: Timestamp) -> None:
        """What should have fired by `at` and did not."""
        for name, due in sorted(self.due.items()):
            if later(due, GRACE_S) < at and (late_s := self._late_s(name, due, at)) > GRACE_S:
                self.violations.append(f"timer {name} was {late_s:.1f} s overdue")
