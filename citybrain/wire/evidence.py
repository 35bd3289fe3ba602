"""What an event shows, as protobuf: decoded where a screen draws it, and not before. A district
keeps thousands of events for each that somebody looks at.
"""

from math import isfinite

from google.protobuf.message import DecodeError  # type: ignore[import-untyped]  # no stubs

from citybrain.domain.event import Box, Evidence
from citybrain.errors import MalformedError
from citybrain.limits import LABEL_CHARS
from citybrain.wire.v1 import event_pb2 as pb
from citybrain.wire.validation import limits
from citybrain.wire.validation.fields import bounded, finite, non_negative

# with no more there is nothing to count: a corner, and a box, takes two at least
FEW_BYTES = 2 * min(limits.OUTLINE.value, limits.BOXES.value)
LABEL_MAX = LABEL_CHARS.value
# What takes no more than so much, and so much for each corner and box, has words for labels, and is
# not looked through: that would cost an ingest of thousands a second a twentieth. A screen looks
# at each.
PLAIN_BYTES, PLAIN_PART_BYTES = 64, 72


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


def undecoded(m: pb.Evidence) -> bytes:
    """What an event shows, as it came, and nothing beside it: fields that nobody here knows could
    hide a picture. Of its numbers, an ingest of thousands a second needs none. Raises
    `MalformedError` for more than a screen can show."""
    m.DiscardUnknownFields()
    payload: bytes = m.SerializeToString()
    if len(payload) > FEW_BYTES:
        bounded(m.outline, limits.OUTLINE)
        bounded(m.boxes, limits.BOXES)
        if len(payload) > limits.EVIDENCE_BYTES.value:
            raise MalformedError(
                "oversized",
                f"evidence of {len(payload)} bytes; at most {limits.EVIDENCE_BYTES.value}",
            )
    if len(payload) > PLAIN_BYTES + PLAIN_PART_BYTES * (len(m.boxes) + len(m.outline)):
        _ensure_labels(m)
    return payload


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
