"""What makes a city crowded: cameras that watch one place together, cards with little room, rules that have much to say. Laid over a layout; pure.

Two who see one thing speak for one incident, and need not agree when it is over.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from random import Random  # noqa: TID251 - one seed is one story

from citybrain.geo import Point
from citybrain.ids import AgentId
from citysim.sim.life.layout import Layout
from citysim.sim.scenario import BoxPlan, DistrictPlan, Happening

TWIN_SHARE = 0.35  # of the boxes that are not the first of their district: stands beside an earlier one and watches for the same
APART_DEG = 0.0002  # about 20 m: within whatever a playbook joins
SEES_IT_TOO = 0.7  # the share of what happens before one of them that the other sees too …
LATER_S = 6.0  # … at most so much later
SMALL_SHARE, SMALL_BYTES = 0.5, (1_500, 7_000)  # boxes whose outbox holds a dozen or two of items
WORDY_SHARE, WORDY_S = 0.5, (1.0, 4.0)  # boxes that say every few seconds that it is there still


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """`twins`: by box, the one that it stands beside."""

    layout: Layout
    twins: Mapping[AgentId, AgentId]


def crowded(stream: Random, layout: Layout) -> Town:
    """The same city, with boxes that stand together, small outboxes and wordy rules."""
    twins: dict[AgentId, AgentId] = {}
    districts = tuple(
        _crowded_district(stream, district, twins) for district in layout.city.districts
    )
    return Town(layout=replace(layout, city=replace(layout.city, districts=districts)), twins=twins)


def seen_by_both(
    stream: Random,
    happenings: tuple[Happening, ...],
    twins: Mapping[AgentId, AgentId],
    *,
    until_s: float,
) -> tuple[Happening, ...]:
    """With what a box sees of what happens before the one beside it; by time, numbered from 1. Whether a treatment helps is drawn for each."""
    beside: dict[AgentId, list[AgentId]] = {}
    for one, other in twins.items():
        beside.setdefault(one, []).append(other)
        beside.setdefault(other, []).append(one)
    more = list(happenings)
    for happening in happenings:
        for agent in beside.get(happening.agent, ()):
            sees, later_s, works = (
                stream.random() < SEES_IT_TOO,
                stream.uniform(0.0, LATER_S),
                stream.random() < 0.8,
            )
            at_s = round(happening.at_s + later_s, 3)
            if sees and at_s < until_s:
                more.append(replace(happening, agent=agent, at_s=at_s, works=works))
    more.sort(key=lambda h: (h.at_s, h.agent))
    return tuple(
        replace(happening, number=number) for number, happening in enumerate(more, start=1)
    )


def _crowded_district(
    stream: Random, district: DistrictPlan, twins: dict[AgentId, AgentId]
) -> DistrictPlan:
    boxes: list[BoxPlan] = []
    for box in district.boxes:
        is_twin, is_small, is_wordy = (
            stream.random() < TWIN_SHARE,
            stream.random() < SMALL_SHARE,
            stream.random() < WORDY_SHARE,
        )
        cap_bytes, update_s = stream.randint(*SMALL_BYTES), round(stream.uniform(*WORDY_S), 1)
        if is_twin and boxes:
            other = stream.choice(boxes)
            place = Point(lat=round(other.place.lat + APART_DEG, 6), lon=other.place.lon)
            box, twins[box.agent] = (
                replace(
                    box,
                    source=other.source,
                    incident_kind=other.incident_kind,
                    severity=other.severity,
                    place=place,
                ),
                other.agent,
            )
        box = replace(box, cap_bytes=cap_bytes) if is_small else box
        boxes.append(replace(box, update_s=update_s) if is_wordy else box)
    return replace(district, boxes=tuple(boxes))
