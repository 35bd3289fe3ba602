"""An incident as its owner knows it, and its parts: contributions, slots, the verification in
progress.

Values only; what changes them stands in the files beside this one.
"""

from typing import NamedTuple

from citybrain.clock import Timestamp
from citybrain.domain.console import Countdown, HistoryEntry
from citybrain.domain.event import Evidence
from citybrain.geo import Point
from citybrain.ids import (
    AgentId,
    EpisodeId,
    IncidentId,
    OrderId,
    RequestId,
    RuleId,
    SlotId,
    SourceId,
    UnitId,
)
from citybrain.sorted_map import SortedMap
from citybrain.stages import DISPATCHABLE_INCIDENT_STAGES, ENDED_INCIDENT_STAGES
from citybrain.structs import Struct, field
from citybrain.vocabulary import (
    Capability,
    Certainty,
    IncidentKind,
    IncidentStage,
    OrderStage,
    Severity,
    SlotState,
    Urgency,
)


class ContributionKey(NamedTuple):
    """One episode of one rule of one source."""

    agent: AgentId
    source: SourceId
    rule: RuleId
    episode: EpisodeId


class Contribution(Struct, frozen=True, kw_only=True):
    """One episode that belongs to the incident; `live` until its END event was received."""

    agent: AgentId
    source: SourceId
    rule: RuleId
    episode: EpisodeId
    live: bool
    since: Timestamp  # by its agent's clock
    joined_at: Timestamp  # by this node's


class Slot(Struct, frozen=True, kw_only=True):
    """One place of a need. `declined` are units whose crew gave it back."""

    slot: SlotId
    capability: Capability
    version: int
    state: SlotState
    deadline: Timestamp
    from_city: bool = False
    order: OrderId | None = None
    unit: UnitId | None = None
    order_stage: OrderStage = OrderStage.PROPOSED  # the last one that its crew reported
    claim_until: Timestamp | None = None
    declined: tuple[UnitId, ...] = ()


class PendingVerification(Struct, frozen=True, kw_only=True):
    """A re-observation that was requested of one source.

    `late`: its deadline has passed and a person decides; a clear answer still counts.
    """

    request: RequestId
    agent: AgentId
    source: SourceId
    rule: RuleId
    deadline: Timestamp
    late: bool = False


class Incident(Struct, frozen=True, kw_only=True):
    """What the district knows of an incident, and what it does about it."""

    incident: IncidentId
    kind: IncidentKind
    stage: IncidentStage
    severity: Severity
    urgency: Urgency
    certainty: Certainty
    place: Point
    reported_at: Timestamp
    changed_at: Timestamp
    last_event_at: Timestamp
    agent: AgentId  # of the first contribution, as are `source` and `rule`
    source: SourceId
    rule: RuleId
    traceparent: str
    contributions: SortedMap[ContributionKey, Contribution] = field(default_factory=SortedMap)
    live_count: int = 0  # contributions that have not ended
    episode_count: int = 0  # episodes that ever belonged to it
    events: int = 0
    evidence: Evidence | None = None
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


def has_ended(incident: Incident) -> bool:
    """Whether the incident is closed, merged or rejected."""
    return incident.stage in ENDED_INCIDENT_STAGES


def is_dispatchable(incident: Incident) -> bool:
    """Whether its open slots may be filled."""
    return incident.stage in DISPATCHABLE_INCIDENT_STAGES


def source_label(agent: AgentId, source: SourceId) -> str:
    """A source as histories and screens name it."""
    return f"{agent}/{source}"


def waits_for(incident: Incident) -> str:
    """What it waits for: "crew", "city", "camera", "person", or "" when it is over."""
    match incident.stage:
        case IncidentStage.REPORTED | IncidentStage.DEFERRED:
            return "person"
        case IncidentStage.HANDLED | IncidentStage.VERIFIED:
            verification = incident.verification
            return "camera" if verification is not None and not verification.late else "person"
        case stage if stage in DISPATCHABLE_INCIDENT_STAGES:
            if not incident.slots:
                return "person"
            waits_for_city = any(
                slot.state is SlotState.CLAIMED or (slot.state is SlotState.OPEN and slot.from_city)
                for slot in incident.slots
            )
            return "city" if waits_for_city else "crew"
        case _:
            return ""
