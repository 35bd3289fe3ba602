"""The bounds of a console's web server. Every one has a unit, a reason and a fate."""

from citybrain.limits import Limit

BODY_BYTES = Limit(
    name="web_body_bytes",
    value=16 * 1024,
    unit="bytes",
    reason="an action takes less than 1 KiB",
    fate="413, nothing done",
)
CLIENTS = Limit(
    name="web_clients",
    value=500,
    unit="connections",
    reason="ten operators, a few hundred phones",
    fate="503; the page tries again",
)
PUSH_GAP = Limit(
    name="web_push_gap",
    value=200,
    unit="ms",
    reason="five pictures a second are live to an eye",
    fate="changes in between share one push",
)
REFRESH = Limit(
    name="web_refresh",
    value=2_000,
    unit="ms",
    reason="ages move though nothing happens",
    fate="the screen is drawn anew; unchanged text is not sent",
)
BEAT = Limit(
    name="web_beat",
    value=4_000,
    unit="ms",
    reason="a page that hears nothing for 10 s says so",
    fate="a heartbeat is sent",
)
RENDER_SHARE = Limit(
    name="web_render_share",
    value=5,
    unit="times",
    reason="drawing takes at most a fifth of a core",
    fate="a large screen is pushed less often",
)
GRACE = Limit(
    name="web_grace",
    value=3,
    unit="s",
    reason="an action in flight takes milliseconds",
    fate="what still runs is cancelled",
)
