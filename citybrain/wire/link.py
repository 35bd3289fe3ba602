"""The frames of the stream between a district and the city, across the door."""

from typing import Any

from citybrain.domain.incident import IncidentReport
from citybrain.domain.link import (
    Down,
    DownFrame,
    DownLetter,
    Heartbeat,
    Hello,
    Seen,
    Up,
    UpFrame,
    UpLetter,
    Welcome,
)
from citybrain.domain.order import OrderAnswer, OrderProgress, OrderRequest
from citybrain.domain.unit import UnitReport
from citybrain.errors import MalformedError
from citybrain.wire.incident import from_pb_incident_report, to_pb_incident_report
from citybrain.wire.order import (
    from_pb_order_answer,
    from_pb_order_progress,
    from_pb_order_request,
    to_pb_order_answer,
    to_pb_order_progress,
    to_pb_order_request,
)
from citybrain.wire.unit import from_pb_unit_report, to_pb_unit_report
from citybrain.wire.v1 import link_pb2 as pb
from citybrain.wire.validation.fields import at, count, ident, parsed, point, text, to_pb_point


def encode_up_frame(frame: UpFrame) -> bytes:
    match frame:
        case Up():
            m = pb.UpFrame(up=_to_pb_up(frame))
        case Seen():
            m = pb.UpFrame(seen=pb.Seen(position=frame.position))
        case Heartbeat():
            m = pb.UpFrame(heartbeat=pb.Heartbeat(at=frame.at, echo=frame.echo))
        case Hello():
            m = pb.UpFrame(hello=_to_pb_hello(frame))
    return m.SerializeToString()


def decode_up_frame(payload: bytes) -> UpFrame:
    m = parsed(pb.UpFrame, payload)
    match m.WhichOneof("frame"):
        case "up":
            return Up(position=count(m.up.position, "position"), letter=_from_pb_up_letter(m.up))
        case "seen":
            return Seen(position=count(m.seen.position, "position"))
        case "heartbeat":
            return _from_pb_heartbeat(m.heartbeat)
        case "hello":
            return _from_pb_hello(m.hello)
    raise MalformedError("empty", "a frame that says nothing this version knows")


def encode_down_frame(frame: DownFrame) -> bytes:
    match frame:
        case Down():
            m = pb.DownFrame(down=_to_pb_down(frame))
        case Seen():
            m = pb.DownFrame(seen=pb.Seen(position=frame.position))
        case Heartbeat():
            m = pb.DownFrame(heartbeat=pb.Heartbeat(at=frame.at, echo=frame.echo))
        case Welcome():
            m = pb.DownFrame(
                welcome=pb.Welcome(
                    epoch=frame.epoch, up_acked=frame.up_acked, down_next=frame.down_next
                )
            )
    return m.SerializeToString()


def decode_down_frame(payload: bytes) -> DownFrame:
    m = parsed(pb.DownFrame, payload)
    match m.WhichOneof("frame"):
        case "down":
            return Down(
                position=count(m.down.position, "position"), letter=_from_pb_down_letter(m.down)
            )
        case "seen":
            return Seen(position=count(m.seen.position, "position"))
        case "heartbeat":
            return _from_pb_heartbeat(m.heartbeat)
        case "welcome":
            w = m.welcome
            return Welcome(
                epoch=ident(w.epoch, "epoch"),
                up_acked=count(w.up_acked, "up_acked"),
                down_next=count(w.down_next, "down_next"),
            )
    raise MalformedError("empty", "a frame that says nothing this version knows")


def _to_pb_up(up: Up) -> pb.Up:
    letter: UpLetter = up.letter
    match letter:
        case IncidentReport():
            return pb.Up(position=up.position, incident=to_pb_incident_report(letter))
        case UnitReport():
            return pb.Up(position=up.position, unit=to_pb_unit_report(letter))
        case OrderAnswer():
            return pb.Up(position=up.position, answer=to_pb_order_answer(letter))
        case OrderProgress():
            return pb.Up(position=up.position, progress=to_pb_order_progress(letter))


def _from_pb_up_letter(m: Any) -> UpLetter:
    match m.WhichOneof("letter"):
        case "incident":
            return from_pb_incident_report(m.incident)
        case "unit":
            return from_pb_unit_report(m.unit)
        case "answer":
            return from_pb_order_answer(m.answer)
        case "progress":
            return from_pb_order_progress(m.progress)
    raise MalformedError("empty", f"letter {m.position} says nothing that this version knows")


def _to_pb_down(down: Down) -> pb.Down:
    letter: DownLetter = down.letter
    match letter:
        case OrderRequest():
            return pb.Down(position=down.position, request=to_pb_order_request(letter))
        case OrderProgress():
            return pb.Down(position=down.position, progress=to_pb_order_progress(letter))


def _from_pb_down_letter(m: Any) -> DownLetter:
    match m.WhichOneof("letter"):
        case "request":
            return from_pb_order_request(m.request)
        case "progress":
            return from_pb_order_progress(m.progress)
    raise MalformedError("empty", f"letter {m.position} says nothing that this version knows")


def _to_pb_hello(h: Hello) -> pb.Hello:
    return pb.Hello(
        district=h.district,
        name=h.name,
        centre=to_pb_point(h.centre),
        epoch=h.epoch,
        session=h.session,
        up_next=h.up_next,
        down_acked=h.down_acked,
    )


def _from_pb_hello(m: Any) -> Hello:
    return Hello(
        district=ident(m.district, "district"),
        name=text(m.name, "name"),
        centre=point(m.centre, "centre"),
        epoch=ident(m.epoch, "epoch"),
        session=count(m.session, "session"),
        up_next=count(m.up_next, "up_next"),
        down_acked=count(m.down_acked, "down_acked"),
    )


def _from_pb_heartbeat(m: Any) -> Heartbeat:
    return Heartbeat(at=at(m.at, "at"), echo=at(m.echo, "echo") if m.HasField("echo") else None)
