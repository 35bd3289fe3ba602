"""The stress of a town: pairs of boxes that see the same, small outboxes, frequent updates."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citybrain.geo import distance_m
from citysim.sim.generator.layout import lay_out
from citysim.sim.generator.street_events import EventRates, draw_street_events
from citysim.sim.generator.stress import (
    FREQUENT_UPDATE_S,
    FREQUENT_UPDATE_SHARE,
    PAIRED_SHARE,
    SHARED_VIEW_DELAY_S,
    SHARED_VIEW_SHARE,
    SMALL_OUTBOX_BYTES,
    SMALL_OUTBOX_SHARE,
    add_stress,
    share_street_events,
    with_later_kinds,
)
from citysim.sim.random_streams import RandomStreams
from citysim.sim.scenario import OUTBOX_CAP_BYTES, UPDATE_S
from citysim.sim.street.agent_setup import agent_setup

NEAR_M = 25.0
UNTIL_S = 3_600.0
SEEDS = range(20)


def a_layout(seed=1, districts=2, boxes=12):
    return lay_out(
        RandomStreams(seed).named("layout"), districts=districts, boxes=boxes, units=2 * districts
    )


def a_town(seed=1, **size):
    return add_stress(RandomStreams(seed).named("town"), a_layout(seed, **size))


def boxes_of(town):
    """By name: the box, and the district it stands in."""
    return {box.agent: (box, district.district) for district, box in town.layout.city.boxes()}


def events_of(town, seed=1, until_s=UNTIL_S):
    return draw_street_events(
        RandomStreams(seed).named("life"),
        town.layout,
        hour=9.0,
        until_s=until_s,
        rates=EventRates(per_box_hour=10.0, bursts_per_hour=2.0),
    )


def shared(town, events, seed=1, until_s=UNTIL_S):
    return share_street_events(
        RandomStreams(seed).named("seen"), events, town.paired_with, until_s=until_s
    )


def paired_boxes(town, agent):
    """The boxes that share its view."""
    return [
        *(one for one, other in town.paired_with.items() if other == agent),
        *(other for one, other in town.paired_with.items() if one == agent),
    ]


def where_and_when(street_event):
    return street_event.at_s, street_event.agent


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), districts=st.integers(1, 4), boxes=st.integers(0, 20))
def test_paired_boxes_are_together_in_one_district_and_of_the_same_kind(seed, districts, boxes):
    town = a_town(seed, districts=districts, boxes=boxes)
    known = boxes_of(town)
    for one, other in town.paired_with.items():
        (box, district), (paired, its_district) = known[one], known[other]
        assert 0 < distance_m(box.place, paired.place) < NEAR_M
        assert (box.source, box.incident_kind, district) == (
            paired.source,
            paired.incident_kind,
            its_district,
        )
        assert len(agent_setup(box).cameras) == len(agent_setup(paired).cameras)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), districts=st.integers(1, 4), boxes=st.integers(0, 20))
def test_a_box_is_paired_with_an_earlier_one_of_its_district(seed, districts, boxes):
    town = a_town(seed, districts=districts, boxes=boxes)
    for district in town.layout.city.districts:
        names = [box.agent for box in district.boxes]
        assert all(
            names.index(town.paired_with[name]) < number
            for number, name in enumerate(names)
            if name in town.paired_with
        )
        assert not names or names[0] not in town.paired_with


def test_stress_changes_the_boxes_of_a_city_alone():
    plain, town = a_layout(3), a_town(3)
    assert town.layout.intensity == plain.intensity
    assert town.layout.city.units() == tuple(
        (district, unit) for district in town.layout.city.districts for unit in district.units
    )
    for before, after in zip(plain.city.districts, town.layout.city.districts, strict=True):
        assert (before.district, before.centre, before.units) == (
            after.district,
            after.centre,
            after.units,
        )
        for box, stressed in zip(before.boxes, after.boxes, strict=True):
            assert box.agent == stressed.agent
            assert box.agent in town.paired_with or (box.source, box.incident_kind, box.place) == (
                stressed.source,
                stressed.incident_kind,
                stressed.place,
            )


def test_paired_boxes_small_outboxes_and_frequent_updates_have_their_shares():
    boxes = [
        (box, box.agent in town.paired_with)
        for town in map(a_town, range(60))
        for _, box in town.layout.city.boxes()
    ]
    later = len(boxes) - 60 * 2  # all but the first of each district
    assert sum(is_paired for _, is_paired in boxes) / later == pytest.approx(PAIRED_SHARE, abs=0.06)
    assert sum(box.cap_bytes != OUTBOX_CAP_BYTES for box, _ in boxes) / len(boxes) == pytest.approx(
        SMALL_OUTBOX_SHARE, abs=0.06
    )
    assert sum(box.update_s != UPDATE_S for box, _ in boxes) / len(boxes) == pytest.approx(
        FREQUENT_UPDATE_SHARE, abs=0.06
    )


def test_small_outboxes_and_frequent_updates_are_within_their_bounds():
    for _, box in (pair for seed in SEEDS for pair in a_town(seed).layout.city.boxes()):
        assert (
            box.cap_bytes == OUTBOX_CAP_BYTES
            or SMALL_OUTBOX_BYTES[0] <= box.cap_bytes <= SMALL_OUTBOX_BYTES[1]
        )
        assert (
            box.update_s == UPDATE_S or FREQUENT_UPDATE_S[0] <= box.update_s <= FREQUENT_UPDATE_S[1]
        )


@pytest.mark.parametrize("seed", SEEDS)
def test_an_event_before_one_box_of_a_pair_is_seen_by_the_other_soon_after(seed):
    town = a_town(seed)
    events = events_of(town, seed)
    more = shared(town, events, seed)
    begun = {where_and_when(street_event) for street_event in events}
    added = [street_event for street_event in more if where_and_when(street_event) not in begun]
    assert begun <= {where_and_when(street_event) for street_event in more}
    assert len(added) == len(more) - len(events) > 0
    for street_event in added:
        first = [
            event
            for event in events
            if event.agent in paired_boxes(town, street_event.agent)
            and 0 <= street_event.at_s - event.at_s <= SHARED_VIEW_DELAY_S
        ]
        assert street_event.duration_s in [event.duration_s for event in first]


def test_shared_events_have_their_share():
    possible = actual = 0
    for seed in SEEDS:
        town = a_town(seed)
        events = events_of(town, seed)
        possible += sum(
            len(paired_boxes(town, event.agent))
            for event in events
            if event.at_s + SHARED_VIEW_DELAY_S < UNTIL_S
        )
        actual += len(shared(town, events, seed)) - len(events)
    assert possible > 400
    assert actual / possible == pytest.approx(SHARED_VIEW_SHARE, abs=0.06)


@pytest.mark.parametrize("seed", SEEDS)
def test_events_are_numbered_from_one_in_time_order_and_within_the_run(seed):
    town = a_town(seed)
    events = shared(town, events_of(town, seed, until_s=300.0), seed, until_s=300.0)
    assert [event.number for event in events] == list(range(1, len(events) + 1))
    assert all(where_and_when(a) <= where_and_when(b) for a, b in pairwise(events))
    assert all(0 <= event.at_s < 300.0 for event in events)
    assert {event.agent for event in events} <= set(boxes_of(town))


def test_without_pairs_nothing_is_shared():
    town = a_town(1, districts=3, boxes=3)
    events = events_of(town)
    assert events and not town.paired_with
    assert shared(town, events) == events


def test_a_treatment_that_helps_before_one_box_need_not_help_before_the_other():
    town = a_town(5)
    more = shared(town, events_of(town, 5), 5)
    helps = [
        {event.first_treatment_helps for event in more if event.agent in (one, other)}
        for one, other in town.paired_with.items()
    ]
    assert {True, False} in helps


def test_the_same_random_stream_gives_the_same_town_and_another_one_gives_another():
    assert a_town(7) == a_town(7)
    assert all(a_town(a) != a_town(b) for a, b in pairwise(SEEDS))
    town, events = a_town(7), events_of(a_town(7), 7)
    assert shared(town, events, 7) == shared(town, events, 7)
    assert shared(town, events, 7) != shared(town, events, 8)


def with_later(seed):
    town = a_town(seed, boxes=24)
    return town, with_later_kinds(RandomStreams(seed).named("later kinds"), town)


def test_a_kind_that_came_later_takes_the_place_of_others_in_some_boxes_that_stand_alone():
    changed, cameras = 0, 0
    for seed in SEEDS:
        before, after = with_later(seed)
        paired = {*before.paired_with, *before.paired_with.values()}
        for name, (box, _) in boxes_of(after).items():
            was, _ = boxes_of(before)[name]
            cameras += was.source == "camera" and name not in paired
            if box != was:
                changed += 1
                assert (box.incident_kind, box.source) == ("line_intrusion", was.source)
                assert name not in paired and (box.place, box.agent) == (was.place, was.agent)
    assert 0.3 * 0.08 < changed / cameras < 3 * 0.08


def test_no_other_box_watches_for_it():
    kinds = {box.incident_kind for seed in SEEDS for _, box in a_layout(seed).city.boxes()}
    assert "line_intrusion" not in kinds and "loitering" in kinds
