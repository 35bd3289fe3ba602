"""What a crew's device shows and answers, as protobuf."""

from citybrain.domain.crew import CrewAnswer, CrewOrder, CrewPosition, CrewView
from citybrain.ids import UnitId
from citybrain.wire.order import from_pb_task, to_pb_task
from citybrain.wire.v1 import crew_pb2 as pb
from citybrain.wire.validation import enums
from citybrain.wire.validation.fields import (
    identifier,
    natural,
    parse,
    point,
    serialized,
    text,
    timestamp,
    to_pb_point,
)


def encode_crew_watch(unit: UnitId) -> bytes:
    return serialized(pb.CrewWatch(unit=unit))


def decode_crew_watch(payload: bytes) -> UnitId:
    return UnitId(identifier(parse(pb.CrewWatch, payload).unit, "unit"))


def encode_crew_view(v: CrewView) -> bytes:
    order = None if v.order is None else _to_pb_crew_order(v.order)
    m = pb.CrewView(
        unit=v.unit,
        name=v.name,
        state=enums.UNIT_STATE.to_pb[v.state],
        place=to_pb_point(v.place),
        order=order,
    )
    return serialized(m)


def decode_crew_view(payload: bytes) -> CrewView:
    m = parse(pb.CrewView, payload)
    return CrewView(
        unit=identifier(m.unit, "unit"),
        name=text(m.name, "name"),
        state=enums.UNIT_STATE.from_pb(m.state),
        place=point(m.place, "place"),
        order=_from_pb_crew_order(m.order) if m.HasField("order") else None,
    )


def encode_crew_answer(a: CrewAnswer) -> bytes:
    action = enums.CREW_ACTION.to_pb[a.action]
    m = pb.CrewAnswer(
        request=a.request,
        unit=a.unit,
        order=a.order,
        assignment_number=a.assignment_number,
        action=action,
        reason=a.reason,
    )
    return serialized(m)


def decode_crew_answer(payload: bytes) -> CrewAnswer:
    m = parse(pb.CrewAnswer, payload)
    return CrewAnswer(
        request=identifier(m.request, "request"),
        unit=identifier(m.unit, "unit"),
        order=identifier(m.order, "order"),
        assignment_number=natural(m.assignment_number, "assignment_number"),
        action=enums.CREW_ACTION.from_pb(m.action),
        reason=text(m.reason, "reason"),
    )


def encode_crew_position(p: CrewPosition) -> bytes:
    return serialized(pb.CrewPosition(unit=p.unit, place=to_pb_point(p.place), at=p.at))


def decode_crew_position(payload: bytes) -> CrewPosition:
    m = parse(pb.CrewPosition, payload)
    return CrewPosition(
        unit=identifier(m.unit, "unit"), place=point(m.place, "place"), at=timestamp(m.at, "at")
    )


def _to_pb_crew_order(o: CrewOrder) -> pb.CrewOrder:
    stage = enums.ORDER_STAGE.to_pb[o.stage]
    return pb.CrewOrder(
        order=o.order,
        assignment_number=o.assignment_number,
        stage=stage,
        task=to_pb_task(o.task),
        issued_at=o.issued_at,
    )


def _from_pb_crew_order(m: pb.CrewOrder) -> CrewOrder:
    return CrewOrder(
        order=identifier(m.order, "order"),
        assignment_number=natural(m.assignment_number, "assignment_number"),
        stage=enums.ORDER_STAGE.from_pb(m.stage),
        task=from_pb_task(m.task),
        issued_at=timestamp(m.issued_at, "issued_at"),
    )
