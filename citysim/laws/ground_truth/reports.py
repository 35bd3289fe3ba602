"""Laws 1 and 2 by the simulator's notes: a report that was confirmed counts once.

It is in its district's journal, and took effect there once, under a name and in a role that may
report. The incident that the caller was told of exists then, and what is reported of it later
counts the report. Further descriptions of a foreign case belong to its incident until that ends.
Who reports what is handled or closed already, and sees it now, has it reopened.
"""

from collections import Counter
from dataclasses import dataclass, field

from citybrain.clock import Timestamp, later
from citybrain.decider.command import Post, Reply
from citybrain.domain.incident import IncidentReport
from citybrain.permissions import Permission, may
from citybrain.stages import ENDED_INCIDENT_STAGES
from citybrain.structs import Struct
from citybrain.vocabulary import IncidentStage, OperatorVerb
from citysim.laws.ground_truth.crew_answers import CONFIRMATION_S
from citysim.laws.ground_truth_log import AcceptedReport, GroundTruth
from citysim.laws.history import DistrictHistory, History
from citysim.laws.projections.letters import DistrictRecord
from citysim.laws.projections.rebases import rebase_in
from citysim.laws.report import Findings, LawReport
from district_node.inputs import OperatorActed, ReportReceived

LAW = "ground_truth_reports"
REGROUPING_VERBS = (
    OperatorVerb.MERGE,
    OperatorVerb.SPLIT,
    OperatorVerb.NOT_SAME,
    OperatorVerb.UNDO,
)
REOPENED_BY_REPORTS = (IncidentStage.HANDLED, IncidentStage.CLOSED)


class JournaledReport(Struct, frozen=True, kw_only=True):
    """A report that took effect: the incident that it went to, and what is wrong with that."""

    request: str
    incident: str
    faults: tuple[str, ...] = ()


def check(history: History) -> LawReport:
    findings = Findings()
    truth = history.ground_truth
    if truth is None:
        return findings.report(LAW)
    nodes = {node.name: node for _, node in history.districts}
    for accepted in truth.accepted_reports:
        node = nodes.get(accepted.district)
        if node is None:
            findings.inconclusive += 1  # its commands are not known
            continue
        findings.checked += 1
        for fault in _faults(node, accepted, truth):
            findings.add_violation(f"{node.name}: report {accepted.request} was confirmed, {fault}")
    return findings.report(LAW)


def _faults(node: DistrictHistory, accepted: AcceptedReport, truth: GroundTruth) -> list[str]:
    journaled = node.projection(_journaled_reports).get(accepted.request, [])
    is_forgotten = _is_forgotten(node, accepted, truth)
    if len(journaled) != 1:
        if not journaled and is_forgotten:
            return []
        return [f"and took effect {len(journaled)} times"]
    (report,) = journaled
    faults = list(report.faults)
    # of one that a restore forgot and its sender repeated, the repeat has an incident of its own
    if report.incident != accepted.incident and not is_forgotten:
        faults.append(f"as {accepted.incident or 'no incident'}, and went to {report.incident}")
    return faults


def _is_forgotten(node: DistrictHistory, accepted: AcceptedReport, truth: GroundTruth) -> bool:
    """Whether the store was put back to before the report was confirmed."""
    return any(
        restore.node == node.name
        and restore.back_to <= accepted.at <= later(restore.at, CONFIRMATION_S)
        for restore in truth.restored
    )


def _journaled_reports(node: DistrictHistory) -> dict[str, list[JournaledReport]]:
    """By request, those that took effect. A repeat that only got the same reply does not count."""
    log = _ReportLog()
    for record in node.records:
        log.apply(record)
    uncounted = log.uncounted
    found: dict[str, list[JournaledReport]] = {}
    for report in log.reports:
        faults = report.faults
        if report.request in uncounted:
            faults = (*faults, f"and {report.incident} does not count it")
        found.setdefault(report.request, []).append(
            JournaledReport(request=report.request, incident=report.incident, faults=faults)
        )
    return found


@dataclass(slots=True)  # mutable: a state that records are applied to
class _ReportLog:
    """What the records said up to here.

    `changed_at`: when an incident got its `stage`; `events`: how many events and reports it had
    when it was last reported to the city; `open_requests`: the reports that it got since then;
    `incident_of_case`: of foreign cases, until a person says which it is; `described`: those that
    were described before, whatever a person said.
    """

    reports: list[JournaledReport] = field(default_factory=list)
    uncounted: set[str] = field(default_factory=set)
    requests: Counter[str] = field(default_factory=Counter)
    stage: dict[str, IncidentStage] = field(default_factory=dict)
    changed_at: dict[str, Timestamp] = field(default_factory=dict)
    events: dict[str, int] = field(default_factory=dict)
    open_requests: dict[str, list[str]] = field(default_factory=dict)
    incident_of_case: dict[tuple[str, str], str] = field(default_factory=dict)
    described: set[tuple[str, str]] = field(default_factory=set)

    def apply(self, record: DistrictRecord) -> None:
        if (moved := rebase_in(record)) is not None:
            self.changed_at = {name: moved(at) for name, at in self.changed_at.items()}
        stage_before = dict(self.stage) if type(record.input) is ReportReceived else {}
        letters = [
            command.letter
            for command in record.commands
            if type(command) is Post and isinstance(command.letter, IncidentReport)
        ]
        for letter in letters:
            if self.stage.get(letter.incident) is not letter.stage:
                self.changed_at[letter.incident] = record.at
            self.stage[letter.incident] = letter.stage
        if type(record.input) is ReportReceived:
            self._report_received(record, record.input, stage_before)
        elif type(record.input) is OperatorActed and record.input.action.verb in REGROUPING_VERBS:
            self.incident_of_case.clear()  # a person says which case it is
        for letter in letters:
            self._count(letter)

    def _report_received(
        self,
        record: DistrictRecord,
        received: ReportReceived,
        stage_before: dict[str, IncidentStage],
    ) -> None:
        reply = next((c for c in record.commands if isinstance(c, Reply)), None)
        request = received.report.request
        has_effect = any(not isinstance(command, Reply) for command in record.commands)
        if reply is None or not reply.done or not (has_effect or not self.requests[request]):
            return
        self.requests[request] += 1
        incident = reply.subject
        faults = self._faults(record.at, received, incident, stage_before)
        self.reports.append(
            JournaledReport(request=request, incident=incident, faults=tuple(faults))
        )
        self.open_requests.setdefault(incident, []).append(request)

    def _faults(
        self,
        at: Timestamp,
        received: ReportReceived,
        incident: str,
        stage_before: dict[str, IncidentStage],
    ) -> list[str]:
        faults = []
        principal, case = received.principal, received.report.case
        if not principal.name.strip() or not may(principal, Permission.REPORT):
            faults.append(f"though {principal.name!r} may not report")
        if incident not in self.stage:
            faults.append(f"and incident {incident!r} does not exist")
        if self._is_swallowed(at, received, incident, stage_before.get(incident)):
            faults.append(f"and {incident} stayed {stage_before[incident]}")
        if case is not None:
            key = (case.system, case.case)
            known = self.incident_of_case.get(key, incident)
            if known != incident and stage_before.get(known) not in ENDED_INCIDENT_STAGES:
                faults.append(f"and its case belongs to {known}, not to {incident}")
            self.incident_of_case[key] = incident
            self.described.add(key)
        return faults

    def _is_swallowed(
        self,
        at: Timestamp,
        received: ReportReceived,
        incident: str,
        before: IncidentStage | None,
    ) -> bool:
        """Whether somebody sees now what was over, and nothing came of it."""
        report = received.report
        is_known = report.case is not None and (
            (report.case.system, report.case.case) in self.described
        )
        return (
            report.observed_at is None
            and not is_known
            and before in REOPENED_BY_REPORTS
            and self.stage[incident] is before
            and self.changed_at[incident] < at
        )

    def _count(self, letter: IncidentReport) -> None:
        """Every report since the last letter is one of the events that this one counts."""
        requests = self.open_requests.pop(letter.incident, [])
        if letter.events - self.events.get(letter.incident, 0) < len(requests):
            self.uncounted.update(requests)
        self.events[letter.incident] = letter.events
