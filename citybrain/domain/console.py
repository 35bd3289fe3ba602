"""What an operator or duty officer asks and gets: the same values behind the consoles and the CLI."""

from dataclasses import dataclass

from citybrain.clock import Timestamp
from citybrain.domain.agent import AgentStatus
from citybrain.domain.event import Evidence
from citybrain.domain.incident import IncidentReport
from citybrain.domain.plan import Plan
from citybrain.domain.unit import UnitReport
from citybrain.geo import Point
from citybrain.ids import DistrictId, IncidentId, PlanId, RequestId, UnitId
from citybrain.structs import Struct
from citybrain.vocabulary import OperatorVerb


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorAction:
    """One thing an operator does to an incident. Idempotent by `request`."""

    request: RequestId
    operator: str
    incident: IncidentId
    verb: OperatorVerb
    reason: str = ""  # required by reject and close-by-person
    unit: UnitId | None = None  # of assign


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanAction:
    """The duty officer issues or rejects a plan. Idempotent by `request`."""

    request: RequestId
    officer: str
    plan: PlanId
    issue: bool
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of an action: `reason` is a reason code and `detail` a sentence when it was not done."""

    request: RequestId
    done: bool
    reason: str = ""
    detail: str = ""


class Countdown(Struct, frozen=True, kw_only=True):
    """A running clock of an incident: "dispatch", "arrive", "handle", "verify"."""

    name: str
    due: Timestamp


class HistoryLine(Struct, frozen=True, kw_only=True):
    """One step in an incident's life: `what` is a code of the vocabulary, `who` an operator, a unit, an agent or the district itself."""

    at: Timestamp
    what: str
    who: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueEntry:
    """An incident as the district's operator sees it."""

    report: IncidentReport
    priority: float  # higher first
    clocks: tuple[Countdown, ...]
    history: tuple[HistoryLine, ...]
    evidence: Evidence | None
    source: str
    rule: str
    waits_for: str  # "" or whom/what it waits for: "crew", "city", "camera", "person"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkStatus:
    """A link of this tier: to the city, to a district, to the broker."""

    name: str
    up: bool
    since: Timestamp
    backlog: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DistrictSnapshot:
    """A district's whole screen."""

    district: DistrictId
    name: str
    centre: Point
    at: Timestamp
    rows: tuple[QueueEntry, ...]
    units: tuple[UnitReport, ...]
    agents: tuple[AgentStatus, ...]
    links: tuple[LinkStatus, ...]
    counts: dict[
        str, float
    ]  # events, duplicates, quarantined, gaps, records … since the store began


@dataclass(frozen=True, slots=True, kw_only=True)
class DistrictSummary:
    """A district as the city knows it; `age_s` says how old that knowledge is."""

    district: DistrictId
    name: str
    centre: Point
    away: bool
    age_s: float
    incidents: int
    units: int
    units_free: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine:
    """One order under the city's hand: `drive` is the city's step, `stage` the crew's."""

    order: str
    plan: PlanId
    unit: UnitId
    unit_district: DistrictId
    incident: IncidentId
    incident_district: DistrictId
    drive: str
    stage: str
    since: Timestamp
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CitySnapshot:
    """The duty officer's whole screen."""

    at: Timestamp
    districts: tuple[DistrictSummary, ...]
    incidents: tuple[IncidentReport, ...]
    units: tuple[UnitReport, ...]
    plans: tuple[Plan, ...]  # newest first, bounded
    drives: tuple[OrderLine, ...]
    planner: str  # "ray" or "in-process", and why in `planner_because`
    planner_because: str
    counts: dict[str, float]
