"""Bounds of what a district keeps and counts of its cases: value, unit, reason, fate."""

from citybrain.limits import Limit

RULES_COUNTED = Limit(
    name="rules_counted",
    value=4_000,
    unit="rules of cameras and sensors whose outcomes are counted",
    reason="two thousand boxes with a rule or two that ever raised a case",
    fate="those that were silent for longest are forgotten, and begin to count anew",
)
FOUND_SLOTS = Limit(
    name="found_slots",
    value=24,
    unit="places of one incident, with those that its crews ask for",
    reason="what needs more is several incidents, and a slip of a thumb must not order a city out",
    fate="a further place is not added; the history says so, and an operator may assign units",
)
