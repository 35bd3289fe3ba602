"""Handcrafted histories for the law tests: small builders, no test in here."""

from dataclasses import replace
from itertools import count
from typing import Any

from citybrain.clock import Timestamp
from citybrain.decider.command import Post, Reply
from citybrain.domain.console import OperatorAction
from citybrain.domain.crew import CrewAnswer
from citybrain.domain.event import Event, OutboxItem, VerificationRequest, VerificationResult
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
    StoreEpoch,
    UnitId,
)
from citybrain.vocabulary import (
    Capability,
    Certainty,
    CrewAction,
    EventKind,
    IncidentKind,
    IncidentStage,
    OperatorVerb,
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
from citysim.laws.history import History, NodeHistory, OutboxHistory, Step
from coordinator.inputs import DistrictConnected
from coordinator.inputs import NodeStarted as CityStarted
from coordinator.inputs import said as city_hears
from coordinator.policy import Policy
from district_node.inputs import (
    BatchReceived,
    CityLetterReceived,
    CrewAnswered,
    NodeStarted,
    OperatorActed,
    Setup,
)
from district_node.playbook import Title

HERE = Point(lat=30.66, lon=104.06)
T0 = 1_750_000_000_000_000
A, B = DistrictId("a"), DistrictId("b")
AGENT = AgentId("box-a")


def at(seconds: float) -> Timestamp:
    return Timestamp(T0 + round(seconds * 1_000_000))


def node(
    name: str, *steps: Step, let_go: dict[str, int] | None = None, **facts: Any
) -> NodeHistory:
    numbered = tuple(replace(step, seq=seq) for seq, step in zip(count(1), steps, strict=False))
    return NodeHistory(
        name=name, steps=numbered, let_go=tuple(sorted((let_go or {}).items())), **facts
    )


def step(
    given: Any = None,
    *letters: Any,
    second: float = 0.0,
    to: str = "city",
    commands: tuple[Any, ...] = (),
) -> Step:
    return Step(
        seq=0,
        at=at(second),
        input=given,
        commands=(*(Post(to=to, letter=letter) for letter in letters), *commands),
    )


def history(*nodes: NodeHistory, city: NodeHistory | None = None, **facts: Any) -> History:
    return History(districts=tuple((DistrictId(n.name), n) for n in nodes), city=city, **facts)


def event(
    *,
    incident_kind: str = "crowding",
    trace: str = "1" * 32,
    phase: Phase = Phase.START,
    second: float = 0.0,
) -> Event:
    return Event(
        episode=EpisodeId("e-1"),
        kind=EventKind.OBJECTS_INSIDE,
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


def says(*seqs: int, incarnation: int = 7, **items: Any) -> BatchReceived:
    return BatchReceived(
        agent=AGENT,
        incarnation=incarnation,
        items=tuple(OutboxItem(seq=seq, **(items or {"event": event()})) for seq in seqs),
    )


def clear(
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
    )


def unit(
    order: str | None,
    *,
    name: str = "u-1",
    assignment: int = 1,
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
        assignment=assignment,
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


def task() -> Task:
    return Task(
        incident=IncidentId("i-1"),
        incident_district=A,
        slot=SlotId("s-1"),
        slot_version=1,
        kind=IncidentKind("crowding"),
        severity=Severity.MODERATE,
        place=HERE,
        traceparent="",
    )


def accepts(
    order: str, action: CrewAction = CrewAction.ACCEPT, *, request: str = "", assignment: int = 1
) -> CrewAnswer:
    name = RequestId(request or f"q-{order}")
    return CrewAnswer(
        request=name, unit=UnitId("u-1"), order=OrderId(order), assignment=assignment, action=action
    )


def presses(
    order: str,
    action: CrewAction,
    *letters: Any,
    request: str = "",
    assignment: int = 1,
    done: bool = True,
    reason: str = "",
    second: float = 0.0,
) -> Step:
    """A crew's button, answered."""
    answer = accepts(order, action, request=request or f"q-{order}-{action}", assignment=assignment)
    return step(
        CrewAnswered(answer=answer),
        *letters,
        commands=(Reply(request=answer.request, done=done, reason=reason),),
        second=second,
    )


def acts(
    verb: OperatorVerb,
    *letters: Any,
    operator: str = "li",
    incident: str = "i-1",
    request: str = "op",
    done: bool = True,
) -> Step:
    """An operator's action, answered."""
    action = OperatorAction(
        request=RequestId(request),
        operator=operator,
        incident=IncidentId(incident),
        verb=verb,
        reason="seen",
    )
    return step(
        OperatorActed(action=action), *letters, commands=(Reply(request=action.request, done=done),)
    )


def looks(
    incident: str = "i-1",
    *letters: Any,
    request: str = "r",
    agent: str = AGENT,
    quiet_s: float = 5.0,
    second: float = 0.0,
) -> Step:
    """A district asks an agent to look again."""
    asked = VerificationRequest(
        request=RequestId(request),
        incident=IncidentId(incident),
        source=SourceId("cam"),
        rule=RuleId("crowd"),
        quiet_s=quiet_s,
        deadline=at(second + 60),
    )
    asking = step(None, *letters, second=second)
    return replace(asking, commands=(Post(to=f"agent/{agent}", letter=asked), *asking.commands))


def request(
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
        task=replace(task(), slot_version=version),
        ttl_s=ttl_s,
    )


def answer(
    what: OrderStep, verdict: OrderVerdict, order: str = "o-1", *, assignment: int = 0
) -> OrderAnswer:
    return OrderAnswer(order=OrderId(order), step=what, verdict=verdict, assignment=assignment)


def asked(
    given: OrderRequest,
    verdict: OrderVerdict,
    *letters: Any,
    position: int = 1,
    second: float = 0.0,
) -> Step:
    """A step of the city, answered by an owner."""
    return step(
        CityLetterReceived(position=position, request=given),
        *letters,
        answer(given.step, verdict, given.order),
        second=second,
    )


def started(
    epoch: str = "e", *, cores: str = "", second: float = 0.0, letters: tuple[Any, ...] = ()
) -> Step:
    setup = Setup(district=A, name=Title(en="", zh=""), centre=HERE, units=(), playbooks=())
    return step(
        NodeStarted(setup=setup, epoch=StoreEpoch(epoch), cores=cores), *letters, second=second
    )


def city_started(epoch: str = "c", *, second: float = 0.0) -> Step:
    return step(CityStarted(policy=Policy(), epoch=StoreEpoch(epoch)), second=second)


def hello(epoch: str, *, district: DistrictId = A) -> Step:
    return step(
        DistrictConnected(
            district=district,
            name=district,
            centre=HERE,
            epoch=StoreEpoch(epoch),
            session=1,
            up_next=1,
            down_acked=0,
        )
    )


def outbox(
    next_seq: int, *kept: int, incarnation: int = 7, **facts: Any
) -> tuple[tuple[DistrictId, OutboxHistory], ...]:
    return (
        (
            A,
            OutboxHistory(
                agent=AGENT,
                incarnation=incarnation,
                next_seq=next_seq,
                kept=frozenset(kept),
                **facts,
            ),
        ),
    )


def heard(
    letter: Any,
    position: int,
    district: DistrictId = A,
    *,
    epoch: str = "e",
    commands: tuple[Any, ...] = (),
) -> Step:
    return step(city_hears(district, StoreEpoch(epoch), position, letter), commands=commands)
