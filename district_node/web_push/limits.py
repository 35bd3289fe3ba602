"""The bounds of web push: value, unit, reason, fate."""

from citybrain.limits import Limit

PUSH_BYTES = Limit(
    name="push_bytes",
    value=3_993,
    unit="bytes",
    reason="what fits into the 4,096 that a push service takes (RFC 8291, section 4)",
    fate="a longer message is an error of ours: titles are cut before",
)
PUSH_PADDED_BYTES = Limit(
    name="push_padded_bytes",
    value=1_024,
    unit="bytes",
    reason="a push service learns nothing from how long a message is",
    fate="each message is filled up to it",
)
PUSH_WAIT = Limit(
    name="push_wait",
    value=10,
    unit="s",
    reason="a push service answers within a second",
    fate="the attempt failed, and is made again",
)
PUSHES_AT_ONCE = Limit(
    name="pushes_at_once",
    value=4,
    unit="messages that are being sent",
    reason="a district sends some orders a minute; a service that hangs keeps its own thread",
    fate="further ones wait for their turn",
)
PUSH_ANSWER_BYTES = Limit(
    name="push_answer_bytes",
    value=1_024,
    unit="bytes",
    reason="the status says all; the rest would be for a log",
    fate="the rest is not read",
)
PUSH_LATE_LIFE = Limit(
    name="push_late_life",
    value=60,
    unit="s",
    reason="of an order whose time to answer is over, or that has none, and is not answered",
    fate="the push service drops what it could not deliver by then",
)
ENDPOINT_CHARS = Limit(
    name="push_endpoint_chars",
    value=1_000,
    unit="characters",
    reason="push services use 150 to 600",
    fate="a longer address is refused",
)
SUBSCRIPTION_BYTES = Limit(
    name="push_subscription_bytes",
    value=4 * 1024,
    unit="bytes",
    reason="an address and two keys as JSON",
    fate="413, nothing is read",
)
