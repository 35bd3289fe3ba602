"""Which street events happen when: as often as the model says, hour by hour and box by box, and the
same for the same seed."""

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citysim.life.load import street_life
from citysim.life.values import HOURS
from citysim.sim.generator.layout import lay_out
from citysim.sim.generator.street_events import (
    BURST_DELAY_S,
    BURST_SHARE,
    HOUR_S,
    EventRates,
    draw_street_events,
    rate_per_s,
)
from citysim.sim.random_streams import RandomStreams

DAY_S = 24 * HOUR_S
LAYOUT = lay_out(RandomStreams(1).named("layout"), districts=3, boxes=30, units=12)
KIND_OF = {box.agent: box.incident_kind for _, box in LAYOUT.city.boxes()}
QUIET = EventRates(per_box_hour=2.0, bursts_per_hour=0.0)


def draw(seed, *, until_s, hour=0.0, rates=QUIET, layout=LAYOUT):
    return draw_street_events(
        RandomStreams(seed).named("life"), layout, hour=hour, until_s=until_s, rates=rates
    )


def expected(since_s, until_s, hour, rates=QUIET, step_s=60.0):
    steps = round((until_s - since_s) / step_s)
    return sum(
        rate_per_s(LAYOUT, since_s + (i + 0.5) * step_s, hour=hour, rates=rates) * step_s
        for i in range(steps)
    )


def near(count, mean, sigmas=4.0):
    return abs(count - mean) <= sigmas * mean**0.5


def test_the_number_of_events_is_the_integral_of_the_rate():
    for seed in range(5):
        assert near(len(draw(seed, until_s=DAY_S)), expected(0, DAY_S, 0.0))


@pytest.mark.parametrize("hour", [0.0, 8.5, 17.25])
def test_it_follows_the_hours_of_the_day_whenever_a_run_begins(hour):
    all_times = [event.at_s for seed in range(10) for event in draw(seed, until_s=DAY_S, hour=hour)]
    for part in range(8):
        since_s, until_s = part * DAY_S / 8, (part + 1) * DAY_S / 8
        assert near(
            sum(since_s <= at_s < until_s for at_s in all_times),
            10 * expected(since_s, until_s, hour),
        )


def test_it_follows_the_intensity_of_the_places():
    counts = Counter(event.agent for seed in range(20) for event in draw(seed, until_s=DAY_S))
    for agent, intensity in LAYOUT.intensity:
        assert near(counts[agent], 20 * 24 * QUIET.per_box_hour * intensity)


def test_gaps_at_a_constant_rate_are_exponential():
    """Of a Poisson process the variance of the gaps is the square of their mean."""
    rates = EventRates(per_box_hour=400.0, bursts_per_hour=0.0)
    times = [event.at_s for event in draw(3, until_s=600.0, hour=12.0, rates=rates)]
    gaps = [b - a for a, b in pairwise(times)]
    mean = sum(gaps) / len(gaps)
    assert sum((gap - mean) ** 2 for gap in gaps) / len(gaps) == pytest.approx(mean**2, rel=0.15)


def test_a_burst_is_one_kind_in_one_district_within_minutes():
    rates = EventRates(per_box_hour=0.0, bursts_per_hour=0.05)  # two in one run are rare
    district_of = {box.agent: district.district for district, box in LAYOUT.city.boxes()}
    runs = [
        events for seed in range(800) if (events := draw(seed, until_s=2 * HOUR_S, rates=rates))
    ]
    single = [
        events
        for events in runs
        if len({(KIND_OF[event.agent], district_of[event.agent]) for event in events}) == 1
    ]
    assert len(single) > 0.85 * len(runs) > 50
    assert sum(len(events) > 1 for events in single) > len(single) / 2
    spans = sorted(events[-1].at_s - events[0].at_s for events in single)
    assert spans[len(spans) // 2] < 3 * BURST_DELAY_S


def test_a_burst_reaches_most_of_the_boxes_of_its_kind():
    rates = EventRates(per_box_hour=0.0, bursts_per_hour=0.5)
    burst_sizes = Counter[int]()
    for seed in range(200):
        burst_sizes[len(draw(seed, until_s=4 * HOUR_S, rates=rates))] += 1
    assert burst_sizes[0] < 200 * 0.25  # e^-2 of the runs have no burst
    assert sum(size * count for size, count in burst_sizes.items()) / 200 > 2 * BURST_SHARE


def test_events_that_clear_by_themselves_and_first_treatments_that_help_have_their_shares():
    for profile in street_life().kinds:
        of_kind = [
            event
            for seed in range(30)
            for event in draw(seed, until_s=DAY_S)
            if KIND_OF[event.agent] == profile.kind
        ]
        if not of_kind:
            continue
        durations = sorted(event.duration_s for event in of_kind if event.duration_s)
        cleared, helped = (
            len(durations) / len(of_kind),
            sum(event.first_treatment_helps for event in of_kind) / len(of_kind),
        )
        assert cleared == pytest.approx(profile.self_clearing_share, abs=0.05)
        assert durations[len(durations) // 2] == pytest.approx(profile.duration_s, rel=0.15)
        assert helped == pytest.approx(profile.first_treatment_share, abs=0.04)


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 10_000), hour=st.floats(0, 48), until_s=st.floats(0, 2 * HOUR_S))
def test_events_are_in_order_numbered_from_one_and_within_the_run(seed, hour, until_s):
    events = draw(
        seed, until_s=until_s, hour=hour, rates=EventRates(per_box_hour=3.0, bursts_per_hour=3.0)
    )
    assert [event.number for event in events] == list(range(1, len(events) + 1))
    assert all(0 <= a.at_s <= b.at_s <= until_s + 0.001 for a, b in pairwise(events))
    assert all(event.agent in KIND_OF for event in events)


def test_the_same_seed_gives_the_same_events_and_another_one_gives_others():
    assert draw(5, until_s=DAY_S) == draw(5, until_s=DAY_S)
    assert draw(5, until_s=DAY_S) != draw(6, until_s=DAY_S)


def test_a_longer_run_begins_with_the_events_of_a_shorter_one():
    """Where and when: one hour more does not change the hours before."""
    short, long = draw(5, until_s=2 * HOUR_S), draw(5, until_s=4 * HOUR_S)
    first = [(event.at_s, event.agent) for event in long[: len(short)]]
    assert first == [(event.at_s, event.agent) for event in short]


def test_a_city_without_boxes_or_with_rates_of_zero_has_no_events():
    empty = lay_out(RandomStreams(1).named("layout"), districts=2, boxes=0, units=4)
    assert (
        draw(
            1, until_s=DAY_S, layout=empty, rates=EventRates(per_box_hour=9.0, bursts_per_hour=9.0)
        )
        == ()
    )
    assert draw(1, until_s=DAY_S, rates=EventRates(per_box_hour=0.0, bursts_per_hour=0.0)) == ()


@pytest.mark.parametrize("life", street_life().kinds, ids=lambda life: life.kind)
def test_the_relative_rates_of_a_day_have_a_mean_of_one_and_wrap(life):
    assert sum(life.relative_rate(hour) for hour in range(HOURS)) / HOURS == pytest.approx(1.0)
    assert life.relative_rate(25.5) == pytest.approx(life.relative_rate(1.5))
    assert life.relative_rate(23.999) == pytest.approx(life.relative_rate(0.0), rel=0.01)
