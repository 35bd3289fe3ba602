"""A crew's screen, and the requests of its device."""

from enum import StrEnum

from citybrain.api.requests.checks import Checks
from citybrain.api.resources.elements import place_message, time_message
from citybrain.api.resources.incident import (
    crew_message_message,
    evidence_message,
    reading_message,
)
from citybrain.api.resources.kind import texts_message
from citybrain.api.resources.order import order_message
from citybrain.api.resources.unit import next_order_message, status_message
from citybrain.api.v1 import crew_pb2 as pb
from citybrain.api.v1 import incident_pb2
from citybrain.domain.console import UnitAction, UnitVerb
from citybrain.domain.crew import (
    CrewAnswer,
    CrewEndedOrder,
    CrewOrder,
    CrewPosition,
    CrewReply,
    CrewView,
    WhatToDo,
)
from citybrain.domain.order import FoundNeed
from citybrain.ids import MessageId, OrderId, RequestId, UnitId
from citybrain.vocabulary import Capability, CrewAction, Finding, RefusalClass
from citybrain.wire.evidence import evidence_of


class CrewDuty(StrEnum):
    """The verbs of a unit that its crew may say."""

    READY = UnitVerb.READY.value
    BREAK = UnitVerb.BREAK.value
    OFF_DUTY = UnitVerb.OFF_DUTY.value
    OUT_OF_SERVICE = UnitVerb.OUT_OF_SERVICE.value


def crew_screen_message(view: CrewView) -> pb.CrewScreen:
    order = view.order
    accept_by = None if order is None else order.accept_by
    said = None if order is None or order.what_to_do == WhatToDo() else order.what_to_do
    shown = None if order is None else evidence_of(order.evidence)
    reading = None if order is None else order.reading
    return pb.CrewScreen(
        unit=view.unit,
        name=view.name,
        state=view.state.value,
        place=place_message(view.place),
        order=None if order is None else _order(view.unit, order),
        status=None if view.status is None else status_message(view.status),
        lost_capabilities=view.lost_capabilities,
        messages=[crew_message_message(one) for one in view.messages],
        next_orders=[next_order_message(one) for one in view.next_orders],
        accept_by=None if accept_by is None else time_message(accept_by),
        what_to_do=None if said is None else texts_message(said),
        contact="" if order is None else order.contact,
        evidence=None if shown is None else evidence_message(shown),
        reading=None
        if reading is None
        else reading_message(reading.value, reading.limit, reading.at, reading.unit),
        ended_orders=[_ended_order(view.unit, one) for one in view.ended_orders],
    )


def crew_answer_of(message: pb.CrewAnswer) -> CrewAnswer:
    """Raises `InvalidRequestError` with everything that is wrong."""
    checks = Checks(message)
    answer = CrewAnswer(
        request=RequestId(checks.identifier("request_id")),
        unit=UnitId(checks.identifier("unit")),
        order=OrderId(checks.identifier("order")),
        assignment_number=checks.natural("assignment_number"),
        action=checks.choice("answer", CrewAction),
        reason=checks.text("reason"),
        reason_class=checks.optional_choice("reason_class", RefusalClass),
        finding=checks.choice("finding", Finding, default=Finding.UNKNOWN),
        needs=tuple(_need(checks, message, index) for index in range(len(message.needs))),
    )
    checks.finish()
    return answer


def crew_duty_of(message: pb.CrewDuty) -> UnitAction:
    """Raises `InvalidRequestError` with everything that is wrong."""
    checks = Checks(message)
    action = UnitAction(
        request=RequestId(checks.identifier("request_id")),
        operator="",
        unit=UnitId(checks.identifier("unit")),
        verb=UnitVerb(checks.choice("duty", CrewDuty)),
        reason=checks.text("reason"),
        until=checks.optional_time("until"),
    )
    checks.finish()
    return action


def crew_reply_of(message: pb.CrewReply) -> CrewReply:
    """Raises `InvalidRequestError` with everything that is wrong. What the crew wrote is of any
    length and as it came: the district cleans and bounds it."""
    checks = Checks(message)
    reply = CrewReply(
        request=RequestId(checks.identifier("request_id")),
        unit=UnitId(checks.identifier("unit")),
        message=MessageId(checks.identifier("message")),
        text=message.text,
    )
    checks.finish()
    return reply


def _need(checks: Checks, message: pb.CrewAnswer, index: int) -> FoundNeed:
    own = Checks(message.needs[index], f"needs[{index}].")
    need = FoundNeed(
        capability=Capability(own.identifier("capability")), quantity=own.natural("quantity") or 1
    )
    checks.add(own.violations)
    return need


def crew_position_of(message: pb.CrewPosition) -> CrewPosition:
    """Raises `InvalidRequestError` with everything that is wrong."""
    checks = Checks(message)
    position = CrewPosition(
        unit=UnitId(checks.identifier("unit")),
        place=checks.place("place"),
        at=checks.time("at"),
    )
    checks.finish()
    return position


def watched_unit(message: pb.CrewWatchRequest) -> UnitId:
    """Raises `InvalidRequestError`."""
    checks = Checks(message)
    unit = UnitId(checks.identifier("unit"))
    checks.finish()
    return unit


def _order(unit: UnitId, order: CrewOrder) -> incident_pb2.Order:
    return order_message(
        order=order.order,
        unit=unit,
        task=order.task,
        stage=order.stage,
        changed_at=None,
        issued_at=order.issued_at,
        assignment_number=order.assignment_number,
        plan=None,
        reason="",
        place_name=order.place_name,
    )


def _ended_order(unit: UnitId, ended: CrewEndedOrder) -> incident_pb2.Order:
    return order_message(
        order=ended.order,
        unit=unit,
        task=ended.task,
        stage=ended.stage,
        changed_at=ended.ended_at,
        issued_at=ended.issued_at,
        assignment_number=ended.assignment_number,
        plan=None,
        reason=ended.reason,
        place_name=ended.place_name,
    )
