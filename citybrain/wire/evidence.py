"""What an event shows, as protobuf: decoded where a screen draws it, and not before. A district
keeps thousands of events for each that somebody looks at.
"""

import re
from math import isfinite

from google.protobuf.message import DecodeError  # type: ignore[import-untyped]  # no stubs

from citybrain.domain.event import Box, Evidence
from citybrain.errors import MalformedError
from citybrain.limits import LABEL_CHARS
from citybrain.wire.v1 import event_pb2 as pb
from citybrain.wire.validation import limits
from citybrain.wire.validation.fields import bounded, finite, non_negative, parse

LABEL_MAX = LABEL_CHARS.value
# Evidence of this form is an aspect, corners and boxes, and nothing besides; none that is no longer
# than this has too many of them. To see so costs a third of taking it apart. No part matches in two
# ways (a label ends at its first "1", the tag of the score): no bytes make the search long.
PLAIN_BYTES = 4_096


def _doubles(tags: bytes) -> bytes:
    return b"".join(b"(?:" + re.escape(bytes([tag])) + b".{8})?+" for tag in tags)


_CORNER = rb"\x12." + _doubles(b"\x09\x11")
_LABEL, _TRACK = rb"(?:\x2a.[ -02-~]{0,64}+)?+", rb"(?:\x38[\x80-\xff]{0,9}+[\x00-\x7f])?+"
_BOX = rb"\x1a." + _doubles(b"\x09\x11\x19\x21") + _LABEL + _doubles(b"\x31") + _TRACK
_FORM = _doubles(b"\x09") + b"(?:" + _CORNER + b")*+(?:" + _BOX + b")*+"
_is_plain = re.compile(_FORM, re.DOTALL).fullmatch


def to_pb_evidence(e: Evidence | bytes) -> pb.Evidence:
    """The protobuf message of what an event shows; `e` is decoded, or as it came."""
    if isinstance(e, bytes):
        message: pb.Evidence = pb.Evidence.FromString(e)
        return message
    boxes = [
        pb.Box(
            left=b.left,
            top=b.top,
            right=b.right,
            bottom=b.bottom,
            label=b.label,
            score=b.score,
            track=b.track,
        )
        for b in e.boxes
    ]
    return pb.Evidence(
        aspect=e.aspect, outline=[pb.Corner(x=x, y=y) for x, y in e.outline], boxes=boxes
    )


def nothing_besides(payload: bytes) -> bytes:
    """What an event shows, as it came, and nothing besides: fields that nobody here knows could
    hide a picture. Of its numbers, an ingest of thousands a second needs none. Raises
    `MalformedError` for more than a screen can show."""
    if len(payload) <= PLAIN_BYTES and _is_plain(payload):
        return payload
    m = parse(pb.Evidence, payload)
    m.DiscardUnknownFields()
    kept: bytes = m.SerializeToString()
    bounded(m.outline, limits.OUTLINE)
    bounded(m.boxes, limits.BOXES)
    if len(kept) > limits.EVIDENCE_BYTES.value:
        raise MalformedError(
            "oversized", f"evidence of {len(kept)} bytes; at most {limits.EVIDENCE_BYTES.value}"
        )
    _ensure_labels(m)
    return kept


def _ensure_labels(m: pb.Evidence) -> None:
    """Raises `MalformedError` for labels that no detector has."""
    labels = {b.label for b in m.boxes}
    if len(labels) > limits.LABELS.value:
        problem = f"{len(labels)} different labels; at most {limits.LABELS.value}"
        raise MalformedError("labels", problem)
    longest = max(map(len, labels), default=0)
    if longest > LABEL_MAX:
        raise MalformedError("label", f"a label of {longest} characters; at most {LABEL_MAX}")


def evidence_of(kept: Evidence | bytes | None) -> Evidence | None:
    """What is kept of an event's evidence, for a screen; None where there is none, or nothing that
    can be drawn: a corner that is no number, a label without end."""
    if not isinstance(kept, bytes):
        return kept
    try:
        return from_pb_evidence(pb.Evidence.FromString(kept))
    except (MalformedError, DecodeError):
        return None


def nothing_but_evidence(kept: bytes) -> Evidence | None:
    """The evidence that `kept` holds; None where it holds something else, or more than that."""
    shown = evidence_of(kept)
    if shown is None or len(to_pb_evidence(shown).SerializeToString()) != len(kept):
        return None
    return shown


def from_pb_evidence(m: pb.Evidence) -> Evidence:
    """Raises `MalformedError` where a part of it is no number, or too long."""
    outline = tuple([(c.x, c.y) for c in bounded(m.outline, limits.OUTLINE)])
    if not isfinite(sum(map(sum, outline))):  # a sum is finite only when each part is
        for x, y in outline:
            finite(x, "x")
            finite(y, "y")
    return Evidence(
        aspect=non_negative(m.aspect, "aspect"),
        outline=outline,
        boxes=tuple([_from_pb_box(b) for b in bounded(m.boxes, limits.BOXES)]),
    )


def _from_pb_box(m: pb.Box) -> Box:
    left, top, right, bottom, label, score = m.left, m.top, m.right, m.bottom, m.label, m.score
    if not isfinite(left + top + right + bottom + score) or len(label) > LABEL_MAX:
        for name, value in (
            ("left", left),
            ("top", top),
            ("right", right),
            ("bottom", bottom),
            ("score", score),
        ):
            finite(value, name)
        raise MalformedError("label", f"a label of {len(label)} characters; at most {LABEL_MAX}")
    return Box(
        left=left, top=top, right=right, bottom=bottom, label=label, score=score, track=m.track
    )
