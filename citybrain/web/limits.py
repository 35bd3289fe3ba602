"""The limits of a console's web server."""

from citybrain.limits import Limit

CLIENTS = Limit(
    name="web_clients",
    value=500,
    unit="connections",
    reason="ten operators, a few hundred phones",
    fate="503; the page tries again",
)
HEARTBEAT = Limit(
    name="web_heartbeat",
    value=4_000,
    unit="ms",
    reason="a page that receives nothing for 10 s shows that",
    fate="a heartbeat is sent",
)
SHUTDOWN_GRACE = Limit(
    name="web_shutdown_grace",
    value=3,
    unit="s",
    reason="an action in flight takes milliseconds",
    fate="what still runs is cancelled",
)
