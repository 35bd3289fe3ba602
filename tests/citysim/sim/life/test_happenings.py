"""What happens when: as often as the model says, hour by hour and box by box, and the same for the same seed."""

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citysim.sim.dice import Dice
from citysim.sim.life.happenings import CAUGHT, FOLLOWS_S, HOUR_S, Pace, happenings, rate_per_s
from citysim.sim.life.layout import lay_out
from citysim.sim.life.rates import HABITS, HOURS, often

DAY_S = 24 * HOUR_S
LAYOUT = lay_out(Dice(1).of("layout"), districts=3, boxes=30, units=12)
KIND_OF = {box.agent: box.incident_kind for _, box in LAYOUT.city.boxes()}
QUIET = Pace(per_box_hour=2.0, bursts_per_hour=0.0)


def told(seed, *, until_s, hour=0.0, pace=QUIET, layout=LAYOUT):
    return happenings(Dice(seed).of("life"), layout, hour=hour, until_s=until_s, pace=pace)


def expected(since_s, until_s, hour, pace=QUIET, step_s=60.0):
    steps = round((until_s - since_s) / step_s)
    return sum(
        rate_per_s(LAYOUT, since_s + (i + 0.5) * step_s, hour=hour, pace=pace) * step_s
        for i in range(steps)
    )


def near(count, mean, sigmas=4.0):
    return abs(count - mean) <= sigmas * mean**0.5


def test_the_whole_is_as_much_as_the_rates_add_up_to():
    for seed in range(5):
        assert near(len(told(seed, until_s=DAY_S)), expected(0, DAY_S, 0.0))


@pytest.mark.parametrize("hour", [0.0, 8.5, 17.25])
def test_it_follows_the_hours_of_the_day_wherever_a_story_begins(hour):
    everything = [h.at_s for seed in range(10) for h in told(seed, until_s=DAY_S, hour=hour)]
    for part in range(8):
        since_s, until_s = part * DAY_S / 8, (part + 1) * DAY_S / 8
        assert near(
            sum(since_s <= at_s < until_s for at_s in everything),
            10 * expected(since_s, until_s, hour),
        )


def test_it_follows_the_heat_of_the_places():
    counts = Counter(h.agent for seed in range(20) for h in told(seed, until_s=DAY_S))
    for agent, warm in LAYOUT.heat:
        assert near(counts[agent], 20 * 24 * QUIET.per_box_hour * warm)


def test_gaps_at_a_constant_rate_are_exponential():
    """Of a Poisson process the variance of the gaps is the square of their mean."""
    noon = [
        h.at_s
        for h in told(
            3, until_s=600.0, hour=12.0, pace=Pace(per_box_hour=400.0, bursts_per_hour=0.0)
        )
    ]
    gaps = [b - a for a, b in pairwise(noon)]
    mean = sum(gaps) / len(gaps)
    assert sum((gap - mean) ** 2 for gap in gaps) / len(gaps) == pytest.approx(mean**2, rel=0.15)


def test_a_burst_is_one_kind_in_one_district_within_minutes():
    pace = Pace(per_box_hour=0.0, bursts_per_hour=0.05)  # two in one story are rare
    district_of = {box.agent: district.district for district, box in LAYOUT.city.boxes()}
    stories = [story for seed in range(800) if (story := told(seed, until_s=2 * HOUR_S, pace=pace))]
    single = [
        story
        for story in stories
        if len({(KIND_OF[h.agent], district_of[h.agent]) for h in story}) == 1
    ]
    assert len(single) > 0.85 * len(stories) > 50
    assert sum(len(story) > 1 for story in single) > len(single) / 2
    spans = sorted(story[-1].at_s - story[0].at_s for story in single)
    assert spans[len(spans) // 2] < 3 * FOLLOWS_S


def test_a_burst_reaches_most_of_the_boxes_of_its_kind():
    pace = Pace(per_box_hour=0.0, bursts_per_hour=0.5)
    floods = Counter[int]()
    for seed in range(200):
        floods[len(told(seed, until_s=4 * HOUR_S, pace=pace))] += 1
    assert floods[0] < 200 * 0.25  # e^-2 of the stories have no burst
    assert sum(count * times for count, times in floods.items()) / 200 > 2 * CAUGHT


def test_what_passes_by_itself_and_what_is_treated_in_vain_have_their_shares():
    for kind, habit in HABITS.items():
        of_kind = [
            h for seed in range(30) for h in told(seed, until_s=DAY_S) if KIND_OF[h.agent] == kind
        ]
        if not of_kind:
            continue
        passing = [h.lasts_s for h in of_kind if h.lasts_s]
        assert len(passing) / len(of_kind) == pytest.approx(habit.by_itself, abs=0.05)
        assert sorted(passing)[len(passing) // 2] == pytest.approx(habit.lasts_s, rel=0.15)
        assert sum(h.works for h in of_kind) / len(of_kind) == pytest.approx(habit.works, abs=0.04)


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 10_000), hour=st.floats(0, 48), until_s=st.floats(0, 2 * HOUR_S))
def test_it_is_in_order_numbered_from_one_and_within_the_story(seed, hour, until_s):
    story = told(seed, until_s=until_s, hour=hour, pace=Pace(per_box_hour=3.0, bursts_per_hour=3.0))
    assert [h.number for h in story] == list(range(1, len(story) + 1))
    assert all(0 <= a.at_s <= b.at_s <= until_s + 0.001 for a, b in pairwise(story))
    assert all(h.agent in KIND_OF for h in story)


def test_the_same_seed_is_the_same_story_and_another_one_is_another():
    assert told(5, until_s=DAY_S) == told(5, until_s=DAY_S)
    assert told(5, until_s=DAY_S) != told(6, until_s=DAY_S)


def test_a_longer_story_begins_with_the_shorter_one():
    """Where and when: who asks for one hour more does not change the hours before."""
    short, long = told(5, until_s=2 * HOUR_S), told(5, until_s=4 * HOUR_S)
    assert [(h.at_s, h.agent) for h in long[: len(short)]] == [(h.at_s, h.agent) for h in short]


def test_a_city_without_boxes_or_without_life_is_quiet():
    empty = lay_out(Dice(1).of("layout"), districts=2, boxes=0, units=4)
    assert (
        told(1, until_s=DAY_S, layout=empty, pace=Pace(per_box_hour=9.0, bursts_per_hour=9.0)) == ()
    )
    assert told(1, until_s=DAY_S, pace=Pace(per_box_hour=0.0, bursts_per_hour=0.0)) == ()


@pytest.mark.parametrize("kind", sorted(HABITS))
def test_a_days_liveliness_has_a_mean_of_one_and_wraps(kind):
    assert sum(often(kind, hour) for hour in range(HOURS)) / HOURS == pytest.approx(1.0)
    assert often(kind, 25.5) == pytest.approx(often(kind, 1.5))
    assert often(kind, 23.999) == pytest.approx(often(kind, 0.0), rel=0.01)
