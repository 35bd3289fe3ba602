"""A crew's screen, as a screen's values."""

from citybrain.api.client.elements import cap_word_of, point_of, word_of
from citybrain.api.client.incidents import crew_message_of, evidence_value
from citybrain.api.client.units import next_order_of, unit_status_of
from citybrain.api.resources.elements import timestamp_of
from citybrain.api.v1 import crew_pb2 as pb
from citybrain.api.v1 import incident_pb2, kind_pb2
from citybrain.domain.crew import CrewEndedOrder, CrewOrder, CrewView, Reading, WhatToDo
from citybrain.domain.order import Task
from citybrain.ids import CaseNumber, DistrictId, IncidentId, OrderId, SlotId, UnitId
from citybrain.localized_name import LocalizedName
from citybrain.vocabulary import Capability, IncidentKind, OrderStage, Severity, UnitState


def crew_view_of(screen: pb.CrewScreen) -> CrewView:
    return CrewView(
        unit=UnitId(screen.unit),
        name=screen.name,
        state=word_of(UnitState, screen.state),
        place=point_of(screen.place),
        order=_order(screen) if screen.HasField("order") else None,
        status=unit_status_of(screen.status) if screen.HasField("status") else None,
        lost_capabilities=tuple(Capability(one) for one in screen.lost_capabilities),
        messages=tuple(crew_message_of(one) for one in screen.messages),
        next_orders=tuple(next_order_of(one) for one in screen.next_orders),
        ended_orders=tuple(_ended_order(one) for one in screen.ended_orders),
    )


def _order(screen: pb.CrewScreen) -> CrewOrder:
    order = screen.order
    return CrewOrder(
        order=OrderId(order.id),
        assignment_number=order.assignment_number,
        stage=word_of(OrderStage, order.stage),
        task=_task(order),
        issued_at=timestamp_of(order.issued_at),
        accept_by=timestamp_of(screen.accept_by) if screen.HasField("accept_by") else None,
        what_to_do=_what_to_do(screen.what_to_do),
        contact=screen.contact,
        evidence=evidence_value(screen.evidence) if screen.HasField("evidence") else None,
        reading=_reading(screen.reading) if screen.HasField("reading") else None,
    )


def _ended_order(order: incident_pb2.Order) -> CrewEndedOrder:
    return CrewEndedOrder(
        order=OrderId(order.id),
        assignment_number=order.assignment_number,
        stage=word_of(OrderStage, order.stage),
        task=_task(order),
        issued_at=timestamp_of(order.issued_at),
        ended_at=timestamp_of(order.changed_at),
        reason=order.reason,
        place_name=LocalizedName(en=order.place_en, zh=order.place_zh),
    )


def _reading(reading: incident_pb2.Reading) -> Reading:
    return Reading(
        value=reading.value,
        limit=reading.limit if reading.HasField("limit") else None,
        at=timestamp_of(reading.at),
        unit=reading.unit,
    )


def _task(order: incident_pb2.Order) -> Task:
    return Task(
        incident=IncidentId(order.incident),
        incident_district=DistrictId(order.incident_district),
        slot=SlotId(order.slot),
        slot_version=0,  # its owner's concern
        kind=IncidentKind(order.kind),
        severity=cap_word_of(Severity, order.severity),
        place=point_of(order.place),
        traceparent="",
        number=CaseNumber(order.number),
    )


def _what_to_do(texts: kind_pb2.CaseTexts) -> WhatToDo:
    return WhatToDo(
        opens=LocalizedName(en=texts.opens_en, zh=texts.opens_zh),
        time_limit=LocalizedName(en=texts.time_limit_en, zh=texts.time_limit_zh),
        closes=LocalizedName(en=texts.closes_en, zh=texts.closes_zh),
    )
