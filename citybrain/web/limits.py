"""The limits of a console's web server."""

from citybrain.limits import Limit

CLIENTS = Limit(
    name="web_clients",
    value=500,
    unit="connections",
    reason="ten operators, a few hundred phones",
    fate="a further one is closed at once; the page tries again",
)
ADDRESS_CLIENTS = Limit(
    name="web_address_clients",
    value=250,
    unit="connections",
    reason="a proxy or a router stands for many; half of all leaves the other half to others",
    fate="a further one of that address is closed at once",
)
RESERVED_CLIENTS = Limit(
    name="web_reserved_clients",
    value=100,
    unit="connections",
    reason="two addresses that take all they get leave room for twelve others",
    fate="the last places are given to addresses that hold few",
)
FEW_CLIENTS = Limit(
    name="web_few_clients",
    value=8,
    unit="connections",
    reason="a browser opens six to one server, and one stays open for changes",
    fate="an address that holds as many gets none of the reserved places",
)
ACCEPT_QUEUE = Limit(
    name="web_accept_queue",
    value=128,
    unit="connections",
    reason="what comes while the loop is busy for a moment",
    fate="the kernel lets further ones wait and try again",
)
HEAD_WAIT = Limit(
    name="web_head_wait",
    value=5,
    unit="s",
    reason="a head is one packet; a bad mobile network sends it twice",
    fate="408 and closed",
)
BODY_WAIT = Limit(
    name="web_body_wait",
    value=20,
    unit="s",
    reason="a body of 64 KiB over 30 kbit/s",
    fate="408 and closed",
)
BODY_RATE = Limit(
    name="web_body_rate",
    value=28 * 1024,
    unit="bytes a second, for what is beyond the first 64 KiB of a body",
    reason="a file of 8 MiB over a bad mobile network, 220 kbit/s",
    fate="a slower one is 408 and closed",
)
BODY_WAIT_MOST = Limit(
    name="web_body_wait_most",
    value=320,
    unit="s",
    reason="the largest file at web_body_rate; whoever says more is not waited for",
    fate="408 and closed",
)
READER_WAIT = Limit(
    name="web_reader_wait",
    value=60,
    unit="s",
    reason="a first page of 1 MB over 140 kbit/s; a stream's message is a few KB",
    fate="closed; a page connects again and goes on where it was",
)
UNREAD_BYTES = Limit(
    name="web_unread_bytes",
    value=128 * 1024,
    unit="bytes",
    reason="twice the largest request: what a refused client may still be sending",
    fate="closed at once; the client may see a reset in place of its answer",
)
LINGER = Limit(
    name="web_linger",
    value=2,
    unit="s",
    reason="what is under way when a connection is refused comes within a round trip or two",
    fate="closed; the client may see a reset in place of its answer",
)
HEAD_BYTES = Limit(
    name="web_head_bytes",
    value=16 * 1024,
    unit="bytes",
    reason="views of a screen in a query take 4 KiB",
    fate="431 and closed",
)
REFUSAL_LOG = Limit(
    name="web_refusal_log",
    value=10,
    unit="s",
    reason="a flood of refusals must not fill the log",
    fate="further refusals of one reason are counted and named in the next line",
)
SHUTDOWN_GRACE = Limit(
    name="web_shutdown_grace",
    value=3,
    unit="s",
    reason="an action in flight takes milliseconds",
    fate="what still runs is cancelled",
)
