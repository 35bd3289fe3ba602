"""What operators and the duty officer do, and a district as an operator's screen shows it."""

from collections.abc import Mapping
from enum import StrEnum

from citybrain.clock import Timestamp
from citybrain.domain.agent import AgentStatus
from citybrain.domain.event import Evidence
from citybrain.domain.incident import IncidentReport
from citybrain.domain.unit import UnitReport
from citybrain.geo import Point
from citybrain.ids import (
    AgentId,
    AttachmentId,
    DistrictId,
    HandOverId,
    IncidentId,
    PlanId,
    RequestId,
    SlotId,
    SourceId,
    UnitId,
)
from citybrain.localized_name import LocalizedName
from citybrain.structs import Struct, field
from citybrain.vocabulary import Disposition, Duty, IncidentKind, OperatorVerb, Severity


class UploadedFile(Struct, frozen=True, kw_only=True):
    """A file that came in whole and is durable at its node: what is noted of it. Its bytes are in
    no journal."""

    name: str  # cleaned
    media_type: str  # by its content
    size: int  # bytes
    sha256: str  # hexadecimal


class OperatorAction(Struct, frozen=True, kw_only=True):
    """One thing an operator does to an incident. Idempotent by `request`."""

    request: RequestId
    operator: str
    incident: IncidentId
    verb: OperatorVerb
    reason: str = ""  # required by reject and close-by-person
    department: str = ""  # of route
    until: Timestamp | None = None  # of defer: when it opens again by itself
    # of close, verify and reject; unknown: what follows from the verb
    disposition: Disposition = Disposition.UNKNOWN
    confirmed: bool = False  # it is over though a source still sees it
    unit: UnitId | None = None  # of assign, unassign and message
    text: str = ""  # of note and message
    kind: IncidentKind | None = None  # of reclassify
    place: Point | None = None  # of relocate
    severity: Severity | None = None  # of set_severity
    person: str = ""  # of give
    other: IncidentId | None = None  # of merge, not_same and link
    contributions: tuple[str, ...] = ()  # of split: their ids, or names of their sources
    preempt: bool = False  # of assign: the unit is taken from a less severe case
    attachment: AttachmentId | None = None  # of redact
    upload: UploadedFile | None = None  # of attach: noted by the node itself, by no message
    next: bool = False  # of assign: when the unit's present order ends


class AgentVerb(StrEnum):
    """What an operator may do to a box."""

    ALLOW_OUTBOX = "allow_outbox"  # take a new outbox of it, though it had several within a day
    FORGET = "forget"  # a box that is gone and cannot come back by itself, before its time is over


class AgentAction(Struct, frozen=True, kw_only=True):
    """One thing an operator does to a box. Idempotent by `request`."""

    request: RequestId
    operator: str
    agent: AgentId
    verb: AgentVerb
    reason: str = ""


class UnitVerb(StrEnum):
    """What can be said or done about a unit. All but the last its crew may say, too."""

    READY = "ready"  # it is on duty, and can do everything that it is equipped for
    BREAK = "break"
    OFF_DUTY = "off_duty"
    OUT_OF_SERVICE = "out_of_service"
    RELEASE = "release"  # its live order is taken from it: its crew is not heard of


DUTY_OF: dict[UnitVerb, Duty] = {
    UnitVerb.READY: Duty.ON_DUTY,
    UnitVerb.BREAK: Duty.ON_BREAK,
    UnitVerb.OFF_DUTY: Duty.OFF_DUTY,
    UnitVerb.OUT_OF_SERVICE: Duty.OUT_OF_SERVICE,
}


class UnitAction(Struct, frozen=True, kw_only=True):
    """One thing that a crew or an operator says or does about a unit. Idempotent by `request`."""

    request: RequestId
    operator: str  # "": its crew
    unit: UnitId
    verb: UnitVerb
    reason: str = ""
    until: Timestamp | None = None  # of a break, or out of service: ready by itself then


class AgentStanding(Struct, frozen=True, kw_only=True):
    """A box that a person must look at: `standing` is why it is not believed, or "outbox_waits".

    `since` None: not known."""

    agent: AgentId
    standing: str
    since: Timestamp | None = None


class PlanAction(Struct, frozen=True, kw_only=True):
    """The duty officer issues or rejects a plan. Idempotent by `request`."""

    request: RequestId
    officer: str
    plan: PlanId
    issue: bool
    reason: str = ""


class Outcome(Struct, frozen=True, kw_only=True):
    """The result of an action: when it was not done, `reason` is a code and `detail` a sentence.

    `incident`: the one that a report opened or joined."""

    request: RequestId
    done: bool
    reason: str = ""
    detail: str = ""
    incident: IncidentId | None = None


class Countdown(Struct, frozen=True, kw_only=True):
    """A running clock of an incident: "dispatch", "arrive", "handle", "verify".

    `is_estimated`: it runs in working time, and the holidays on its way are not known."""

    name: str
    due: Timestamp
    is_estimated: bool = False


class HistoryEntry(Struct, frozen=True, kw_only=True):
    """One step in an incident's life: `code` is one of the vocabulary, `actor` an operator, unit,
    agent or district. Where a history grew long a line stands for several of a kind: `times`, from
    `at` to `last_at`."""

    at: Timestamp
    code: str
    actor: str
    reason: str = ""
    times: int = 1
    last_at: Timestamp | None = None  # None: there is the one at `at`


class Responsibility(Struct, frozen=True, kw_only=True):
    """The department whose case an incident is, or the person who must say so (`decides`)."""

    department: str = ""  # its id; "": none
    name: LocalizedName = LocalizedName(en="", zh="")
    returns: int = 0  # departments that said that it is not theirs
    decides: str = ""


class Unwitnessed(Struct, frozen=True, kw_only=True):
    """No camera or sensor of an incident sees it any more. `source` is the one that went dark
    last, as histories name it; `sources`: how many there are, all of them dark."""

    state: str  # "offline": its box is not connected; "blind"
    source: str
    reason: str  # why it is blind, a code
    since: Timestamp
    sources: int = 1


class WatchedSource(Struct, frozen=True, kw_only=True):
    """What a case of darkness is about: a box that is away, or a source that is blind."""

    agent: AgentId
    source: SourceId  # "": the whole box
    since: Timestamp
    reason: str = ""  # why it is blind, a code
    is_back: bool = False


class QueueEntry(Struct, frozen=True, kw_only=True):
    """An incident as the district's operator sees it."""

    report: IncidentReport
    priority: float  # higher first
    clocks: tuple[Countdown, ...]
    history: tuple[HistoryEntry, ...]
    evidence: Evidence | bytes | None  # bytes: as it came
    source: str
    rule: str
    waits_for: str  # "", "crew", "city", "camera", "sensor" or "person"
    # by clock, when it is due as clocks in the district show it; none without a calendar
    due_local: Mapping[str, str] = field(default_factory=dict)
    deferred_until: Timestamp | None = None  # then it opens again by itself
    previous: IncidentId | None = None  # the one before, of its kind and place, that was over
    owner: str = ""  # the person whose case it is; "": nobody took it
    notes: int = 0  # that people wrote into it
    parent: IncidentId | None = None  # the area case that it belongs to
    children: tuple[IncidentId, ...] = ()  # of an area case
    merged_into: IncidentId | None = None
    responsible: Responsibility | None = None  # None: its district has no departments
    place_name: LocalizedName | None = None  # as people call where it is
    unwitnessed: Unwitnessed | None = None  # None: something sees it, or nothing ever did
    watched: tuple[WatchedSource, ...] = ()  # of a case of what is dark
    caused_by: IncidentId | None = None  # the case that it follows from
    consequences: tuple[IncidentId, ...] = ()  # the cases that follow from it
    next_units: Mapping[SlotId, UnitId] = field(default_factory=dict)  # who comes to a slot next


class LinkStatus(Struct, frozen=True, kw_only=True):
    """A link of this tier: to the city, to a district, to the broker."""

    name: str
    up: bool
    since: Timestamp
    backlog: int
    problem: str = ""  # what keeps both apart, a code; "" while it is up, or where nobody said


class DistrictSnapshot(Struct, frozen=True, kw_only=True):
    """A district's whole screen."""

    district: DistrictId
    name: str
    centre: Point
    at: Timestamp
    queue: tuple[QueueEntry, ...]
    units: tuple[UnitReport, ...]
    agents: tuple[AgentStatus, ...]
    links: tuple[LinkStatus, ...]
    counts: dict[str, float]  # events, duplicates, gaps, records … since the store began


class ShiftVerb(StrEnum):
    """What a person does at the end of a shift, and another at the beginning of the next."""

    HAND_OVER = "hand_over"
    TAKE_OVER = "take_over"


class ShiftAction(Struct, frozen=True, kw_only=True):
    """One of the two. Idempotent by `request`."""

    request: RequestId
    operator: str
    verb: ShiftVerb
    person: str = ""  # of hand_over: whom it is for; "": whoever comes to the desk
    text: str = ""  # of hand_over
    hand_over: HandOverId | None = None  # of take_over


class HandOver(Struct, frozen=True, kw_only=True):
    """The cases that a person handed over. They are that person's until somebody takes them."""

    hand_over: HandOverId
    actor: str
    person: str
    at: Timestamp
    text: str
    incidents: tuple[IncidentId, ...]
    taken_by: str = ""
    taken_at: Timestamp | None = None
