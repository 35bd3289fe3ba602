"""How much faster than real time a city is simulated on one core: scenarios by size and by the rate
of street events, with and without the check of the laws."""

import time

import pytest

from citybrain.structs import replace
from citysim.sim.generator.layout import lay_out
from citysim.sim.generator.scenarios import Size, scenario_of
from citysim.sim.generator.street_events import EventRates, draw_street_events
from citysim.sim.oracle.liveness import is_quiescent
from citysim.sim.random_streams import RandomStreams
from citysim.sim.scenario_run import check_laws
from citysim.sim.simulation import Simulation

HOUR_S = 3_600.0
GOAL = 500.0  # times real time: three districts, thirty agents, sixty units


def a_city(seed, *, per_box_hour, faults):
    """An hour of three districts, thirty agents and sixty units."""
    drawn = scenario_of(seed, Size.CITY)
    layout = lay_out(RandomStreams(seed).named("layout"), districts=3, boxes=30, units=60)
    street_events = draw_street_events(
        RandomStreams(seed).named("life"),
        layout,
        hour=17.0,
        until_s=HOUR_S,
        rates=EventRates(per_box_hour=per_box_hour, bursts_per_hour=per_box_hour / 2),
    )
    return replace(
        drawn,
        city=layout.city,
        street_events=street_events,
        fault_phase_s=HOUR_S,
        faults=drawn.faults if faults else (),
    )


def run(scenario):
    """(× real time, × real time with the laws' check, incidents, records, laws broken), by this
    process's CPU."""
    began = time.process_time()
    simulation = Simulation(scenario)
    simulation.run_fault_phase()
    simulation.run_recovery_phase(is_quiescent)
    spent_s = time.process_time() - began
    broken, _ = check_laws(simulation.world, is_final=True)
    checked_s = time.process_time() - began
    world, ended_s = simulation.world, simulation.world.loop.time()
    incidents = sum(
        len(node.state.incidents) for node in world.districts.values() if node.state is not None
    )
    records = sum(node.store.head().seq for node in world.nodes)
    simulation.close()
    return ended_s / spent_s, ended_s / checked_s, incidents, records, broken


@pytest.mark.bench
def test_bench_the_simulator(capsys):
    rows = [
        ("a quiet hour", a_city(1, per_box_hour=0.5, faults=False)),
        ("an hour", a_city(1, per_box_hour=1.0, faults=False)),
        ("an hour with faults", a_city(1, per_box_hour=1.0, faults=True)),
        ("a busy hour with faults", a_city(1, per_box_hour=4.0, faults=True)),
        ("a small scenario, its own faults", scenario_of(1, Size.SMALL)),
    ]
    lines = [
        f"{'scenario':<32} {'events':>7} {'incidents':>9} {'records':>8} {'x real time':>12}"
        f" {'checked too':>11}   goal {GOAL:g} x"
    ]
    for name, scenario in rows:
        speed, checked, incidents, records, broken = run(scenario)
        assert not broken, broken[:3]
        lines.append(
            f"{name:<32} {len(scenario.street_events):>7} {incidents:>9} {records:>8}"
            f" {speed:>12.0f} {checked:>11.0f}"
        )
    with capsys.disabled():
        print("\n" + "\n".join(lines))
