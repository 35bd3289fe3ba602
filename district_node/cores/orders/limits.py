"""The bounds of what a unit goes without, and of what it does next: value, unit, reason, fate."""

from citybrain.limits import Limit

CASE_AVOIDED = Limit(
    name="case_avoided",
    value=900,
    unit="s",
    reason="a street that was blocked or a place that was not safe is another one by then",
    fate="the unit may be sent to the case again whose crew gave it back",
)
AVOIDED_CASES = Limit(
    name="avoided_cases",
    value=16,
    unit="cases of one unit",
    reason="a crew that gives back more within a quarter of an hour is out, whatever it says",
    fate="the one whose time ends soonest is forgotten: the crew may be sent there again",
)
BUSY_TIME = Limit(
    name="busy_time",
    value=900,
    unit="s",
    reason="what holds a crew up for longer is out of service, and said so",
    fate="the unit counts as ready again",
)
ENDED_ORDERS_SHOWN = Limit(
    name="ended_orders_shown",
    value=20,
    unit="ended orders of one unit on its crew's screen",
    reason="a busy shift has about as many; each is kept for a day (`order_answer_retention`)",
    fate="one that ended before these is not shown there",
)
NEXT_ORDERS = Limit(
    name="next_orders",
    value=3,
    unit="next orders of one unit",
    reason="what comes after that is an hour away: by then other crews are free",
    fate="a further one is refused; the case goes on waiting for whoever is free first",
)
