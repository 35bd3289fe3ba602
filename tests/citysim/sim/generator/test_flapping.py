"""A scene that comes and goes: in some towns, in front of one box, and nothing else is another."""

from itertools import pairwise

from citysim.sim.generator.flapping import SHARE
from citysim.sim.generator.scenarios import Size, scenario_of

TOWNS = [scenario_of(seed) for seed in range(1, 81)]
SMALL = [scenario_of(seed, Size.SMALL) for seed in range(1, 20)]


def flapping(town):
    """The events that are numbered behind those that go by time."""
    in_time, last = 0, -1.0
    for event in town.street_events:
        if event.at_s < last:
            break
        in_time, last = in_time + 1, event.at_s
    return town.street_events[in_time:]


def test_a_share_of_the_towns_has_a_box_whose_scene_comes_and_goes():
    with_one = [town for town in TOWNS if len(flapping(town)) > 1]
    assert 0.3 * SHARE < len(with_one) / len(TOWNS) < 1.7 * SHARE
    for town in with_one:
        events = flapping(town)
        assert len({event.agent for event in events}) == 1
        for one, other in pairwise(events):
            assert one.at_s + one.duration_s < other.at_s < town.fault_phase_s


def test_every_event_has_a_number_of_its_own_from_one_on():
    for town in TOWNS:
        numbers = [event.number for event in town.street_events]
        assert numbers == list(range(1, len(numbers) + 1))


def test_a_small_city_has_none():
    assert not any(flapping(city) for city in SMALL)
