"""An incident as its owner knows it, and its parts: voices, slots, the look that verifies it. Values; what happens to them stands beside."""

from citybrain.clock import Timestamp
from citybrain.domain.console import Countdown, HistoryLine
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
from citybrain.stages import OVER_INCIDENT_STAGES
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


class Voice(Struct, frozen=True, kw_only=True):
    """One episode that speaks for the incident; `live` until its END was heard."""

    agent: AgentId
    source: SourceId
    rule: RuleId
    episode: EpisodeId
    live: bool
    since: Timestamp  # by its agent's clock
    joined_at: Timestamp  # by this node's


class Slot(Struct, frozen=True, kw_only=True):
    """One place of a need. `crew` is the last stage heard of its order; `declined` are units that gave it back."""

    slot: SlotId
    capability: Capability
    version: int
    state: SlotState
    deadline: Timestamp
    from_city: bool = False
    order: OrderId | None = None
    unit: UnitId | None = None
    crew: OrderStage = OrderStage.PROPOSED
    claim_until: Timestamp | None = None
    declined: tuple[UnitId, ...] = ()


class Look(Struct, frozen=True, kw_only=True):
    """A re-observation that was asked for. `late`: its deadline has passed, a person is waited for; a clear answer still counts."""

    request: RequestId
    agent: AgentId
    source: SourceId
    rule: RuleId
    deadline: Timestamp
    late: bool = False


class Incident(Struct, frozen=True, kw_only=True):
    incident: IncidentId
    kind: IncidentKind
    stage: IncidentStage
    severity: Severity
    urgency: Urgency
    certainty: Certainty
    place: Point
    reported_at: Timestamp
    changed_at: Timestamp
    heard_at: Timestamp  # the last event's
    agent: AgentId  # the first voice's
    source: SourceId
    rule: RuleId
    traceparent: str
    voices: SortedMap[str, Voice] = field(default_factory=SortedMap)
    live: int = 0  # voices that have not ended
    starts: int = 0  # episodes that ever spoke for it
    events: int = 0
    evidence: Evidence | None = None
    opened_at: Timestamp | None = None
    handled_at: Timestamp | None = None
    escalated: bool = False
    slots: tuple[Slot, ...] = ()
    retaken: tuple[
        OrderId, ...
    ] = ()  # orders whose slot was taken back and whose end is not known: the declared surplus
    clocks: tuple[Countdown, ...] = ()
    history: tuple[HistoryLine, ...] = ()
    look: Look | None = None
    looks: int = 0


TAKING_ORDERS = frozenset(
    {IncidentStage.OPENED, IncidentStage.DISPATCHED, IncidentStage.WORKING, IncidentStage.REOPENED}
)


def is_over(incident: Incident) -> bool:
    return incident.stage in OVER_INCIDENT_STAGES


def wants_help(incident: Incident) -> bool:
    """Whether its open slots may be filled."""
    return incident.stage in TAKING_ORDERS


def waits_for(incident: Incident) -> str:
    """Whom or what it waits for: "crew", "city", "camera", "person", or "" when it is over."""
    match incident.stage:
        case IncidentStage.REPORTED | IncidentStage.DEFERRED:
            return "person"
        case IncidentStage.HANDLED | IncidentStage.VERIFIED:
            return "camera" if incident.look is not None and not incident.look.late else "person"
        case stage if stage in TAKING_ORDERS:
            waiting = [s for s in incident.slots if s.state in (SlotState.OPEN, SlotState.CLAIMED)]
            if not incident.slots:
                return "person"
            return (
                "city"
                if any(s.from_city or s.state is SlotState.CLAIMED for s in waiting)
                else "crew"
            )
        case _:
            return ""
