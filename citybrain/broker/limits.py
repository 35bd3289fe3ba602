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
    unit="messages a client that names no bound of its own",
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
ADDRESS_BYTES = Limit(
    name="broker_address_bytes",
    value=1024 * 1024,
    unit="bytes a second from one address",
    reason="5,000 events a second in messages of fifty, or a box's cameras and their backlog",
    fate="the firewall drops the packet; TCP sends it again, slower",
)
ADDRESS_BURST = Limit(
    name="broker_address_burst",
    value=4 * 1024 * 1024,
    unit="bytes at once from one address",
    reason="what a box stored in a minute without the broker",
    fate="the firewall drops the packet; TCP sends it again, slower",
)
ADDRESSES = Limit(
    name="broker_addresses",
    value=65_536,
    unit="addresses that the firewall counts at once",
    reason="thirty times the connections; an address that sends nothing for a minute is forgotten",
    fate="a further address is not counted",
)
