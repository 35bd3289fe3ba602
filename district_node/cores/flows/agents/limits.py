"""The bounds of what is watched for: value, unit, reason, fate."""

from citybrain.limits import Limit

OFFLINE_GRACE = Limit(
    name="offline_grace",
    value=30,
    unit="s",
    reason="a reconnect, or this node's own start, takes less",
    fate="a box that is away for longer counts as one that sees nothing",
)
WATCH_EVERY = Limit(
    name="watch_every",
    value=5,
    unit="s",
    reason="what goes dark together is looked at together, and costs one look at all cases",
    fate="further changes within it are looked at together with the first",
)
WATCHED = Limit(
    name="watched",
    value=2_000,
    unit="boxes or cameras in one case of what is dark",
    reason="all boxes of a district, when its broker is lost",
    fate="a further one makes a case of its own",
)
