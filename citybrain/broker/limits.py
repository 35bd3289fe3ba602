"""The bounds that a broker is given."""

from citybrain.limits import MESSAGE_BYTES, Limit

CONNECTIONS = Limit(
    name="broker_connections",
    value=2_000,
    unit="connections",
    reason="twice the boxes of a large district",
    fate="the broker refuses one more; a box stores what it reports and tries again",
)
PACKET_BYTES = Limit(
    name="broker_packet_bytes",
    value=MESSAGE_BYTES.value + 16 * 1024,
    unit="bytes",
    reason="the largest message, its topic and its properties",
    fate="the broker ends the connection",
)
IN_FLIGHT = Limit(
    name="broker_in_flight",
    value=200,
    unit="messages a client",
    reason="a round trip at full rate",
    fate="the rest waits in the client's queue",
)
QUEUED = Limit(
    name="broker_queued",
    value=20_000,
    unit="messages a client",
    reason="what waits for an absent client; its sender's outbox keeps all of it anyway",
    fate="the broker drops the newest; its sender sends it again",
)
QUEUED_BYTES = Limit(
    name="broker_queued_bytes",
    value=64 * 1024 * 1024,
    unit="bytes a client",
    reason="bounds the broker's memory where the messages are large",
    fate="the broker drops the newest; its sender sends it again",
)
SESSION_DAYS = Limit(
    name="broker_session_days",
    value=7,
    unit="days",
    reason="a box that is away longer finds its district's state by its hello",
    fate="the broker forgets the session and what waited in it",
)
KEEPALIVE = Limit(
    name="broker_keepalive",
    value=120,
    unit="s",
    reason="a connection that is silently gone must not stand for hours",
    fate="the broker tells the client to use this one",
)
