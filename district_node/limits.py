"""The district's bounds: value, unit, reason, fate."""

from citybrain.limits import Limit

INCARNATIONS = Limit(
    name="incarnations",
    value=64,
    unit="outboxes of one agent",
    reason="an outbox is made anew after a disk loss, not every day",
    fate="a further one is not acknowledged and the screen says so: enrol the box anew",
)
AGENTS = Limit(
    name="agents",
    value=2_000,
    unit="boxes of one district",
    reason="a district's boxes, generously; whoever may speak to the broker must not fill the node's memory with names",
    fate="a further one is not acknowledged, and the quarantine says so",
)
SOURCES = Limit(
    name="sources",
    value=1_024,
    unit="cameras and sensors of one box",
    reason="as many as a health message may name",
    fate="others are not followed",
)
VOICES = Limit(
    name="voices",
    value=64,
    unit="episodes of one incident",
    reason="a screen cannot show more",
    fate="the oldest quarter is forgotten, ended first; counts stay",
)
HISTORY = Limit(
    name="history",
    value=60,
    unit="lines of one incident",
    reason="a screen; the journal has all",
    fate="lines after the first ten roll over",
)
KEEP_OVER = Limit(
    name="keep_over",
    value=3600,
    unit="s",
    reason="an operator looks back over the hour",
    fate="it leaves the screen; the journal keeps it",
)
KEEP_OVER_MAX = Limit(
    name="keep_over_max",
    value=86_400,
    unit="s",
    reason="its camera may not have said the end yet",
    fate="it leaves even while its condition goes on",
)
KEEP_ORDERS = Limit(
    name="keep_orders",
    value=86_400,
    unit="s",
    reason="a letter about an ended order may be a day late",
    fate="its answers and tombstones are forgotten",
)
ANSWERED = Limit(
    name="answered",
    value=4_000,
    unit="requests",
    reason="a device repeats within minutes",
    fate="the oldest half is forgotten; a repeat would be judged anew",
)
DISPATCH_SLOTS = Limit(
    name="dispatch_slots",
    value=200,
    unit="open slots",
    reason="200 x 100 units is assigned in a millisecond",
    fate="others wait for the next round",
)
LOOKS = Limit(
    name="looks",
    value=3,
    unit="re-observations of one handling",
    reason="a flickering scene must not ask for ever",
    fate="a person decides",
)
POSITION_EVERY = Limit(
    name="position_every",
    value=5,
    unit="s",
    reason="a crew's way is no decision",
    fate="positions in between are shown but not journaled",
)
CLAIM_RETRY = Limit(
    name="claim_retry",
    value=10,
    unit="s",
    reason="looks whether an own unit can take a lapsed claim back",
    fate="looks again",
)
DOOR_BYTES = Limit(
    name="door_bytes",
    value=64 * 1024,
    unit="bytes kept of a quarantined message",
    reason="enough to see what it was",
    fate="the rest is cut",
)
STATUS_AGENTS = Limit(
    name="status_agents",
    value=2_000,
    unit="agents shown",
    reason="a district's boxes, generously",
    fate="others are not shown",
)
