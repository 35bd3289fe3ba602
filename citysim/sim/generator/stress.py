"""Stress added to a layout: paired edge boxes, small outboxes, frequent updates. Pure.

A pair stands at one place and detects the same kind, so that both contribute to one incident and
need not agree when it is over.
"""

from collections.abc import Mapping
from random import Random  # noqa: TID251 - seeded

from citybrain.geo import Point
from citybrain.ids import AgentId
from citybrain.structs import Struct, replace
from citysim.life.values import CityLife
from citysim.sim.generator.layout import Layout
from citysim.sim.scenario import DistrictSpec, EdgeBoxSpec, StreetEvent

PAIRED_SHARE = 0.35  # of the boxes that are not the first of their district
PAIR_DISTANCE_DEG = 0.0002  # about 20 m: within what any playbook joins into one incident
SHARED_VIEW_SHARE = 0.7  # of the events in front of one box that its pair observes too …
SHARED_VIEW_DELAY_S = 6.0  # … at most so much later
SMALL_OUTBOX_SHARE, SMALL_OUTBOX_BYTES = 0.5, (1_500, 7_000)  # ten to twenty items
FREQUENT_UPDATE_SHARE, FREQUENT_UPDATE_S = 0.5, (1.0, 4.0)  # updates of an ongoing episode


class StressedLayout(Struct, frozen=True, kw_only=True):
    """`paired_with`: the earlier box at whose place a box stands."""

    layout: Layout
    paired_with: Mapping[AgentId, AgentId]


def add_stress(rng: Random, layout: Layout) -> StressedLayout:
    """The same city with pairs, small outboxes and frequent updates."""
    paired_with: dict[AgentId, AgentId] = {}
    districts = tuple(
        _stress_district(rng, district, paired_with) for district in layout.city.districts
    )
    city = replace(layout.city, districts=districts)
    return StressedLayout(layout=replace(layout, city=city), paired_with=paired_with)


def with_later_kinds(rng: Random, stressed: StressedLayout) -> StressedLayout:
    """The same city, in which some boxes that stand alone watch for a kind that came later."""
    paired = {*stressed.paired_with, *stressed.paired_with.values()}
    layout = stressed.layout
    districts = []
    for district in layout.city.districts:
        boxes = tuple(
            box if box.agent in paired else _with_later_kind(rng, box, layout.city.life)
            for box in district.boxes
        )
        districts.append(replace(district, boxes=boxes))
    city = replace(layout.city, districts=tuple(districts))
    return replace(stressed, layout=replace(layout, city=city))


def _with_later_kind(rng: Random, box: EdgeBoxSpec, life: CityLife) -> EdgeBoxSpec:
    for kind in life.instead_of_source(box.source):
        if rng.random() < kind.instead_share:
            grades = kind.severities
            (severity,) = rng.choices([one for one, _ in grades], [weight for _, weight in grades])
            return replace(box, life=kind, severity=severity)
    return box


def share_street_events(
    rng: Random,
    street_events: tuple[StreetEvent, ...],
    paired_with: Mapping[AgentId, AgentId],
    *,
    until_s: float,
) -> tuple[StreetEvent, ...]:
    """Adds to each box what it observes of its pair's events; by time, numbered from 1.

    Whether the first treatment helps is drawn for each.
    """
    neighbours: dict[AgentId, list[AgentId]] = {}
    for one, other in paired_with.items():
        neighbours.setdefault(one, []).append(other)
        neighbours.setdefault(other, []).append(one)
    shared = list(street_events)
    for event in street_events:
        for agent in neighbours.get(event.agent, ()):
            is_observed = rng.random() < SHARED_VIEW_SHARE
            at_s = round(event.at_s + rng.uniform(0.0, SHARED_VIEW_DELAY_S), 3)
            helps = rng.random() < 0.8
            if is_observed and at_s < until_s:
                shared.append(replace(event, agent=agent, at_s=at_s, first_treatment_helps=helps))
    shared.sort(key=lambda event: (event.at_s, event.agent))
    return tuple(replace(event, number=number) for number, event in enumerate(shared, start=1))


def _stress_district(
    rng: Random, district: DistrictSpec, paired_with: dict[AgentId, AgentId]
) -> DistrictSpec:
    boxes: list[EdgeBoxSpec] = []
    for box in district.boxes:
        is_paired = rng.random() < PAIRED_SHARE
        has_small_outbox = rng.random() < SMALL_OUTBOX_SHARE
        updates_often = rng.random() < FREQUENT_UPDATE_SHARE
        cap_bytes = rng.randint(*SMALL_OUTBOX_BYTES)
        update_s = round(rng.uniform(*FREQUENT_UPDATE_S), 1)
        if is_paired and boxes:
            other = rng.choice(boxes)
            paired_with[box.agent] = other.agent
            box = _beside(box, other)
        box = replace(box, cap_bytes=cap_bytes) if has_small_outbox else box
        boxes.append(replace(box, update_s=update_s) if updates_often else box)
    return replace(district, boxes=tuple(boxes))


def _beside(box: EdgeBoxSpec, other: EdgeBoxSpec) -> EdgeBoxSpec:
    """At the other box's place, detecting the same."""
    return replace(
        box,
        life=other.life,
        severity=other.severity,
        place=Point(lat=round(other.place.lat + PAIR_DISTANCE_DEG, 6), lon=other.place.lon),
    )
