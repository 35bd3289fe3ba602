"""Law 5, of packs that change: an incident is handled to its end by the playbook that it began
with, or by that of the kind that a person gave it, and what begins after the change follows the new
one.

Judged by what a playbook decides about: the deadlines of an incident's clocks, how long a camera or
sensor has to see it over and by when it must have answered, how long it may come back. A deadline
in working time is due by the calendar in force when it is set: which days are holidays is no rule
of a playbook.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from citybrain.clock import Timestamp, later
from citybrain.decider.command import ClockSet, ClockStepped, Notice, Post, SetTimer
from citybrain.domain.event import VerificationRequest
from citybrain.domain.incident import IncidentReport
from citybrain.ids import IncidentId
from citybrain.stages import DISPATCHABLE_INCIDENT_STAGES
from citybrain.vocabulary import IncidentStage, OperatorVerb
from citysim.laws.history import History
from citysim.laws.projections.letters import DistrictRecord
from citysim.laws.projections.rebases import rebase_in
from citysim.laws.report import Findings, LawReport
from district_node.calendars.calendar import WorkingCalendar
from district_node.calendars.working_time import due
from district_node.cores.timer_keys import TimerKey, TimerKind, timer_key
from district_node.inputs import NodeStarted, OperatorActed, PacksChanged, SkewMeasured
from district_node.playbook import UNKNOWN_PLAYBOOK, Playbook

LAW = "playbook_kept"


def check(history: History) -> LawReport:
    findings = Findings()
    for district, node in history.districts:
        log = _PlaybookLog()
        for record in node.records:
            findings.violations += [f"{district}: {violation}" for violation in log.apply(record)]
        findings.checked += log.checked
    return findings.report(LAW)


def _carried(time: Timestamp, record: DistrictRecord) -> Timestamp:
    """A time from which deadlines are counted: a rebase moves it with them."""
    given = record.input
    return Timestamp(time + given.micros) if isinstance(given, ClockSet) else time


def _is_reclassified(record: DistrictRecord, incident: IncidentId) -> bool:
    """Whether a person says by this record that the incident is of another kind."""
    given = record.input
    return (
        isinstance(given, OperatorActed)
        and given.action.verb is OperatorVerb.RECLASSIFY
        and given.action.incident == incident
    )


@dataclass(slots=True)  # mutable: a state that records are applied to
class _PlaybookLog:
    """By kind the playbook in force; by incident the one that it began with, its first report, its
    stage and the times of its openings."""

    in_force: dict[str, Playbook] = field(default_factory=dict)
    playbooks: dict[str, Playbook] = field(default_factory=dict)
    reported_at: dict[str, Timestamp] = field(default_factory=dict)
    stage: dict[str, IncidentStage] = field(default_factory=dict)
    changed_at: dict[str, Timestamp] = field(default_factory=dict)  # its stage, last
    openings: dict[str, list[Timestamp]] = field(default_factory=dict)
    # boxes whose clocks were found to be off are given deadlines by their own; after a step of the
    # node's clock that may be any
    skewed: set[str] = field(default_factory=set)
    calendar: WorkingCalendar | None = None  # in force
    has_stepped: bool = False
    checked: int = 0

    def apply(self, record: DistrictRecord) -> list[str]:
        self._note_packs(record)
        if isinstance(record.input, SkewMeasured):
            self.skewed.add(f"agent/{record.input.agent}")
        self.has_stepped = self.has_stepped or isinstance(record.input, ClockSet | ClockStepped)
        if isinstance(record.input, ClockSet):
            self._move_times(record)
            return []  # every timer is moved, by no playbook
        posts = [command for command in record.commands if type(command) is Post]
        letters = [post.letter for post in posts]
        for letter in letters:
            if isinstance(letter, IncidentReport):
                self._note_incident(record, letter)
        violations = [
            self._judged_request(
                record, post.letter, is_skewed=self.has_stepped or post.to in self.skewed
            )
            for post in posts
            if isinstance(post.letter, VerificationRequest)
        ]
        violations += [
            self._judged_timer(record, command)
            for command in record.commands
            if isinstance(command, SetTimer)
        ]
        return [f"{violation} in record {record.seq}" for violation in violations if violation]

    def _move_times(self, record: DistrictRecord) -> None:
        if (moved := rebase_in(record)) is not None:
            self.reported_at = {name: moved(at) for name, at in self.reported_at.items()}
            self.changed_at = {name: moved(at) for name, at in self.changed_at.items()}
            for opened in self.openings.values():
                opened[:] = [_carried(at, record) for at in opened]

    def _note_packs(self, record: DistrictRecord) -> None:
        given = record.input
        if isinstance(given, NodeStarted):
            self.in_force = {playbook.kind: playbook for playbook in given.setup.playbooks}
            self.calendar = given.setup.calendar
        elif isinstance(given, PacksChanged) and any(
            isinstance(command, Notice) and command.code == "packs_changed"
            for command in record.commands
        ):
            self.in_force = {playbook.kind: playbook for playbook in given.playbooks}
            self.calendar = given.calendar

    def _note_incident(self, record: DistrictRecord, report: IncidentReport) -> None:
        name = report.incident
        if name not in self.playbooks or _is_reclassified(record, name):
            self.playbooks[name] = self.in_force.get(report.kind, UNKNOWN_PLAYBOOK)
            self.reported_at.setdefault(name, report.opened_at)
        was_open = self.stage.get(name) in DISPATCHABLE_INCIDENT_STAGES
        if report.stage in DISPATCHABLE_INCIDENT_STAGES and not was_open:
            # an opening may be followed by the dispatch in one record
            self.openings.setdefault(name, []).append(record.at)
        self.stage[name], self.changed_at[name] = report.stage, report.changed_at

    def _judged_request(
        self, record: DistrictRecord, request: VerificationRequest, *, is_skewed: bool
    ) -> str:
        """What is wrong with what a source is asked; "": nothing."""
        playbook = self.playbooks.get(request.incident)
        if playbook is None:
            return ""
        self.checked += 1
        due = later(record.at, playbook.clocks.verify_s)
        is_kept = request.quiet_s == playbook.closes.quiet_s
        if is_kept and (is_skewed or request.deadline == due):
            return ""
        return f"{request.incident} is verified by another playbook than it began with"

    def _judged_timer(self, record: DistrictRecord, command: SetTimer) -> str:
        """What is wrong with a deadline; "": nothing."""
        key = timer_key(command.timer)
        playbook = self.playbooks.get(key.subject[0])
        possible = self._possible(key, record.at, playbook) if playbook is not None else ()
        if not possible:
            return ""
        self.checked += 1
        if command.due in possible:
            return ""
        name = " ".join((key.kind, *key.subject))
        return f"{name} is due by another playbook than the incident began with"

    def _possible(self, key: TimerKey, at: Timestamp, playbook: Playbook) -> tuple[Timestamp, ...]:
        """When a timer may be due that is set now; empty where no playbook says so."""
        match key.kind:
            case TimerKind.CLOCK:
                return self._possible_clock(*key.subject, at=at, playbook=playbook)
            case TimerKind.SELF_CLEAR:
                return (later(at, playbook.closes.settle_s),)
            case TimerKind.STABLE:
                return (later(at, playbook.stability.stable_s),)
            case TimerKind.GUARD:
                return (later(at, playbook.closes.guard_s),)
            case TimerKind.UNFILLED:
                return (later(at, playbook.clocks.dispatch_s),)
            case TimerKind.ESCALATE:
                return (later(at, playbook.escalates.after_s),)
            case _:
                return ()

    def _possible_clock(
        self, incident: str, name: str, *, at: Timestamp, playbook: Playbook
    ) -> tuple[Timestamp, ...]:
        opened: Iterable[Timestamp] = self.openings.get(IncidentId(incident), ())
        # by another kind than before, it counts from when the stage was entered
        entered = (at, self.changed_at.get(incident, at))
        span = playbook.clocks.working.get(name)
        if span is not None:
            begun = entered if name == "dispatch" else opened
            return tuple(due(since, span, self.calendar).at for since in begun)
        match name:
            case "confirm":
                return (later(self.reported_at[incident], playbook.opens.within_s),)
            case "dispatch":
                return tuple(later(since, playbook.clocks.dispatch_s) for since in entered)
            case "arrive":
                return tuple(later(since, playbook.clocks.arrive_s) for since in opened)
            case "handle":
                return tuple(later(since, playbook.clocks.handle_s) for since in opened)
            case _:
                return tuple(later(since, playbook.clocks.verify_s) for since in entered)
