"""The district's only entry point: an input in, the next state and commands out. Each input has a
flow; a request that comes again gets the reply that it got; `finalize` ends every decision.
"""

from typing import assert_never

from citybrain.decider.command import (
    ClockSet,
    ClockStepped,
    Command,
    DecisionContext,
    Reply,
    TimerFired,
)
from citybrain.domain.console import AgentAction, OperatorAction, ShiftAction, UnitAction
from citybrain.domain.crew import CrewAnswer, CrewReply
from citybrain.domain.report import Report
from citybrain.ids import RequestId
from citybrain.structs import replace
from citybrain.travel.great_circle import GREAT_CIRCLE
from citybrain.travel.port import TravelTimes
from district_node.cores.decision_draft import DecisionDraft
from district_node.cores.flows import (
    city,
    clock,
    crew,
    node_started,
    operator,
    packs,
    reports,
    timers,
)
from district_node.cores.flows.agents import agent_batch, agent_link, enrolment
from district_node.cores.flows.finalize import finalize
from district_node.cores.flows.messages.answered import crew_replied
from district_node.cores.flows.paging import answers as page_answers
from district_node.cores.flows.shifts.handing_over import shift_acted
from district_node.cores.flows.units.acting import unit_acted
from district_node.cores.request_content import content_of, is_content
from district_node.cores.state import DistrictState, IdempotencyCache
from district_node.inputs import (
    AgentActed,
    AgentEnrolled,
    AgentPresenceChanged,
    AgentRevoked,
    BatchReceived,
    CityLetterQuarantined,
    CityLetterReceived,
    CityLinkChanged,
    CrewAnswered,
    CrewPositionReported,
    CrewReplied,
    DistrictInput,
    HelloReceived,
    ItemQuarantined,
    LetterRefusedByCity,
    NodeStarted,
    OperatorActed,
    PacksChanged,
    PageDelivered,
    PageFailed,
    ReportReceived,
    ShiftActed,
    SkewMeasured,
    UnitActed,
)
from district_node.limits import IDEMPOTENCY_REQUESTS

# nothing was done, and the same request may be taken later: they are not remembered
PASSING_REFUSALS = frozenset({reports.TOO_MANY_OPEN})
BY = "\n"  # between a request and its sender: in neither of them
REUSED = "This request's id was used for something else. Give every new request an id of its own."

# what is answered
Asked = (
    CrewAnswered
    | CrewReplied
    | OperatorActed
    | AgentActed
    | UnitActed
    | ShiftActed
    | ReportReceived
)
Said = CrewAnswer | CrewReply | OperatorAction | AgentAction | UnitAction | ShiftAction | Report


def decide(
    state: DistrictState,
    new_input: DistrictInput,
    context: DecisionContext,
    travel: TravelTimes = GREAT_CIRCLE,
) -> tuple[DistrictState, tuple[Command, ...]]:
    """Pure. Raises what a core raises where the input cannot be decided; nothing changes then.
    `travel` is part of the deciding code: its name and version are in the code's identity.
    """
    draft = DecisionDraft(clock.in_new_time(state, new_input, context.at), context, travel)
    _run_flow(draft, new_input)
    finalize(draft)
    return draft.result()


def cached_reply(cache: IdempotencyCache, request: RequestId) -> Reply | None:
    """The reply that this request got before; None for a new request."""
    return cache.young.get(request) or cache.old.get(request)


def cache_reply(
    cache: IdempotencyCache, reply: Reply, key: RequestId | None = None
) -> IdempotencyCache:
    """With `reply` in; when the young generation is full it replaces the old one."""
    young = cache.young.put(key or reply.request, reply)
    if len(young) * 2 >= IDEMPOTENCY_REQUESTS.value:
        return IdempotencyCache(old=young)
    return IdempotencyCache(young=young, old=cache.old)


def is_answered(state: DistrictState, asked: Asked) -> bool:
    """Whether the same request, or another under its id, has got its answer already."""
    return cached_reply(state.idempotency, _key_of(asked)) is not None


def _run_flow(draft: DecisionDraft, new_input: DistrictInput) -> None:
    match new_input:
        case BatchReceived():
            agent_batch.batch_received(draft, new_input)
        case HelloReceived():
            agent_link.hello_received(draft, new_input)
        case AgentEnrolled():
            enrolment.agent_enrolled(draft, new_input)
        case AgentRevoked():
            enrolment.agent_revoked(draft, new_input)
        case AgentPresenceChanged():
            agent_link.agent_presence_changed(draft, new_input)
        case SkewMeasured():
            agent_link.skew_measured(draft, new_input)
        case ItemQuarantined():
            agent_link.item_quarantined(draft, new_input)
        case CityLetterReceived():
            city.city_letter_received(draft, new_input)
        case CityLetterQuarantined():
            city.city_letter_quarantined(draft, new_input)
        case LetterRefusedByCity():
            city.letter_refused_by_city(draft, new_input)
        case CityLinkChanged():
            city.city_link_changed(draft, new_input)
        case (
            CrewAnswered()
            | CrewReplied()
            | OperatorActed()
            | AgentActed()
            | UnitActed()
            | ShiftActed()
            | ReportReceived()
        ):
            _reply_once(draft, new_input)
        case CrewPositionReported():
            crew.crew_position_reported(draft, new_input)
        case NodeStarted():
            node_started.node_started(draft, new_input)
        case PacksChanged():
            packs.packs_changed(draft, new_input)
        case PageDelivered():
            page_answers.page_delivered(draft, new_input)
        case PageFailed():
            page_answers.page_failed(draft, new_input)
        case TimerFired():
            timers.timer_fired(draft, new_input)
        case ClockSet():
            draft.commands.append(clock.clock_set(draft, new_input))
        case ClockStepped():
            clock.clock_stepped(draft, new_input)
        case _:
            assert_never(new_input)


def _reply_once(draft: DecisionDraft, asked: Asked) -> None:
    """What is asked again with the same request is done once, and answered alike. Something else
    under the same request is refused: its sender would take the old answer for its own."""
    key, said, sender = _key_of(asked), said_in(asked), asked.principal.name
    before = said.request  # as a version before kept it
    known = cached_reply(draft.idempotency, key) or cached_reply(draft.idempotency, before)
    if known is None:
        reply = _reply(draft, asked)
        if not reply.done:  # what is refused changes nothing, whatever its flow had begun
            draft.undo()
        if reply.reason not in PASSING_REFUSALS:
            remembered = replace(reply, content=content_of(sender, said))
            draft.idempotency = cache_reply(draft.idempotency, remembered, key)
    elif is_content(known.content, sender, said, asked):
        reply = replace(known, content="")
    else:
        reply = Reply(request=before, done=False, reason="request_reused", detail=REUSED)
    draft.commands.append(reply)


def _key_of(asked: Asked) -> RequestId:
    """A request is its sender's: whoever uses the id that another is about to use, and can guess,
    does not take it from them. A report's stands for it among the contributions, whoever sent it.
    """
    sender = "" if isinstance(asked, ReportReceived) else asked.principal.name
    return RequestId(f"{said_in(asked).request}{BY}{sender}")


def said_in(asked: Asked) -> Said:
    """What was said, without what this node knows of whoever said it."""
    match asked:
        case CrewAnswered():
            return asked.answer
        case CrewReplied():
            return asked.reply
        case OperatorActed() | AgentActed() | UnitActed() | ShiftActed():
            return asked.action
        case ReportReceived():
            return asked.report
        case _:
            assert_never(asked)


def _reply(draft: DecisionDraft, asked: Asked) -> Reply:
    match asked:
        case CrewAnswered():
            return crew.crew_answered(draft, asked)
        case CrewReplied():
            return crew_replied(draft, asked)
        case OperatorActed():
            return operator.operator_acted(draft, asked)
        case AgentActed():
            return enrolment.agent_acted(draft, asked)
        case UnitActed():
            return unit_acted(draft, asked)
        case ShiftActed():
            return shift_acted(draft, asked)
        case ReportReceived():
            return reports.report_received(draft, asked)
        case _:
            assert_never(asked)
