"""Reports of people and foreign systems."""

from citybrain.api.requests.checks import Checks
from citybrain.api.v1 import action_pb2 as pb
from citybrain.domain.report import ForeignCase, Report, Reporter
from citybrain.ids import RequestId
from citybrain.vocabulary import Certainty, Severity, Urgency


def report_of(message: pb.Report) -> Report:
    """Raises `InvalidRequestError` with everything that is wrong. The reporter's words are of any
    length and as they came: the district cleans and bounds them."""
    checks = Checks(message)
    report = Report(
        request=RequestId(checks.identifier("request_id")),
        taken_by=checks.identifier("actor"),
        reporter=checks.choice("reporter", Reporter),
        kind=checks.incident_kind("kind"),
        place=checks.place("place"),
        text=message.text,
        contact=message.contact,
        severity=checks.choice("severity", Severity, Severity.MODERATE),
        urgency=checks.choice("urgency", Urgency, Urgency.EXPECTED),
        certainty=checks.choice("certainty", Certainty, Certainty.LIKELY),
        observed_at=checks.optional_time("observed_at"),
        case=_case(message, checks),
    )
    checks.finish()
    return report


def _case(message: pb.Report, checks: Checks) -> ForeignCase | None:
    if not message.HasField("foreign_case"):
        return None
    inner = Checks(message.foreign_case, "foreign_case.")
    case = ForeignCase(
        system=inner.identifier("system"), case=inner.identifier("case"), url=inner.link("url")
    )
    checks.add(inner.violations)
    return case
