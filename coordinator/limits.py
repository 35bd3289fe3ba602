"""The coordinator's limits: value, unit, reason and fate of each."""

from citybrain.limits import Limit

PLANS = Limit(
    name="plans",
    value=50,
    unit="plans",
    reason="a shift's worth on the screen",
    fate="the oldest leaves the state; the journal keeps it",
)
ENDED_ORDERS = Limit(
    name="ended_orders",
    value=500,
    unit="orders",
    reason="late answers and the screen's history",
    fate="the oldest leaves the state; the journal keeps it",
)
ENDED_INCIDENTS = Limit(
    name="ended_incidents",
    value=200,
    unit="incidents",
    reason="the screen's history",
    fate="the oldest leaves the state; the journal keeps it",
)
PLAN_SLOTS = Limit(
    name="plan_slots",
    value=2_000,
    unit="slots",
    reason="one plan within its budget",
    fate="the most urgent are planned for, the others in the next plan",
)
NEAREST = Limit(
    name="nearest",
    value=24,
    unit="units a slot",
    reason="the first guess that the certificate widens",
    fate="more are fetched for slots not proved",
)
DENSE_CELLS = Limit(
    name="dense_cells",
    value=4_000_000,
    unit="pairs",
    reason="32 MB of costs",
    fate="the dense check is left out; the certificate stands alone",
)
TRAVEL_PAIRS_ASKED = Limit(
    name="travel_pairs_asked",
    value=20_000_000,
    unit="pairs a plan",
    reason="a second of an adapter that looks times up, to prove its bounds over all pairs",
    fate="the checker asks for evenly spread pairs instead of all; the great circle is not asked",
)
PLANE_REPLY = Limit(
    name="plane_reply",
    value=64 * 1024 * 1024,
    unit="bytes",
    reason="a plan of 2,000 slots takes 1 MB",
    fate="the plane is started anew",
)
LINKS = Limit(
    name="links",
    value=200,
    unit="streams",
    reason="40 districts, reconnecting",
    fate="a further stream is refused",
)
FEED_REFRESH = Limit(
    name="feed_refresh",
    value=100,
    unit="ms",
    reason="a change is seen at once; a busy second costs ten looks at what it touched",
    fate="commits in between share one look",
)
