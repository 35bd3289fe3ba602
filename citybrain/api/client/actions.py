"""What people do and report, as requests; and what became of it."""

from citybrain.api.resources.elements import place_message, time_or_none
from citybrain.api.v1 import action_pb2 as pb
from citybrain.domain.console import OperatorAction, Outcome
from citybrain.domain.report import Report
from citybrain.ids import IncidentId, RequestId


def action_message(action: OperatorAction) -> pb.Action:
    return pb.Action(
        request_id=action.request,
        incident=action.incident,
        verb=action.verb.value,
        reason=action.reason,
        unit=action.unit,
        actor=action.operator,
    )


def report_message(report: Report) -> pb.Report:
    case = report.case
    return pb.Report(
        request_id=report.request,
        kind=report.kind,
        place=place_message(report.place),
        text=report.text,
        contact=report.contact,
        reporter=report.reporter.value,
        severity=report.severity.value,
        urgency=report.urgency.value,
        certainty=report.certainty.value,
        observed_at=time_or_none(report.observed_at),
        foreign_case=None
        if case is None
        else pb.ForeignCase(system=case.system, case=case.case, url=case.url),
        actor=report.taken_by,
    )


def outcome_of(outcome: pb.Outcome) -> Outcome:
    return Outcome(
        request=RequestId(outcome.request_id),
        done=outcome.done,
        reason=outcome.reason,
        detail=outcome.detail,
        incident=IncidentId(outcome.incident) if outcome.incident else None,
    )
