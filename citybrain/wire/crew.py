"""What a crew's device shows and answers, across the door."""

from citybrain.domain.crew import CrewAnswer, CrewOrder, CrewPosition, CrewView
from citybrain.ids import UnitId
from citybrain.wire.order import from_pb_errand, to_pb_errand
from citybrain.wire.v1 import crew_pb2 as pb
from citybrain.wire.validation import enums
from citybrain.wire.validation.fields import at, count, ident, parsed, point, text, to_pb_point


def encode_crew_watch(unit: UnitId) -> bytes:
    return pb.CrewWatch(unit=unit).SerializeToString()


def decode_crew_watch(payload: bytes) -> UnitId:
    return UnitId(ident(parsed(pb.CrewWatch, payload).unit, "unit"))


def encode_crew_view(v: CrewView) -> bytes:
    order = None if v.order is None else _to_pb_crew_order(v.order)
    m = pb.CrewView(
        unit=v.unit,
        name=v.name,
        state=enums.UNIT_STATE.to_pb[v.state],
        place=to_pb_point(v.place),
        order=order,
    )
    return m.SerializeToString()


def decode_crew_view(payload: bytes) -> CrewView:
    m = parsed(pb.CrewView, payload)
    return CrewView(
        unit=ident(m.unit, "unit"),
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
        assignment=a.assignment,
        action=action,
        reason=a.reason,
    )
    return m.SerializeToString()


def decode_crew_answer(payload: bytes) -> CrewAnswer:
    m = parsed(pb.CrewAnswer, payload)
    return CrewAnswer(
        request=ident(m.request, "request"),
        unit=ident(m.unit, "unit"),
        order=ident(m.order, "order"),
        assignment=count(m.assignment, "assignment"),
        action=enums.CREW_ACTION.from_pb(m.action),
        reason=text(m.reason, "reason"),
    )


def encode_crew_position(p: CrewPosition) -> bytes:
    return pb.CrewPosition(unit=p.unit, place=to_pb_point(p.place), at=p.at).SerializeToString()


def decode_crew_position(payload: bytes) -> CrewPosition:
    m = parsed(pb.CrewPosition, payload)
    return CrewPosition(
        unit=ident(m.unit, "unit"), place=point(m.place, "place"), at=at(m.at, "at")
    )


def _to_pb_crew_order(o: CrewOrder) -> pb.CrewOrder:
    stage = enums.ORDER_STAGE.to_pb[o.stage]
    return pb.CrewOrder(
        order=o.order,
        assignment=o.assignment,
        stage=stage,
        task=to_pb_errand(o.task),
        issued_at=o.issued_at,
    )


def _from_pb_crew_order(m: pb.CrewOrder) -> CrewOrder:
    return CrewOrder(
        order=ident(m.order, "order"),
        assignment=count(m.assignment, "assignment"),
        stage=enums.ORDER_STAGE.from_pb(m.stage),
        task=from_pb_errand(m.task),
        issued_at=at(m.issued_at, "issued_at"),
    )
