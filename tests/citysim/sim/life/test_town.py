"""What makes a city crowded: boxes that stand together and see the same, small outboxes, wordy rules."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citybrain.geo import distance_m
from citysim.sim.dice import Dice
from citysim.sim.life.happenings import Pace, happenings
from citysim.sim.life.layout import lay_out
from citysim.sim.life.town import (
    LATER_S,
    SEES_IT_TOO,
    SMALL_BYTES,
    SMALL_SHARE,
    TWIN_SHARE,
    WORDY_S,
    WORDY_SHARE,
    crowded,
    seen_by_both,
)
from citysim.sim.scenario import CAP_BYTES, UPDATE_S
from citysim.sim.street.setup import setup_of

NEAR_M = 25.0
UNTIL_S = 3_600.0
SEEDS = range(20)


def a_layout(seed=1, districts=2, boxes=12):
    return lay_out(Dice(seed).of("layout"), districts=districts, boxes=boxes, units=2 * districts)


def a_town(seed=1, **size):
    return crowded(Dice(seed).of("town"), a_layout(seed, **size))


def boxes_of(town):
    """By name: the box, and the district it stands in."""
    return {box.agent: (box, district.district) for district, box in town.layout.city.boxes()}


def life_of(town, seed=1, until_s=UNTIL_S):
    return happenings(
        Dice(seed).of("life"),
        town.layout,
        hour=9.0,
        until_s=until_s,
        pace=Pace(per_box_hour=10.0, bursts_per_hour=2.0),
    )


def seen(town, life, seed=1, until_s=UNTIL_S):
    return seen_by_both(Dice(seed).of("seen"), life, town.twins, until_s=until_s)


def beside(town, agent):
    """Who stands beside it."""
    return [
        *(one for one, other in town.twins.items() if other == agent),
        *(other for one, other in town.twins.items() if one == agent),
    ]


def where_and_when(happening):
    return happening.at_s, happening.agent


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), districts=st.integers(1, 4), boxes=st.integers(0, 20))
def test_twins_stand_together_in_one_district_and_watch_for_the_same(seed, districts, boxes):
    town = a_town(seed, districts=districts, boxes=boxes)
    known = boxes_of(town)
    for one, other in town.twins.items():
        (box, district), (beside, its_district) = known[one], known[other]
        assert 0 < distance_m(box.place, beside.place) < NEAR_M
        assert (box.source, box.incident_kind, district) == (
            beside.source,
            beside.incident_kind,
            its_district,
        )
        assert len(setup_of(box).cameras) == len(setup_of(beside).cameras)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), districts=st.integers(1, 4), boxes=st.integers(0, 20))
def test_a_box_stands_beside_an_earlier_one_so_that_the_first_of_a_district_is_nobodys_twin(
    seed, districts, boxes
):
    town = a_town(seed, districts=districts, boxes=boxes)
    for district in town.layout.city.districts:
        names = [box.agent for box in district.boxes]
        assert all(
            names.index(town.twins[name]) < number
            for number, name in enumerate(names)
            if name in town.twins
        )
        assert not names or names[0] not in town.twins


def test_it_is_the_same_city_but_for_its_boxes():
    plain, town = a_layout(3), a_town(3)
    assert town.layout.heat == plain.heat
    assert town.layout.city.units() == tuple(
        (district, unit) for district in town.layout.city.districts for unit in district.units
    )
    for before, after in zip(plain.city.districts, town.layout.city.districts, strict=True):
        assert (before.district, before.centre, before.units) == (
            after.district,
            after.centre,
            after.units,
        )
        for box, crowd in zip(before.boxes, after.boxes, strict=True):
            assert box.agent == crowd.agent
            assert box.agent in town.twins or (box.source, box.incident_kind, box.place) == (
                crowd.source,
                crowd.incident_kind,
                crowd.place,
            )


def test_so_many_boxes_are_twins_small_and_wordy_as_their_shares_say():
    boxes = [
        (box, box.agent in town.twins)
        for town in map(a_town, range(60))
        for _, box in town.layout.city.boxes()
    ]
    later = len(boxes) - 60 * 2  # all but the first of each district
    assert sum(is_twin for _, is_twin in boxes) / later == pytest.approx(TWIN_SHARE, abs=0.06)
    assert sum(box.cap_bytes != CAP_BYTES for box, _ in boxes) / len(boxes) == pytest.approx(
        SMALL_SHARE, abs=0.06
    )
    assert sum(box.update_s != UPDATE_S for box, _ in boxes) / len(boxes) == pytest.approx(
        WORDY_SHARE, abs=0.06
    )


def test_what_is_small_or_wordy_is_so_within_its_bounds():
    for _, box in (pair for seed in SEEDS for pair in a_town(seed).layout.city.boxes()):
        assert box.cap_bytes == CAP_BYTES or SMALL_BYTES[0] <= box.cap_bytes <= SMALL_BYTES[1]
        assert box.update_s == UPDATE_S or WORDY_S[0] <= box.update_s <= WORDY_S[1]


@pytest.mark.parametrize("seed", SEEDS)
def test_what_happens_before_one_of_two_is_seen_by_the_other_soon_after(seed):
    town = a_town(seed)
    life = life_of(town, seed)
    more = seen(town, life, seed)
    begun = {where_and_when(happening) for happening in life}
    added = [happening for happening in more if where_and_when(happening) not in begun]
    assert begun <= {where_and_when(happening) for happening in more}
    assert len(added) == len(more) - len(life) > 0
    for happening in added:
        first = [
            h
            for h in life
            if h.agent in beside(town, happening.agent) and 0 <= happening.at_s - h.at_s <= LATER_S
        ]
        assert happening.lasts_s in [h.lasts_s for h in first]


def test_so_much_of_it_is_seen_by_both_as_its_share_says():
    could = did = 0
    for seed in SEEDS:
        town = a_town(seed)
        life = life_of(town, seed)
        could += sum(len(beside(town, h.agent)) for h in life if h.at_s + LATER_S < UNTIL_S)
        did += len(seen(town, life, seed)) - len(life)
    assert could > 400
    assert did / could == pytest.approx(SEES_IT_TOO, abs=0.06)


@pytest.mark.parametrize("seed", SEEDS)
def test_it_is_numbered_from_one_in_time_order_and_within_the_story(seed):
    town = a_town(seed)
    story = seen(town, life_of(town, seed, until_s=300.0), seed, until_s=300.0)
    assert [h.number for h in story] == list(range(1, len(story) + 1))
    assert all(where_and_when(a) <= where_and_when(b) for a, b in pairwise(story))
    assert all(0 <= h.at_s < 300.0 for h in story)
    assert {h.agent for h in story} <= set(boxes_of(town))


def test_where_nobody_stands_together_everything_is_as_it_was():
    town = a_town(1, districts=3, boxes=3)
    life = life_of(town)
    assert life and not town.twins
    assert seen(town, life) == life


def test_a_treatment_that_helps_before_one_need_not_help_before_the_other():
    town = a_town(5)
    more = seen(town, life_of(town, 5), 5)
    works = [
        {h.works for h in more if h.agent in (one, other)} for one, other in town.twins.items()
    ]
    assert {True, False} in works


def test_the_same_stream_is_the_same_town_and_another_one_is_another():
    assert a_town(7) == a_town(7)
    assert all(a_town(a) != a_town(b) for a, b in pairwise(SEEDS))
    town, life = a_town(7), life_of(a_town(7), 7)
    assert seen(town, life, 7) == seen(town, life, 7)
    assert seen(town, life, 7) != seen(town, life, 8)
