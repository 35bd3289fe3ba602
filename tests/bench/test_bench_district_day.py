"""A district's day on an island: a whole simulated day without the city, the link back, and the
day's journal decided again. One run of the simulator, which is the production code on virtual time.
"""

import time

import pytest
from bench_rows import row, timed

from citybrain.decider.replay.recomputation import Proof, recompute
from citybrain.structs import replace
from citysim.sim.generator.layout import lay_out
from citysim.sim.generator.scenarios import Size, scenario_of
from citysim.sim.generator.street_events import EventRates, draw_street_events
from citysim.sim.oracle.liveness import is_quiescent
from citysim.sim.random_streams import RandomStreams
from citysim.sim.scenario import Fault
from citysim.sim.scenario_run import check_laws
from citysim.sim.simulation import Simulation
from district_node.district_cores import district_cores

pytestmark = [pytest.mark.bench, pytest.mark.nightly]  # more than a minute

DAY_S, SEED = 86_400.0, 1
CUT_S = 60.0  # the day before the cut: both sides have met
ISLAND = "riverside"
GOAL_REJOIN_S, GOAL_SPEED = 60.0, 500.0


def an_island_day():
    """Two districts, twelve boxes, ten crews; one district has no city for a day."""
    streams = RandomStreams(SEED)
    layout = lay_out(streams.named("layout"), districts=2, boxes=12, units=10)
    events = draw_street_events(
        streams.named("life"),
        layout,
        hour=0.0,
        until_s=DAY_S,
        rates=EventRates(per_box_hour=0.7, bursts_per_hour=0.1),
    )
    cut = Fault(
        number=1,
        at_s=CUT_S,
        kind="link_cut",
        target=f"district/{ISLAND}",
        duration_s=DAY_S - CUT_S,
    )
    return replace(
        scenario_of(SEED, Size.SMALL),
        city=layout.city,
        street_events=events,
        faults=(cut,),
        calls=(),
        hour=0.0,
        fault_phase_s=DAY_S,
    )


def waiting(world):
    """Letters of the island that the city has not acknowledged."""
    store = world.districts[ISLAND].store
    return len(store.letters(to="city", after=0, limit=1_000_000))


@pytest.mark.timeout(3_000)
def test_a_day_without_the_city_and_its_replay():
    began = time.perf_counter()
    simulation = Simulation(an_island_day())
    world = simulation.world
    simulation.run_fault_phase()
    backlog, healed_at = waiting(world), world.loop.time()
    with timed() as spent:
        while waiting(world) and world.loop.time() < healed_at + 10 * GOAL_REJOIN_S:
            simulation.run_until(world.loop.time() + 0.5)
    rejoined_s = world.loop.time() - healed_at
    simulation.run_recovery_phase(is_quiescent)
    broken, _ = check_laws(world, is_final=True)
    island = world.districts[ISLAND]
    cases = len(island.state.incidents)
    store = island.store
    records = store.head().seq
    with timed() as replayed:
        found = recompute(district_cores(), store)
    speed = world.loop.time() / replayed.cpu
    simulation.close()
    is_same = not found.faults and all(s.proof is Proof.RECOMPUTED for s in found.stretches)
    print(
        f"\na day without the city: {backlog:,} letters, rejoined after {rejoined_s:.1f} s"
        f" ({spent.wall:.1f} s of this machine), {len(broken)} laws broken;"
        f" {cases} cases are left, {records:,} records decided again in {replayed.cpu:.1f} s of"
        f" CPU, {speed:,.0f} x real time, {'all alike' if is_same else found.faults[:3]}"
    )
    seconds = time.perf_counter() - began
    row(
        "24 h of backlog rejoined",
        goal=f"< {GOAL_REJOIN_S:.0f} s, 0 conflicts",
        ours=f"{backlog:,} letters in {rejoined_s:.1f} s, {len(broken)} laws broken",
        held=rejoined_s < GOAL_REJOIN_S and not broken,
        seconds=seconds,
    )
    row(
        "replay of a day",
        goal=f"byte-identical, >= {GOAL_SPEED:.0f} x real time",
        ours=f"{speed:,.0f} x, {records:,} records",
        ratio=speed / GOAL_SPEED,
        held=is_same and speed >= GOAL_SPEED,
        seconds=replayed.wall,
    )
    assert backlog and not broken and is_same
