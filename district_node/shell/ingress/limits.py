"""When somebody floods, and for how long it is muted then."""

from citybrain.limits import Limit

FLOOD = Limit(
    name="ingress_flood",
    value=4_000,
    unit="messages of one sender, besides those of ingress_flood_rate",
    reason="twice a full outbox of the longest outage tried, with fifty events a message",
    fate="where there are others to wait behind it the broker is asked for none of its messages,"
    " nor of strangers, for ingress_muted_first; outboxes send them again",
)
FLOOD_RATE = Limit(
    name="ingress_flood_rate",
    value=500,
    unit="messages a second of one sender",
    reason="25,000 events a second; a broker that a flood keeps busy passes on no more than 2,000",
    fate="what is more counts towards ingress_flood",
)
EXCESS = Limit(
    name="ingress_excess",
    value=300,
    unit="messages that are dropped within a second",
    reason="somebody's share is used up, and it sends on: no outbox of ours sends so many",
    fate="as of ingress_flood, for each sender with ingress_excess_share of them",
)
EXCESS_SHARE = Limit(
    name="ingress_excess_share",
    value=10,
    unit="messages of one sender that are dropped within a second",
    reason="an honest box beside whoever floods says a few things",
    fate="as of ingress_excess",
)
MUTED_FIRST = Limit(
    name="ingress_muted_first",
    value=10,
    unit="s",
    reason="a second of a flood is enough to see that it goes on",
    fate="then all are heard again; who floods on is muted for twice as long, up to"
    " ingress_muted_max",
)
MUTED_MAX = Limit(
    name="ingress_muted_max",
    value=60,
    unit="s",
    reason="a box that is new is a stranger as well, and waits no longer to be heard",
    fate="then all are heard again",
)
