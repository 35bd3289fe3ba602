"""Domain values for handcrafted histories: small builders with defaults, no test in here."""

from citybrain.clock import Timestamp
from citybrain.domain.crew import CrewAnswer
from citybrain.domain.event import (
    Event,
    VerificationResult,
)
from citybrain.domain.incident import IncidentReport, SlotReport
from citybrain.domain.order import OrderAnswer, OrderProgress, OrderRequest, Task
from citybrain.domain.unit import UnitReport
from citybrain.geo import Point
from citybrain.ids import (
    AgentId,
    DistrictId,
    EpisodeId,
    IncidentId,
    OrderId,
    PlanId,
    RequestId,
    RuleId,
    SlotId,
    SourceId,
    UnitId,
)
from citybrain.kinds import OBJECTS_INSIDE
from citybrain.stages import ENDED_INCIDENT_STAGES
from citybrain.vocabulary import (
    Capability,
    Certainty,
    CrewAction,
    Disposition,
    IncidentKind,
    IncidentStage,
    OrderStage,
    OrderStep,
    OrderVerdict,
    Phase,
    Severity,
    SlotState,
    UnitState,
    Urgency,
    VerificationVerdict,
)

HERE = Point(lat=30.66, lon=104.06)
T0 = 1_750_000_000_000_000
A, B = DistrictId("a"), DistrictId("b")
AGENT = AgentId("box-a")


def at(seconds: float) -> Timestamp:
    return Timestamp(T0 + round(seconds * 1_000_000))


def event(
    *,
    incident_kind: str = "crowding",
    trace: str = "1" * 32,
    phase: Phase = Phase.START,
    second: float = 0.0,
) -> Event:
    return Event(
        episode=EpisodeId("e-1"),
        kind=OBJECTS_INSIDE,
        phase=phase,
        source=SourceId("cam"),
        rule=RuleId("crowd"),
        incident_kind=IncidentKind(incident_kind),
        place=HERE,
        severity=Severity.MODERATE,
        urgency=Urgency.EXPECTED,
        certainty=Certainty.LIKELY,
        observed_at=at(second),
        error_ms=1.0,
        measurements={},
        traceparent=f"00-{trace}-{'2' * 16}-01",
    )


def verification_result(
    incident: str, verdict: VerificationVerdict = VerificationVerdict.CLEAR
) -> VerificationResult:
    return VerificationResult(
        request=RequestId("r"),
        incident=IncidentId(incident),
        source=SourceId("cam"),
        verdict=verdict,
        reason="",
        observed_s=5.0,
        measurements={},
        answered_at=at(0),
    )


def slot(
    state: SlotState = SlotState.OPEN, *, order: str | None = None, version: int = 1
) -> SlotReport:
    return SlotReport(
        slot=SlotId("s-1"),
        capability=Capability("pump"),
        version=version,
        state=state,
        deadline=at(900),
        from_city=True,
        order=None if order is None else OrderId(order),
    )


def incident(
    stage: IncidentStage, name: str = "i-1", *, slots: tuple[SlotReport, ...] = (), extra: int = 0
) -> IncidentReport:
    return IncidentReport(
        incident=IncidentId(name),
        district=A,
        kind=IncidentKind("crowding"),
        stage=stage,
        severity=Severity.MODERATE,
        urgency=Urgency.EXPECTED,
        certainty=Certainty.LIKELY,
        place=HERE,
        opened_at=at(0),
        changed_at=at(0),
        escalated=False,
        slots=slots,
        traceparent="",
        events=1,
        extra=extra,
        disposition=Disposition.GONE if stage in ENDED_INCIDENT_STAGES else Disposition.UNKNOWN,
    )


def unit(
    order: str | None,
    *,
    name: str = "u-1",
    assignment_number: int = 1,
    district: DistrictId = A,
    state: UnitState = UnitState.COMMITTED,
) -> UnitReport:
    return UnitReport(
        unit=UnitId(name),
        district=district,
        name=name,
        capabilities=(Capability("pump"),),
        state=UnitState.AVAILABLE if order is None else state,
        place=HERE,
        speed_mps=8.0,
        order=None if order is None else OrderId(order),
        assignment_number=assignment_number,
        at=at(0),
    )


def progress(
    stage: OrderStage,
    order: str = "o-1",
    *,
    unit_district: DistrictId = B,
    incident_district: DistrictId = A,
) -> OrderProgress:
    return OrderProgress(
        order=OrderId(order),
        unit=UnitId("u-1"),
        unit_district=unit_district,
        incident=IncidentId("i-1"),
        incident_district=incident_district,
        stage=stage,
        at=at(0),
    )


def task(*, slot_version: int = 1) -> Task:
    return Task(
        incident=IncidentId("i-1"),
        incident_district=A,
        slot=SlotId("s-1"),
        slot_version=slot_version,
        kind=IncidentKind("crowding"),
        severity=Severity.MODERATE,
        place=HERE,
        traceparent="",
    )


def crew_answer(
    order: str,
    action: CrewAction = CrewAction.ACCEPT,
    *,
    request: str = "",
    assignment_number: int = 1,
) -> CrewAnswer:
    name = RequestId(request or f"q-{order}")
    return CrewAnswer(
        request=name,
        unit=UnitId("u-1"),
        order=OrderId(order),
        assignment_number=assignment_number,
        action=action,
    )


def order_request(
    what: OrderStep,
    order: str = "o-1",
    *,
    version: int = 1,
    ttl_s: float = 30.0,
    unit_district: DistrictId = A,
) -> OrderRequest:
    return OrderRequest(
        order=OrderId(order),
        step=what,
        plan=PlanId("p"),
        unit=UnitId("u-1"),
        unit_district=unit_district,
        task=task(slot_version=version),
        ttl_s=ttl_s,
    )


def order_answer(
    what: OrderStep, verdict: OrderVerdict, order: str = "o-1", *, assignment_number: int = 0
) -> OrderAnswer:
    return OrderAnswer(
        order=OrderId(order), step=what, verdict=verdict, assignment_number=assignment_number
    )
