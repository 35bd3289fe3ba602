"""When somebody floods, and for how long it is muted then."""

from citybrain.limits import Limit

FLOOD = Limit(
    name="ingress_flood",
    value=2_000,
    unit="messages a second of one name, for two seconds",
    reason="a full outbox, of the longest outage tried, is 1,500 messages",
    fate="where others wait behind it the broker is asked for none of its messages, nor of"
    " strangers, for ingress_muted_first; outboxes send them again",
)
EXCESS = Limit(
    name="ingress_excess",
    value=300,
    unit="messages that are dropped within a second",
    reason="somebody's share is used up, and it sends on: no outbox of ours sends so many",
    fate="as of ingress_flood, for each name with ingress_excess_share of them",
)
EXCESS_SHARE = Limit(
    name="ingress_excess_share",
    value=10,
    unit="messages of one name that are dropped within a second",
    reason="sixty made-up names share a flood; an honest box beside them says a few things",
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
