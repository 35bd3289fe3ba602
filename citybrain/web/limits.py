"""The limits of a console's web server."""

from citybrain.limits import Limit

BODY_BYTES = Limit(
    name="web_body_bytes",
    value=16 * 1024,
    unit="bytes",
    reason="an action takes less than 1 KiB",
    fate="413, nothing done",
)
API_BODY_BYTES = Limit(
    name="api_body_bytes",
    value=64 * 1024,
    unit="bytes",
    reason="a report of 2,000 characters, each escaped",
    fate="413, nothing done",
)
CLIENTS = Limit(
    name="web_clients",
    value=500,
    unit="connections",
    reason="ten operators, a few hundred phones",
    fate="503; the page tries again",
)
PUSH_INTERVAL = Limit(
    name="web_push_interval",
    value=200,
    unit="ms",
    reason="five updates a second look live",
    fate="changes in between share one push",
)
REFRESH = Limit(
    name="web_refresh",
    value=2_000,
    unit="ms",
    reason="ages grow though nothing happens",
    fate="the state is rendered again; it is sent only if it differs",
)
HEARTBEAT = Limit(
    name="web_heartbeat",
    value=4_000,
    unit="ms",
    reason="a page that receives nothing for 10 s shows that",
    fate="a heartbeat is sent",
)
RENDER_SHARE = Limit(
    name="web_render_share",
    value=5,
    unit="times",
    reason="rendering takes at most a fifth of a core",
    fate="a large screen is pushed less often",
)
SHUTDOWN_GRACE = Limit(
    name="web_shutdown_grace",
    value=3,
    unit="s",
    reason="an action in flight takes milliseconds",
    fate="what still runs is cancelled",
)
