"""The bounds of correlation and of what persons regroup."""

from citybrain.limits import Limit

LIVE_AGE = Limit(
    name="live_age",
    value=300,
    unit="s",
    reason="a box marks as old what it sends a minute late, and this node's queue takes as long",
    fate="what is not marked and would be older was observed when it was received: its box's clock"
    " was wrong",
)
REGROUPINGS = Limit(
    name="regroupings",
    value=50,
    unit="merges and splits of one incident",
    reason="a person takes back the last; a storm is merged from tens of cases",
    fate="the oldest can be taken back by its parts alone",
)
AREA_CHILDREN = Limit(
    name="area_children",
    value=500,
    unit="cases of one area case",
    reason="a list that a screen can show",
    fate="a further one stands in the queue by itself",
)
ENDED_NAMED = Limit(
    name="ended_named",
    value=16,
    unit="ended incidents of one kind, of a square of 500 m",
    reason="a further one names the last that ended there; looking for it must not take longer the"
    " more there were",
    fate="the oldest is not named by a further one",
)
