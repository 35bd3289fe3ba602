"""One internal value of everything that the public API shows, with every field set."""

from citybrain.clock import SECOND_US, Timestamp
from citybrain.domain.agent import AgentStatus, SourceStatus, ViewCone
from citybrain.domain.console import (
    Countdown,
    HistoryEntry,
    LinkStatus,
    Outcome,
    QueueEntry,
    Responsibility,
    Unwitnessed,
    WatchedSource,
)
from citybrain.domain.crew import (
    CrewEndedOrder,
    CrewMessage,
    CrewNextOrder,
    CrewOrder,
    CrewView,
    MessageReply,
    Reading,
    WhatToDo,
)
from citybrain.domain.event import Box, Evidence
from citybrain.domain.incident import IncidentReport, SlotReport
from citybrain.domain.order import Task
from citybrain.domain.plan import OrderRationale, Plan, PlanStage, ProposedOrder, UnassignedSlot
from citybrain.domain.unit import Avoidance, UnitReport, UnitStatus
from citybrain.geo import Point
from citybrain.localized_name import LocalizedName
from citybrain.vocabulary import (
    Certainty,
    Disposition,
    Duty,
    IncidentStage,
    OrderStage,
    OutCause,
    Severity,
    SlotState,
    UnitState,
    Urgency,
    Visibility,
)

PLACE = Point(lat=30.5, lon=104.25)


def at(seconds: int) -> Timestamp:
    return Timestamp((1_750_000_000 + seconds) * SECOND_US + 250_000)


TASK = Task(
    incident="inc-1",
    incident_district="riverside",
    slot="slot-1",
    slot_version=2,
    kind="crowding",
    severity=Severity.SEVERE,
    place=PLACE,
    traceparent="00-aa-bb-01",
    number="R-1130-07",
    incident_district_name="Riverside 滨江",
)
SLOT = SlotReport(
    slot="slot-1",
    capability="patrol",
    version=2,
    state=SlotState.CONFIRMED,
    deadline=at(60),
    from_city=True,
    order="order-1",
    unit="unit-1",
)
ENTRY = QueueEntry(
    report=IncidentReport(
        incident="inc-1",
        district="riverside",
        kind="crowding",
        stage=IncidentStage.DISPATCHED,
        severity=Severity.SEVERE,
        urgency=Urgency.IMMEDIATE,
        certainty=Certainty.OBSERVED,
        place=PLACE,
        opened_at=at(0),
        changed_at=at(1),
        escalated=True,
        slots=(SLOT,),
        traceparent="00-aa-bb-01",
        events=3,
        extra=1,
        disposition=Disposition.GONE,
        unstable=True,
        number="R-1130-07",
        place_name=LocalizedName(en="the East Gate", zh="东门"),
    ),
    priority=330.5,
    clocks=(Countdown(name="arrive", due=at(600), is_estimated=True),),
    history=(
        HistoryEntry(
            at=at(0),
            code="reported",
            actor="box-1/cam-1",
            reason="crowd",
            times=2,
            last_at=at(1),
        ),
    ),
    evidence=Evidence(
        aspect=1.5,
        outline=((0.0, 0.25), (1.0, 0.75)),
        boxes=(
            Box(left=0.125, top=0.25, right=0.5, bottom=0.75, label="person", score=0.5, track=7),
        ),
    ),
    source="box-1/cam-1",
    rule="crowd",
    waits_for="crew",
    previous="inc-0",
    owner="Li Na",
    notes=2,
    due_local={"arrive": "2025-06-15 23:16 +08:00"},
    deferred_until=at(900),
    responsible=Responsibility(
        department="office", name=LocalizedName(en="Office", zh="街道办"), returns=1, decides="Chen"
    ),
    parent="inc-2",
    children=("inc-3", "inc-4"),
    merged_into="inc-5",
    place_name=LocalizedName(en="the East Gate", zh="东门"),
    unwitnessed=Unwitnessed(
        state="blind", source="box-1/cam-1", reason="tampered", since=at(3), sources=1
    ),
    watched=(
        WatchedSource(agent="box-1", source="cam-1", since=at(3), reason="tampered"),
        WatchedSource(agent="box-2", source="", since=at(4), is_back=True),
    ),
    caused_by="inc-6",
    consequences=("inc-7",),
    next_units={"slot-1": "unit-1"},
)
UNIT = UnitReport(
    unit="unit-1",
    district="riverside",
    name="巡逻一队",
    capabilities=("patrol", "pump"),
    state=UnitState.EN_ROUTE,
    place=PLACE,
    speed_mps=8.5,
    order="order-1",
    assignment_number=4,
    at=at(2),
    status=UnitStatus(
        duty=Duty.OUT_OF_SERVICE,
        since=at(2),
        by="unit-1",
        cause=OutCause.UNIT_OUT,
        reason="flat tyre",
        until=at(900),
    ),
    lost_capabilities=("ladder",),
    avoids=(Avoidance(incident="inc-9", until=at(600)),),
    overdue="arrive",
)
SOURCE = SourceStatus(
    source="cam-1",
    is_camera=True,
    place=PLACE,
    visibility=Visibility.DEGRADED,
    reason="too dark",
    fps=9.5,
    infer_ms=12.5,
    captured=100,
    used=60,
    gated=30,
    dropped=10,
    observed_s=80.5,
    degraded_s=10.25,
    blind_s=1.5,
    view_cone=ViewCone(heading_deg=135.0, field_of_view_deg=80.0, range_m=40.0),
)
AGENT = AgentStatus(
    agent="box-1",
    online=True,
    at=at(3),
    software_version="0.1.0",
    outbox_rows=5,
    outbox_bytes=900,
    lost=1,
    sources=(SOURCE,),
)
LINK = LinkStatus(name="city", up=False, since=at(-60), backlog=2, problem="certificate")
MESSAGE = CrewMessage(
    message="message-1",
    unit="unit-1",
    incident="inc-1",
    at=at(3),
    actor="Li Na",
    text="走四号门",
    read_at=at(4),
    replies=(MessageReply(at=at(5), actor="unit-1", text="收到"),),
    order="order-1",
    district="oldtown",
    district_name="老城",
    reached_at=at(3),
    not_reached="crowded",
)
NEXT_ORDER = CrewNextOrder(
    incident="inc-2",
    number="R-1130-08",
    kind="crowding",
    severity=Severity.MINOR,
    place=PLACE,
    given_at=at(4),
    given_by="Li Na",
    place_name=LocalizedName(en="the East Gate", zh="东门"),
)
ENDED_ORDER = CrewEndedOrder(
    order="order-0",
    assignment_number=3,
    stage=OrderStage.DONE,
    task=TASK,
    issued_at=at(1),
    ended_at=at(3),
    reason="已处理",
    place_name=LocalizedName(en="the East Gate", zh="东门"),
)
CREW = CrewView(
    unit="unit-1",
    name="巡逻一队",
    state=UnitState.EN_ROUTE,
    place=PLACE,
    order=CrewOrder(
        order="order-1",
        assignment_number=4,
        stage=OrderStage.EN_ROUTE,
        task=TASK,
        issued_at=at(1),
        accept_by=at(5),
        what_to_do=WhatToDo(
            opens=LocalizedName(en="A crowd", zh="人群聚集"),
            time_limit=LocalizedName(en="Half an hour", zh="半小时"),
            closes=LocalizedName(en="The crowd is gone", zh="人群已散"),
        ),
        contact="13800000000",
        evidence=ENTRY.evidence,
        reading=Reading(value=1.5, limit=1.25, at=at(4)),
    ),
    status=UNIT.status,
    lost_capabilities=UNIT.lost_capabilities,
    messages=(MESSAGE,),
    next_orders=(NEXT_ORDER,),
    ended_orders=(ENDED_ORDER,),
)
# no real outcome is done and refused at once; this one has every field
OUTCOME = Outcome(
    request="r-1", done=True, reason="busy", detail="Patrol 1 is en_route.", incident="inc-1"
)
PLAN = Plan(
    plan="plan-1",
    stage=PlanStage.PROPOSED,
    made_at=at(4),
    world_version=9,
    planner="ray",
    solver="assignment",
    cost=120.5,
    bound=110.25,
    solve_ms=3.5,
    orders=(
        ProposedOrder(
            order="order-1",
            unit="unit-1",
            unit_district="oldtown",
            task=TASK,
            rationale=OrderRationale(
                travel_s=90.5,
                cost=100.25,
                next_best="unit-2",
                next_best_cost=130.5,
                cross_district=True,
                coverage_price=2.5,
            ),
        ),
    ),
    unassigned=(
        UnassignedSlot(incident="inc-2", slot="slot-2", capability="tow", reason="no_unit"),
    ),
)
