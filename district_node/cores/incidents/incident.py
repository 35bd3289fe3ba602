"""An incident as its owner knows it, and its parts: slots, the verification in progress.

Values only; what changes them stands in the files beside this one.
"""

from citybrain.clock import Timestamp
from citybrain.domain.console import Countdown, HistoryEntry, Unwitnessed
from citybrain.domain.event import Evidence
from citybrain.domain.order import FoundNeed
from citybrain.geo import Point
from citybrain.ids import (
    AgentId,
    CaseNumber,
    IncidentId,
    OrderId,
    RequestId,
    RuleId,
    SlotId,
    SourceId,
    UnitId,
)
from citybrain.pack.asset import AssetId
from citybrain.sorted_map import SortedMap
from citybrain.stages import DISPATCHABLE_INCIDENT_STAGES, ENDED_INCIDENT_STAGES
from citybrain.structs import Struct, field
from citybrain.vocabulary import (
    Capability,
    Certainty,
    Disposition,
    Finding,
    IncidentKind,
    IncidentStage,
    OperatorVerb,
    OrderStage,
    Severity,
    SlotState,
    Urgency,
)
from district_node.cores.incidents.case_file import CaseFile
from district_node.cores.incidents.contribution import (
    NO_ASSET,
    NO_KIND,
    Contribution,
    ContributionKey,
    EpisodeKey,
    RuleSource,
    VerificationMethod,
)
from district_node.paging.progress import Paging
from district_node.playbook import PlaybookId
from district_node.routing.departments import NOBODY, DepartmentId

# while it is in an area case and no crew comes for it
WAITS_FOR_AREA = DISPATCHABLE_INCIDENT_STAGES | {IncidentStage.REPORTED}


class Slot(Struct, frozen=True, kw_only=True):
    """One place of a need. `declined` are units whose crew gave it back, as a version before kept
    that: now the unit itself says which cases it avoids."""

    slot: SlotId
    capability: Capability
    version: int
    state: SlotState
    deadline: Timestamp
    from_city: bool = False
    order: OrderId | None = None
    unit: UnitId | None = None
    unit_name: str = ""  # of another district's unit, as the city calls it
    order_stage: OrderStage = OrderStage.PROPOSED  # the last one that its crew reported
    claim_until: Timestamp | None = None
    declined: tuple[UnitId, ...] = ()
    is_crew_overdue: bool = False  # its own crew is not heard of, and a person decides
    dropped: bool = False  # what the incident turned out to be does not need it
    is_found: bool = False  # a crew at the scene asked for it
    is_unfilled: bool = False  # while it is open: nobody comes by itself, and a person decides
    finding: Finding = Finding.UNKNOWN  # what the crew of its order found
    found_needs: tuple[FoundNeed, ...] = ()


class Regrouping(Struct, frozen=True, kw_only=True):
    """A person's word on two cases: `verb` is merge, split, not_same, link or unlink."""

    verb: OperatorVerb
    other: IncidentId
    person: str
    is_part: bool = False  # it was merged into the other, split off it, or follows from it


class AgentVerification(Struct, frozen=True, kw_only=True, tag="agent"):
    """A camera or sensor was asked whether it is over: of the outbox that its agent was believed to
    have then.

    `late`: its deadline has passed and a person decides; a clear answer still counts.
    """

    request: RequestId
    method: VerificationMethod  # look again, or reading
    agent: AgentId
    source: SourceId
    rule: RuleId
    deadline: Timestamp
    late: bool = False
    incarnation: int = 0  # of the agent's outbox; 0: an older state did not keep it


class PersonVerification(Struct, frozen=True, kw_only=True, tag="person"):
    """A person has to say whether it is over, by the deadline of the `verify` clock: after a call
    to `contact` where the method is a call back."""

    method: VerificationMethod  # call back, or named person
    contact: str


PendingVerification = AgentVerification | PersonVerification


class Watched(Struct, frozen=True, kw_only=True):
    """A box or source whose darkness is the incident. `source` "": the box is away."""

    agent: AgentId
    source: SourceId
    since: Timestamp  # by this node's clock
    reason: str = ""
    is_back: bool = False
    box_since: Timestamp = Timestamp(0)  # of a source: since when by its box's clock


class FoundBy(Struct, frozen=True, kw_only=True):
    """What an incident is looked for by besides its place: a family, and the asset it is at."""

    family: IncidentKind
    asset: AssetId = NO_ASSET


class Incident(Struct, frozen=True, kw_only=True):
    """What the district knows of an incident, and what it does about it."""

    incident: IncidentId
    kind: IncidentKind
    reported_kind: IncidentKind  # what its sources call it; `kind` is "unknown" if no playbook does
    playbook: PlaybookId  # by which it is handled to its end, whatever is in force later
    stage: IncidentStage
    severity: Severity
    urgency: Urgency
    certainty: Certainty
    place: Point
    reported_at: Timestamp
    changed_at: Timestamp
    last_observed_at: Timestamp  # by this node's clock, as well as that is known
    first_source: str  # label of the source of its first contribution
    traceparent: str
    contributions: SortedMap[ContributionKey, Contribution] = field(default_factory=SortedMap)
    # what live episodes showed last, and what the newest of those showed that are over
    evidence: SortedMap[ContributionKey, Evidence | bytes] = field(default_factory=SortedMap)
    # episodes among them that have not ended, and what is `watched` and not back
    live_count: int = 0
    report_count: int = 0  # of persons and foreign systems, among them
    contribution_count: int = 0  # that ever belonged to it
    events: int = 0  # events and reports
    opened_at: Timestamp | None = None
    handled_at: Timestamp | None = None
    escalated: bool = False
    slots: tuple[Slot, ...] = ()
    # orders whose slot was taken back and whose end is not known: the declared extra
    retaken: tuple[OrderId, ...] = ()
    clocks: tuple[Countdown, ...] = ()
    history: tuple[HistoryEntry, ...] = ()
    verification: PendingVerification | None = None
    verification_attempts: int = 0
    ended_by_person: bool = False  # closed or rejected by a named person, not by a source
    # episodes that were not over then, of sources that could not see: a person said that it is
    ended_unseen: tuple[EpisodeKey, ...] = ()
    responsible: DepartmentId = NOBODY  # the department whose case it is
    returns: tuple[DepartmentId, ...] = ()  # those that said that it is not theirs (退单)
    decides: str = ""  # the person who must say whose case it is (兜底); "": nobody must
    is_routed_by_person: bool = False
    deferred_until: Timestamp | None = None  # then it opens again by itself; None: by a person
    disposition: Disposition = Disposition.UNKNOWN  # what it turned out to be, once it is over
    # what follows from what its crews found, where nobody says otherwise; unknown: nothing does
    proposed: Disposition = Disposition.UNKNOWN
    severity_said: Severity = Severity.UNKNOWN  # at least so bad: a crew said that it is worse
    previous: IncidentId | None = None  # the one before, of its kind and place, that was over
    case_file: CaseFile = CaseFile()
    # when it was observed first, as `last_observed_at`; None: an older state did not keep it
    first_observed_at: Timestamp | None = None
    drift_m: tuple[float, float] = (0.0, 0.0)  # from `place` north and east to the middle of it
    asset: AssetId = NO_ASSET  # that it is at
    family: IncidentKind = NO_KIND  # by which it is found; "": as its sources call it
    # and by this too, since a person says that it is of another kind; None: of the same family
    also: FoundBy | None = None
    parent: IncidentId | None = None  # the area case that it belongs to
    is_area: bool = False  # it stands for its children in the queue
    children: tuple[IncidentId, ...] = ()
    merged_into: IncidentId | None = None  # the case that it is the same as, a person says
    apart_from: tuple[IncidentId, ...] = ()  # cases that a person says it is not the same as
    regroupings: tuple[Regrouping, ...] = ()  # of persons, the newest last
    paging: Paging | None = None  # who was called about it
    number: CaseNumber = CaseNumber("")  # "": of a version that gave none
    unwitnessed: Unwitnessed | None = None  # nothing that saw it can see it now
    watched: tuple[Watched, ...] = ()  # it is about these; empty: about something in the street
    # when what each rule sees began or ended last, until a crew was there
    changes: SortedMap[RuleSource, tuple[Timestamp, ...]] = field(default_factory=SortedMap)
    unstable: tuple[RuleSource, ...] = ()  # that change too often for anybody to be sent by them
    caused_by: IncidentId | None = None  # the case that it follows from, a person says
    consequences: tuple[IncidentId, ...] = ()  # the cases that follow from it
    # most of its time to be confirmed nobody could look: if a clock rejected it, that says nothing
    had_no_time: bool = False
    begun_by: str = ""  # the program whose report began it; "": a person, camera or sensor did


def has_ended(incident: Incident) -> bool:
    """Whether the incident is closed, merged or rejected."""
    return incident.stage in ENDED_INCIDENT_STAGES


def is_dispatchable(incident: Incident) -> bool:
    """Whether its open slots may be filled."""
    return incident.stage in DISPATCHABLE_INCIDENT_STAGES


def needed_slots(incident: Incident) -> tuple[Slot, ...]:
    """Its places, without those that what it turned out to be does not need. Where there is none, a
    person decides whom to send."""
    return tuple(slot for slot in incident.slots if not slot.dropped)


def rests_on_episodes(incident: Incident) -> bool:
    """Whether no person and no foreign system reported it."""
    return incident.report_count == 0


def clears_itself(incident: Incident) -> bool:
    """Whether all that it rests on are episodes, and all of them are over. What a person or a
    foreign system reported is over when somebody says so."""
    return incident.live_count == 0 and rests_on_episodes(incident) and not incident.is_area


def waits_for_agent(incident: Incident) -> bool:
    """Whether a camera or sensor was asked, and has time left to answer."""
    asked = incident.verification
    return isinstance(asked, AgentVerification) and not asked.late


def waits_for(incident: Incident) -> str:
    """What it waits for: "crew", "city", "camera", "sensor", "person", "area" (the area case that
    it is in), or "" when it is over. Where a source is unstable a person looks, unless a crew is
    there."""
    if incident.unstable and not incident.parent and not has_ended(incident):
        return "crew" if incident.stage is IncidentStage.WORKING else "person"
    match incident.stage:
        case stage if stage in WAITS_FOR_AREA and incident.parent and not _has_crew(incident):
            return "area"
        case IncidentStage.REPORTED | IncidentStage.DEFERRED:
            return "person"
        case IncidentStage.HANDLED | IncidentStage.VERIFIED:
            return _verifier(incident)
        case stage if stage in DISPATCHABLE_INCIDENT_STAGES:
            if not needed_slots(incident) or _wants_decision(incident):
                return "person"
            waits_for_city = any(
                slot.state is SlotState.CLAIMED or (slot.state is SlotState.OPEN and slot.from_city)
                for slot in incident.slots
            )
            return "city" if waits_for_city else "crew"
        case _:
            return ""


def _has_crew(incident: Incident) -> bool:
    return any(slot.state is not SlotState.CANCELLED for slot in incident.slots)


def _wants_decision(incident: Incident) -> bool:
    """Whether a crew is silent, nobody's case it is, or nobody comes for an open place."""
    return bool(incident.decides) or any(
        slot.is_crew_overdue or (slot.is_unfilled and slot.state is SlotState.OPEN)
        for slot in incident.slots
    )


def _verifier(incident: Incident) -> str:
    asked = incident.verification
    if not isinstance(asked, AgentVerification) or asked.late:
        return "person"
    return "sensor" if asked.method is VerificationMethod.READING else "camera"
