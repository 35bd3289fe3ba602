"""W3C trace context as pure values: one trace id from frame to order. Exports nothing (see
`spans`).
"""

import re

from citybrain.ids import IdSource
from citybrain.structs import Struct

_TRACEPARENT = re.compile(r"^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$")
_SAMPLED = 0x01
_RATIO_DIGITS = 14  # W3C level 2: the last 56 bits of a trace id are random


class TraceContext(Struct, frozen=True, kw_only=True):
    """A position in a trace: ids of 32 and 16 hexadecimal digits. `span_id` is the next span's
    parent."""

    trace_id: str
    span_id: str
    is_sampled: bool


def start_trace(ids: IdSource, *, sample_ratio: float = 1.0) -> TraceContext:
    """A new trace. Its id decides whether it is sampled, so every tier would decide the same."""
    trace_id = f"{ids.number():016x}{ids.number():016x}"
    return TraceContext(
        trace_id=trace_id, span_id=_span_id(ids), is_sampled=_is_sampled(trace_id, sample_ratio)
    )


def child_context(parent: TraceContext, ids: IdSource) -> TraceContext:
    """The next span of the same trace."""
    return TraceContext(
        trace_id=parent.trace_id, span_id=_span_id(ids), is_sampled=parent.is_sampled
    )


def parse_traceparent(traceparent: str) -> TraceContext | None:
    """The context in a `traceparent`; None for "" and for anything malformed: it comes from
    outside, and a bad one starts no trace."""
    match = _TRACEPARENT.match(traceparent)
    if (
        match is None
        or (match[4] and traceparent.startswith("00"))
        or not int(match[1], 16)
        or not int(match[2], 16)
    ):
        return None
    return TraceContext(
        trace_id=match[1], span_id=match[2], is_sampled=bool(int(match[3], 16) & _SAMPLED)
    )


def format_traceparent(trace: TraceContext) -> str:
    """The `traceparent` that travels in messages."""
    return f"00-{trace.trace_id}-{trace.span_id}-{_SAMPLED if trace.is_sampled else 0:02x}"


def _span_id(ids: IdSource) -> str:
    return f"{ids.number():016x}"


def _is_sampled(trace_id: str, ratio: float) -> bool:
    limit: float = ratio * 16**_RATIO_DIGITS
    return int(trace_id[-_RATIO_DIGITS:], 16) < limit
