"""The frames of the stream between a district and the city, and the letters in them, as protobuf.

A letter is decoded apart from its frame, so that one which cannot be read is refused by position.
"""

from typing import assert_never

from citybrain.domain.incident import IncidentReport
from citybrain.domain.link import DownLetter, SourcesReport, UpLetter
from citybrain.domain.order import (
    MessageReceipt,
    OrderAnswer,
    OrderMessage,
    OrderProgress,
    OrderRequest,
)
from citybrain.domain.refused_letter import UNKNOWN_KIND
from citybrain.domain.unit import UnitReport
from citybrain.errors import MalformedError
from citybrain.link.frames import (
    Acknowledged,
    Frame,
    Heartbeat,
    Hello,
    LetterFrame,
    LetterGap,
    LetterRefused,
    UnknownFrame,
    Welcome,
)
from citybrain.wire.incident import from_pb_incident_report, to_pb_incident_report
from citybrain.wire.order import (
    from_pb_order_answer,
    from_pb_order_progress,
    from_pb_order_request,
    to_pb_order_answer,
    to_pb_order_progress,
    to_pb_order_request,
)
from citybrain.wire.order_message import (
    from_pb_message_receipt,
    from_pb_order_message,
    to_pb_message_receipt,
    to_pb_order_message,
)
from citybrain.wire.sources import from_pb_sources_report, to_pb_sources_report
from citybrain.wire.unit import from_pb_unit_report, to_pb_unit_report
from citybrain.wire.v1 import link_pb2 as pb
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
from citybrain.wire.validation.limits import LINK_FRAME_BYTES, TEXT_CHARS


def encode_frame(frame: Frame) -> bytes:
    match frame:
        case LetterFrame():
            m = pb.LinkFrame(letter=_to_pb_letter(frame))
        case Acknowledged():
            m = pb.LinkFrame(acknowledged=pb.Acknowledged(position=frame.position))
        case Heartbeat():
            m = pb.LinkFrame(heartbeat=pb.Heartbeat(at=frame.at, echo=frame.echo))
        case LetterGap():
            m = pb.LinkFrame(gap=_to_pb_gap(frame))
        case LetterRefused():
            m = pb.LinkFrame(refused=_to_pb_refused(frame))
        case Hello():
            m = pb.LinkFrame(hello=_to_pb_hello(frame))
        case Welcome():
            m = pb.LinkFrame(welcome=_to_pb_welcome(frame))
        case UnknownFrame():
            m = pb.LinkFrame()
        case _:
            assert_never(frame)
    return serialized(m)


def decode_frame(payload: bytes) -> Frame:
    """Raises `MalformedError`; a kind that this version does not know is none: `UnknownFrame`."""
    m = parse(pb.LinkFrame, payload, LINK_FRAME_BYTES)
    match m.WhichOneof("frame"):
        case "letter":
            return _from_pb_letter(m.letter)
        case "acknowledged":
            return Acknowledged(position=natural(m.acknowledged.position, "position"))
        case "heartbeat":
            return _from_pb_heartbeat(m.heartbeat)
        case "gap":
            return _from_pb_gap(m.gap)
        case "refused":
            return _from_pb_refused(m.refused)
        case "hello":
            return _from_pb_hello(m.hello)
        case "welcome":
            return _from_pb_welcome(m.welcome)
    return UnknownFrame()


def encode_up_letter(letter: UpLetter) -> bytes:
    match letter:
        case IncidentReport():
            m = pb.UpLetter(incident=to_pb_incident_report(letter))
        case UnitReport():
            m = pb.UpLetter(unit=to_pb_unit_report(letter))
        case SourcesReport():
            m = pb.UpLetter(sources=to_pb_sources_report(letter))
        case OrderAnswer():
            m = pb.UpLetter(answer=to_pb_order_answer(letter))
        case OrderProgress():
            m = pb.UpLetter(progress=to_pb_order_progress(letter))
        case OrderMessage():
            m = pb.UpLetter(message=to_pb_order_message(letter))
        case MessageReceipt():
            m = pb.UpLetter(receipt=to_pb_message_receipt(letter))
        case _:
            assert_never(letter)
    return serialized(m)


def decode_up_letter(payload: bytes) -> UpLetter:
    m = parse(pb.UpLetter, payload)
    match m.WhichOneof("letter"):
        case "incident":
            return from_pb_incident_report(m.incident)
        case "unit":
            return from_pb_unit_report(m.unit)
        case "sources":
            return from_pb_sources_report(m.sources)
        case "answer":
            return from_pb_order_answer(m.answer)
        case "progress":
            return from_pb_order_progress(m.progress)
        case "message":
            return from_pb_order_message(m.message)
        case "receipt":
            return from_pb_message_receipt(m.receipt)
    raise MalformedError("empty", UNKNOWN_KIND)


def encode_down_letter(letter: DownLetter) -> bytes:
    match letter:
        case OrderRequest():
            m = pb.DownLetter(request=to_pb_order_request(letter))
        case OrderProgress():
            m = pb.DownLetter(progress=to_pb_order_progress(letter))
        case MessageReceipt():
            m = pb.DownLetter(receipt=to_pb_message_receipt(letter))
        case _:
            assert_never(letter)
    return serialized(m)


def decode_down_letter(payload: bytes) -> DownLetter:
    m = parse(pb.DownLetter, payload)
    match m.WhichOneof("letter"):
        case "request":
            return from_pb_order_request(m.request)
        case "progress":
            return from_pb_order_progress(m.progress)
        case "receipt":
            return from_pb_message_receipt(m.receipt)
    raise MalformedError("empty", UNKNOWN_KIND)


def _to_pb_letter(f: LetterFrame) -> pb.LetterFrame:
    return pb.LetterFrame(position=f.position, after=f.after, payload=f.payload)


def _from_pb_letter(m: pb.LetterFrame) -> LetterFrame:
    position, after = _positions(m)
    return LetterFrame(position=position, after=after, payload=m.payload)


def _to_pb_gap(g: LetterGap) -> pb.LetterGap:
    return pb.LetterGap(position=g.position, after=g.after, reason=g.reason)


def _from_pb_gap(m: pb.LetterGap) -> LetterGap:
    position, after = _positions(m)
    return LetterGap(position=position, after=after, reason=_reason(m.reason))


def _to_pb_refused(r: LetterRefused) -> pb.LetterRefused:
    return pb.LetterRefused(position=r.position, after=r.after, reason=r.reason)


def _from_pb_refused(m: pb.LetterRefused) -> LetterRefused:
    position, after = _positions(m)
    return LetterRefused(position=position, after=after, reason=_reason(m.reason))


def _positions(m: pb.LetterFrame | pb.LetterGap | pb.LetterRefused) -> tuple[int, int]:
    """Position and the one before it."""
    position, after = natural(m.position, "position"), natural(m.after, "after")
    if after >= position:
        raise MalformedError("number", f"letter {position} cannot follow letter {after}")
    return position, after


def _reason(value: str) -> str:
    """Cut, not refused: a reason must not stop the log."""
    return value[: TEXT_CHARS.value]


def _to_pb_hello(h: Hello) -> pb.Hello:
    return pb.Hello(
        district=h.district,
        name=h.name,
        centre=to_pb_point(h.centre),
        epoch=h.epoch,
        session=h.session,
        up_next=h.up_next,
        down_acked=h.down_acked,
        city_epoch=h.city_epoch,
        case_code=h.case_code,
    )


def _from_pb_hello(m: pb.Hello) -> Hello:
    return Hello(
        district=identifier(m.district, "district"),
        name=text(m.name, "name"),
        centre=point(m.centre, "centre"),
        epoch=identifier(m.epoch, "epoch"),
        session=natural(m.session, "session"),
        up_next=natural(m.up_next, "up_next"),
        down_acked=natural(m.down_acked, "down_acked"),
        city_epoch=identifier(m.city_epoch, "city_epoch") if m.HasField("city_epoch") else None,
        case_code=text(m.case_code, "case_code"),
    )


def _to_pb_welcome(w: Welcome) -> pb.Welcome:
    return pb.Welcome(
        epoch=w.epoch,
        up_acked=w.up_acked,
        down_next=w.down_next,
        next_session=w.next_session,
        forgotten_upto=w.forgotten_upto,
        is_first=w.is_first,
        case_code_shared_with=w.case_code_shared_with,
        reads_sources=w.reads_sources,
    )


def _from_pb_welcome(m: pb.Welcome) -> Welcome:
    return Welcome(
        epoch=identifier(m.epoch, "epoch"),
        up_acked=natural(m.up_acked, "up_acked"),
        down_next=natural(m.down_next, "down_next"),
        next_session=natural(m.next_session, "next_session"),
        forgotten_upto=natural(m.forgotten_upto, "forgotten_upto"),
        is_first=m.is_first,
        case_code_shared_with=text(m.case_code_shared_with, "case_code_shared_with"),
        reads_sources=m.reads_sources,
    )


def _from_pb_heartbeat(m: pb.Heartbeat) -> Heartbeat:
    return Heartbeat(
        at=timestamp(m.at, "at"), echo=timestamp(m.echo, "echo") if m.HasField("echo") else None
    )
