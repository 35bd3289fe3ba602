"""The bounds of calls: time, size and number."""

from citybrain.limits import Limit

CALL_S = Limit(
    name="rpc_call_s",
    value=5,
    unit="s",
    reason="an operator waits no longer",
    fate="DEADLINE_EXCEEDED; may be tried again",
)
CONCURRENT = Limit(
    name="rpc_concurrent",
    value=2_000,
    unit="calls",
    reason="crews, screens and links of one district",
    fate="RESOURCE_EXHAUSTED",
)
WATCH_GAP_MS = Limit(
    name="rpc_watch_gap_ms",
    value=100,
    unit="ms",
    reason="eyes see no faster",
    fate="changes in between share one sending",
)
KEEPALIVE_S = Limit(
    name="rpc_keepalive_s",
    value=10,
    unit="s",
    reason="a dead peer is noticed in 15 s",
    fate="a ping is sent",
)
KEEPALIVE_ANSWER_S = Limit(
    name="rpc_keepalive_answer_s",
    value=5,
    unit="s",
    reason="a slow mobile line",
    fate="the connection is closed",
)
DRAIN_S = Limit(
    name="rpc_drain_s",
    value=5,
    unit="s",
    reason="longer than any call",
    fate="what still runs is cancelled",
)
