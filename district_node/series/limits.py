"""The bounds of what is kept for pictures: value, unit, reason, fate."""

from citybrain.limits import Limit

SERIES_KEPT = Limit(
    name="series_kept",
    value=48 * 3_600,
    unit="s of points of what sources count and read",
    reason="yesterday beside today; longer histories are for reports",
    fate="an older point is dropped",
)
SERIES_AHEAD = Limit(
    name="series_ahead",
    value=3_600,
    unit="s that a point may be ahead of this node's time",
    reason="a box whose clock is further off draws its picture elsewhere",
    fate="the point is not kept",
)
SERIES_OF_AGENT = Limit(
    name="series_of_agent",
    value=500,
    unit="series of one box",
    reason="sixteen cameras of sixteen classes, and two hundred sensors",
    fate="points of a further series are not kept",
)
SERIES_BYTES = Limit(
    name="series_bytes",
    value=512 * 1024 * 1024,
    unit="bytes of the file of points",
    reason="two days of two thousand series take some 350 MiB",
    fate="the oldest hour is dropped, until there is room",
)
SERIES_WAITING = Limit(
    name="series_waiting",
    value=100_000,
    unit="points that wait to be written",
    reason="what a thousand boxes send at once after an outage of the broker",
    fate="a further message is dropped; the picture shows the hole",
)
