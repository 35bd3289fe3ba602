"""How much faster than real time a city is told on one core: stories by size and by how lively the streets are, with and without the judging."""

import time
from dataclasses import replace

import pytest

from citysim.sim.dice import Dice
from citysim.sim.draw import Size, scenario_of
from citysim.sim.judge.rest import is_quiet
from citysim.sim.life.happenings import Pace, happenings
from citysim.sim.life.layout import lay_out
from citysim.sim.stage import Stage
from citysim.sim.story import judge

HOUR_S = 3_600.0
GOAL = 500.0  # times real time: three districts, thirty agents, sixty units


def a_city(seed, *, per_box_hour, faults):
    """An hour of three districts, thirty agents and sixty units."""
    drawn = scenario_of(seed, Size.CITY)
    layout = lay_out(Dice(seed).of("layout"), districts=3, boxes=30, units=60)
    life = happenings(
        Dice(seed).of("life"),
        layout,
        hour=17.0,
        until_s=HOUR_S,
        pace=Pace(per_box_hour=per_box_hour, bursts_per_hour=per_box_hour / 2),
    )
    return replace(
        drawn,
        city=layout.city,
        happenings=life,
        storm_s=HOUR_S,
        faults=drawn.faults if faults else (),
    )


def told(scenario):
    """(× real time, × real time with the judging, incidents, records, laws broken), by this process's CPU."""
    began = time.process_time()
    stage = Stage(scenario)
    stage.storm()
    stage.calm(is_quiet)
    spent_s = time.process_time() - began
    broken, _ = judge(stage.world, is_final=True)
    judged_s = time.process_time() - began
    world, ended_s = stage.world, stage.world.loop.time()
    incidents = sum(
        len(node.state.incidents) for node in world.districts.values() if node.state is not None
    )
    records = sum(node.store.head().seq for node in world.nodes)
    stage.close()
    return ended_s / spent_s, ended_s / judged_s, incidents, records, broken


@pytest.mark.bench
def test_bench_the_simulator(capsys):
    rows = [
        ("a quiet hour", a_city(1, per_box_hour=0.5, faults=False)),
        ("an hour", a_city(1, per_box_hour=1.0, faults=False)),
        ("an hour with faults", a_city(1, per_box_hour=1.0, faults=True)),
        ("a busy hour with faults", a_city(1, per_box_hour=4.0, faults=True)),
        ("a small story with its storm", scenario_of(1, Size.SMALL)),
    ]
    lines = [
        f"{'story':<30} {'happenings':>10} {'incidents':>9} {'records':>8} {'x real time':>12} {'judged too':>11}   goal {GOAL:g} x"
    ]
    for name, scenario in rows:
        speed, judged, incidents, records, broken = told(scenario)
        assert not broken, broken[:3]
        lines.append(
            f"{name:<30} {len(scenario.happenings):>10} {incidents:>9} {records:>8} {speed:>12.0f} {judged:>11.0f}"
        )
    with capsys.disabled():
        print("\n" + "\n".join(lines))
