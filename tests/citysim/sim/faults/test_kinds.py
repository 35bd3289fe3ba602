"""The table of faults: whatever begins ends, and nothing of it is left then. Told of every kind, on every sort of thing it is drawn for."""

import pytest

from citysim.sim.draw import scenario_of
from citysim.sim.faults.acts.act import nothing
from citysim.sim.faults.draw import targets
from citysim.sim.faults.kinds import KINDS

SEED = 0  # an order is under way in its twentieth second
STORM_S = 55.0


def one_of_each_sort(kind):
    """The first target of each: the city, a district, an agent, a unit …"""
    names = targets(scenario_of(SEED).city, KINDS[kind].on)
    return list({name.partition("/")[0]: name for name in reversed(names)}.values())


@pytest.mark.parametrize("name", sorted(KINDS))
def test_what_lasts_has_an_end_and_what_has_none_is_over_by_itself(name):
    assert (KINDS[name].end is nothing) == (KINDS[name].lasts_s == (0.0, 0.0))


@pytest.mark.parametrize("name", sorted(KINDS))
def test_bounds_are_in_order_and_every_kind_is_drawn_and_proves_something(name):
    kind = KINDS[name]
    assert 0 <= kind.lasts_s[0] <= kind.lasts_s[1]
    assert kind.amount[0] <= kind.amount[1]
    assert kind.weight > 0
    assert kind.proves


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_after_its_end_nothing_of_a_fault_is_left_in_the_storm_nor_after_it(tell, left, kind):
    """Once it is over by itself; the second time the storm's end ends it."""
    target, *also = one_of_each_sort(kind)
    tale = tell(
        SEED,
        kind,
        target=target,
        also=also,
        at_s=5.0,
        again_s=(46.0,),
        lasts_s=16.0,
        amount=KINDS[kind].amount[0],
        storm_s=STORM_S,
    )
    tale.until(45.0)
    assert left(tale.world) == []
    tale.over()
    assert left(tale.world) == []
    assert tale.world.bugs == [] and tale.world.loop.faults == []
