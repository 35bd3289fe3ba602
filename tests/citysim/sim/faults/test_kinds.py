"""The table of faults: whatever begins ends, and no effect of it remains then. Checked of every
kind, on every type of target that it is drawn for."""

from collections import Counter

import pytest

from citysim.sim.faults.actions.action import no_action
from citysim.sim.faults.schedule import targets
from citysim.sim.faults.table import DRAW_ORDER, KINDS, ODD_SENSES, SELDOM
from citysim.sim.generator.scenarios import scenario_of

SEED = 0  # an order is live in its twentieth second
FAULT_PHASE_S = 55.0


def one_of_each_type(kind):
    """The first target of each: the city, a district, an agent, a unit …"""
    names = targets(scenario_of(SEED).city, KINDS[kind].target_type)
    return list({name.partition("/")[0]: name for name in reversed(names)}.values())


def test_every_kind_has_one_place_in_one_of_the_orders_of_drawing():
    assert Counter(DRAW_ORDER + SELDOM + ODD_SENSES) == Counter(list(KINDS))


@pytest.mark.parametrize("name", sorted(KINDS))
def test_a_kind_with_a_duration_has_an_end_and_no_other_has(name):
    assert (KINDS[name].end is no_action) == (KINDS[name].duration_s == (0.0, 0.0))


@pytest.mark.parametrize("name", sorted(KINDS))
def test_bounds_are_in_order_and_every_kind_is_drawn_and_proves_something(name):
    kind = KINDS[name]
    assert 0 <= kind.duration_s[0] <= kind.duration_s[1]
    assert kind.magnitude[0] <= kind.magnitude[1]
    assert kind.weight > 0
    assert kind.proves


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_no_effect_of_a_fault_remains_after_its_end_nor_after_the_fault_phase(
    make_run, remaining_effects, kind
):
    """Once it ends by itself; the second time the end of the phase ends it."""
    target, *also = one_of_each_type(kind)
    run = make_run(
        SEED,
        kind,
        target=target,
        also=also,
        at_s=5.0,
        again_s=(46.0,),
        duration_s=16.0,
        magnitude=KINDS[kind].magnitude[0],
        fault_phase_s=FAULT_PHASE_S,
    )
    run.run_until(45.0)
    assert remaining_effects(run.world) == []
    run.run_fault_phase()
    assert remaining_effects(run.world) == []
    assert run.world.unexpected_errors == [] and run.world.loop.unhandled == []
