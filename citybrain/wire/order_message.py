"""Messages to the crews of other districts, and what became of them, as protobuf."""

from citybrain.domain.order import MessageReceipt, MessageReply, OrderMessage
from citybrain.limits import MESSAGE_REPLIES
from citybrain.wire.v1 import order_pb2 as pb
from citybrain.wire.validation.fields import bounded, identifier, text, timestamp, written


def to_pb_order_message(s: OrderMessage) -> pb.OrderMessage:
    return pb.OrderMessage(
        message=s.message,
        order=s.order,
        unit=s.unit,
        incident=s.incident,
        incident_district=s.incident_district,
        at=s.at,
        actor=s.actor,
        text=s.text,
    )


def from_pb_order_message(m: pb.OrderMessage) -> OrderMessage:
    return OrderMessage(
        message=identifier(m.message, "message"),
        order=identifier(m.order, "order"),
        unit=identifier(m.unit, "unit"),
        incident=identifier(m.incident, "incident"),
        incident_district=identifier(m.incident_district, "incident_district"),
        at=timestamp(m.at, "at"),
        actor=text(m.actor, "actor"),
        text=written(m.text, "text"),
    )


def to_pb_message_receipt(r: MessageReceipt) -> pb.MessageReceipt:
    return pb.MessageReceipt(
        message=r.message,
        order=r.order,
        unit=r.unit,
        incident=r.incident,
        incident_district=r.incident_district,
        at=r.at,
        read_at=r.read_at,
        replies=[pb.MessageReply(at=one.at, actor=one.actor, text=one.text) for one in r.replies],
        not_reached=r.not_reached,
    )


def from_pb_message_receipt(m: pb.MessageReceipt) -> MessageReceipt:
    return MessageReceipt(
        message=identifier(m.message, "message"),
        order=identifier(m.order, "order"),
        unit=identifier(m.unit, "unit"),
        incident=identifier(m.incident, "incident"),
        incident_district=identifier(m.incident_district, "incident_district"),
        at=timestamp(m.at, "at"),
        read_at=timestamp(m.read_at, "read_at") if m.HasField("read_at") else None,
        replies=tuple(_from_pb_reply(one) for one in bounded(m.replies, MESSAGE_REPLIES)),
        not_reached=text(m.not_reached, "not_reached"),
    )


def _from_pb_reply(m: pb.MessageReply) -> MessageReply:
    return MessageReply(
        at=timestamp(m.at, "at"), actor=text(m.actor, "actor"), text=written(m.text, "text")
    )
