"""What a person or a foreign system reports: something happened, here, of this kind."""

from enum import StrEnum

from citybrain.clock import Timestamp
from citybrain.geo import Point
from citybrain.ids import RequestId
from citybrain.structs import Struct
from citybrain.vocabulary import Certainty, IncidentKind, Severity, Urgency


class Reporter(StrEnum):
    """Who saw it. Who typed it in may be somebody else: an operator who takes a citizen's call."""

    CITIZEN = "citizen"
    CREW = "crew"
    OPERATOR = "operator"
    UNKNOWN = "unknown"


class ForeignCase(Struct, frozen=True, kw_only=True):
    """A case of another system: `case` is its number there, `url` where a person reads it."""

    system: str
    case: str
    url: str = ""


class Report(Struct, frozen=True, kw_only=True):
    """Idempotent by `request`; of a foreign case also by (system, case).

    `contact`: a phone number or address to call back, "" where there is none.
    """

    request: RequestId
    taken_by: str  # who typed it in, or the foreign system's program
    reporter: Reporter
    kind: IncidentKind
    place: Point
    text: str
    contact: str = ""
    severity: Severity = Severity.MODERATE
    urgency: Urgency = Urgency.EXPECTED
    certainty: Certainty = Certainty.LIKELY
    observed_at: Timestamp | None = None  # when it was seen; None: when it was reported
    case: ForeignCase | None = None
