"""The limits of calls: time, size and number."""

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
KEEPALIVE_S = Limit(
    name="rpc_keepalive_s",
    value=10,
    unit="s",
    reason="a dead peer is noticed in 15 s",
    fate="a ping is sent",
)
KEEPALIVE_TIMEOUT_S = Limit(
    name="rpc_keepalive_timeout_s",
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
PUBLIC_MESSAGE_BYTES = Limit(
    name="rpc_public_message_bytes",
    value=1024 * 1024,
    unit="bytes",
    reason="a request beyond api_request_bytes is still told that, up to here",
    fate="RESOURCE_EXHAUSTED by gRPC itself, without details",
)
KNOWN_PEERS = Limit(
    name="rpc_known_peers",
    value=4_000,
    unit="connections",
    reason="twice the calls at a time; each takes 2 KiB",
    fate="the oldest is read again at its next call, and logged as connected once more",
)
