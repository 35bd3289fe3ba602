"""Handcrafted records and histories for the law tests: small builders, no test in here."""

from typing import Any

from law_values import AGENT, HERE, A, at, crew_answer, event, order_answer
from principals import CREW

from citybrain.decider.command import Notice, Post, Reply
from citybrain.domain.agent import AgentHello
from citybrain.domain.console import OperatorAction
from citybrain.domain.event import (
    OutboxContent,
    OutboxItem,
    VerificationRequest,
)
from citybrain.domain.order import OrderRequest
from citybrain.domain.principal import Principal, Role, unauthenticated
from citybrain.domain.report import ForeignCase, Report, Reporter
from citybrain.ids import (
    DistrictId,
    IncidentId,
    RequestId,
    RuleId,
    SourceId,
    StoreEpoch,
)
from citybrain.structs import replace
from citybrain.vocabulary import (
    CrewAction,
    IncidentKind,
    OperatorVerb,
    OrderVerdict,
)
from citysim.laws.history import History, NodeHistory, OutboxHistory, ReplayedRecord
from coordinator.inputs import DistrictConnected, DistrictLetterReceived
from coordinator.inputs import NodeStarted as CityStarted
from coordinator.policy import Policy
from district_node.inputs import (
    BatchReceived,
    CityLetterReceived,
    CrewAnswered,
    HelloReceived,
    NodeStarted,
    OperatorActed,
    ReportReceived,
    Setup,
)
from district_node.playbook import LocalizedName, Playbook


def node(
    name: str, *records: ReplayedRecord, discarded: dict[str, int] | None = None, **facts: Any
) -> NodeHistory:
    numbered = tuple(replace(record, seq=seq) for seq, record in enumerate(records, 1))
    return NodeHistory(
        name=name, records=numbered, discarded=tuple(sorted((discarded or {}).items())), **facts
    )


def record(
    given: Any = None,
    *letters: Any,
    second: float = 0.0,
    to: str = "city",
    commands: tuple[Any, ...] = (),
) -> ReplayedRecord:
    return ReplayedRecord(
        seq=0,
        at=at(second),
        input=given,
        commands=(*(Post(to=to, letter=letter) for letter in letters), *commands),
    )


def history(*nodes: NodeHistory, city: NodeHistory | None = None, **facts: Any) -> History:
    return History(districts=tuple((DistrictId(n.name), n) for n in nodes), city=city, **facts)


def batch(*seqs: int, incarnation: int = 7, content: OutboxContent | None = None) -> BatchReceived:
    return BatchReceived(
        agent=AGENT,
        incarnation=incarnation,
        items=tuple(OutboxItem(seq=seq, content=content or event()) for seq in seqs),
    )


def greeting(next_seq: int = 1_000, *, incarnation: int = 7, previous: int = 0) -> ReplayedRecord:
    """A hello that declares the numbers below `next_seq`: a gap among them is believed. With
    `previous` it follows that one."""
    hello = AgentHello(
        agent=AGENT,
        incarnation=incarnation,
        lowest_unacked=1,
        next_seq=next_seq,
        previous=previous,
    )
    return record(HelloReceived(hello=hello))


def crew_answered(
    order: str,
    action: CrewAction,
    *letters: Any,
    request: str = "",
    assignment_number: int = 1,
    done: bool = True,
    reason: str = "",
    second: float = 0.0,
) -> ReplayedRecord:
    """A crew's answer, with its reply."""
    answer = crew_answer(
        order, action, request=request or f"q-{order}-{action}", assignment_number=assignment_number
    )
    return record(
        CrewAnswered(answer=answer, principal=CREW),
        *letters,
        commands=(Reply(request=answer.request, done=done, reason=reason),),
        second=second,
    )


def operator_acted(
    verb: OperatorVerb,
    *letters: Any,
    operator: str = "li",
    incident: str = "i-1",
    request: str = "op",
    other: str | None = None,
    done: bool = True,
) -> ReplayedRecord:
    """An operator's action, with its reply."""
    action = OperatorAction(
        request=RequestId(request),
        operator=operator,
        incident=IncidentId(incident),
        verb=verb,
        other=None if other is None else IncidentId(other),
        reason="seen",
    )
    return record(
        OperatorActed(action=action, principal=unauthenticated(operator, Role.OPERATOR)),
        *letters,
        commands=(Reply(request=action.request, done=done),),
    )


def report_received(
    request: str,
    *letters: Any,
    incident: str = "i-1",
    case: str = "",
    done: bool = True,
    is_repeat: bool = False,
    by: Principal | None = None,
) -> ReplayedRecord:
    """A report, with its reply; what is no repeat has an effect."""
    report = Report(
        request=RequestId(request),
        taken_by="desk-1",
        reporter=Reporter.CITIZEN,
        kind=IncidentKind("crowding"),
        place=HERE,
        text="",
        case=ForeignCase(system="hotline", case=case) if case else None,
    )
    principal = by or unauthenticated("desk-1", Role.OPERATOR)
    reply = Reply(request=report.request, done=done, subject=incident if done else "")
    effect = (Notice(code="effect", subject=incident),) if done and not is_repeat else ()
    given = ReportReceived(report=report, principal=principal)
    return record(given, *letters, commands=(*effect, reply))


def verification_requested(
    incident: str = "i-1",
    *letters: Any,
    request: str = "r",
    agent: str = AGENT,
    quiet_s: float = 5.0,
    second: float = 0.0,
) -> ReplayedRecord:
    """A district asks an agent for a verification."""
    letter = VerificationRequest(
        request=RequestId(request),
        incident=IncidentId(incident),
        source=SourceId("cam"),
        rule=RuleId("crowd"),
        quiet_s=quiet_s,
        deadline=at(second + 60),
    )
    rest = record(None, *letters, second=second)
    return replace(rest, commands=(Post(to=f"agent/{agent}", letter=letter), *rest.commands))


def city_requested(
    given: OrderRequest,
    verdict: OrderVerdict,
    *letters: Any,
    position: int = 1,
    second: float = 0.0,
) -> ReplayedRecord:
    """A request of the city, answered by an owner."""
    return record(
        CityLetterReceived(position=position, letter=given),
        *letters,
        order_answer(given.step, verdict, given.order),
        second=second,
    )


def district_started(
    epoch: str = "e",
    *,
    second: float = 0.0,
    letters: tuple[Any, ...] = (),
    playbooks: tuple[Playbook, ...] = (),
) -> ReplayedRecord:
    no_name = LocalizedName(en="", zh="")
    setup = Setup(district=A, name=no_name, centre=HERE, units=(), playbooks=playbooks)
    return record(NodeStarted(setup=setup, epoch=StoreEpoch(epoch)), *letters, second=second)


def city_started(epoch: str = "c", *, second: float = 0.0) -> ReplayedRecord:
    return record(CityStarted(policy=Policy(), epoch=StoreEpoch(epoch)), second=second)


def district_connected(epoch: str, *, district: DistrictId = A) -> ReplayedRecord:
    return record(
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
                unacknowledged_seqs=frozenset(kept),
                **facts,
            ),
        ),
    )


def district_letter(
    letter: Any,
    position: int,
    district: DistrictId = A,
    *,
    epoch: str = "e",
    commands: tuple[Any, ...] = (),
) -> ReplayedRecord:
    received = DistrictLetterReceived(
        district=district, epoch=StoreEpoch(epoch), position=position, letter=letter
    )
    return record(received, commands=commands)
