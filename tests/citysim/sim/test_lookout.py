"""What somebody sees who looks every second at a simulated city."""

from itertools import groupby

from citybrain.clock import seconds_between
from citybrain.structs import replace
from citysim.laws.ground_truth_log import SightState
from citysim.sim.generator.scenarios import scenario_of
from citysim.sim.machine.clocks import timestamp
from citysim.sim.scenario import Fault
from citysim.sim.simulation import Simulation


def simulated(*faults, until_s):
    """Seed 1's city, in which nothing happens but these faults."""
    scenario = scenario_of(1)
    faults = tuple(replace(fault, number=n) for n, fault in enumerate(faults, start=1))
    quiet = replace(scenario, street_events=(), calls=(), faults=faults, fault_phase_s=1_000.0)
    simulation = Simulation(quiet)
    simulation.run_until(until_s)
    return simulation


def first_box(simulation):
    return next(iter(simulation.world.edge_boxes.values()))


def fault(kind, target, *, at_s=20.0, duration_s=100.0, magnitude=100.0):
    return Fault(
        number=0,
        at_s=at_s,
        kind=kind,
        target=target,
        duration_s=duration_s,
        magnitude=magnitude,
    )


BOX = f"agent/{next(iter(scenario_of(1).city.boxes()))[1].agent}"
DISTRICT = f"district/{next(iter(scenario_of(1).city.boxes()))[0].district}"


def states(simulation):
    name = first_box(simulation).spec.agent
    seen = [sight for sight in simulation.world.lookout.sights if sight.agent == name]
    simulation.close()
    reported = [one.state for one in seen if one.is_reported and one.is_heard]
    return [state for state, _ in groupby(reported)], seen


def test_a_box_without_power_is_away_and_a_blind_source_is_noticed_first():
    reported, _ = states(simulated(fault("power_out", BOX), until_s=150.0))
    assert reported == [SightState.SEES, SightState.AWAY, SightState.SEES]
    reported, _ = states(simulated(fault("source_blind", BOX), until_s=150.0))
    dark = [state for state in reported if state is not SightState.SEES]
    assert dark == [SightState.UNNOTICED, SightState.BLIND]


def test_a_district_that_is_down_receives_nothing_and_keeps_what_it_knew():
    outage = fault("power_out", DISTRICT, at_s=60.0, duration_s=20.0)
    _, seen = states(simulated(fault("power_out", BOX), outage, until_s=100.0))
    away = [sight for sight in seen if sight.state is SightState.AWAY and sight.is_reported]
    assert [sight.is_heard for sight in away] == [True, False, True]
    assert len({sight.run for sight in away}) == 1


def test_a_lasting_darkness_is_a_case():
    simulation = simulated(fault("power_out", BOX), until_s=180.0)
    (case,) = (one for one in simulation.world.lookout.cases if one.dark)
    simulation.close()
    assert case.dark == ((BOX.removeprefix("agent/"), ""),)
    after_s = seconds_between(timestamp(20.0), case.since)
    assert 45.0 <= after_s < 48.0, "as the policy of simulated districts says"


RESTORED = fault("store_restored", DISTRICT, at_s=30.0, duration_s=40.0)


def cases_after(*faults, until_s):
    """What cases of darkness name at the end."""
    simulation = simulated(*faults, until_s=until_s)
    sights, cases = simulation.world.lookout.sights, simulation.world.lookout.cases
    simulation.close()
    name, ends = BOX.removeprefix("agent/"), timestamp(until_s)
    last = max((one for one in sights if one.agent == name), key=lambda one: one.since)
    return last, [case.dark for case in cases if case.until == ends and case.dark]


def test_a_darkness_that_a_restored_store_does_not_know_is_a_case_all_the_same():
    """It began, and was acknowledged, after the backup."""
    dark = fault("source_blind", BOX, at_s=35.0, magnitude=200.0)
    last, named = cases_after(dark, RESTORED, until_s=100.0)
    assert (last.state, last.is_reported) == (SightState.BLIND, True)
    assert named == [((last.agent, last.source),)]


def test_what_sees_again_is_no_case_though_a_restored_store_knows_it_as_blind():
    dark = fault("source_blind", BOX, at_s=15.0, magnitude=30.0)
    last, named = cases_after(dark, RESTORED, until_s=130.0)
    assert (last.state, last.is_reported) == (SightState.SEES, True)
    assert named == []


def test_a_restored_store_knows_nothing_until_the_box_has_met_it():
    """The broker is dead: nobody says to whom the box has to say it again."""
    dead = fault("broker_dies", "broker", at_s=69.0, duration_s=30.0)
    _, seen = states(simulated(RESTORED, dead, until_s=95.0))
    assert not any(one.is_reported for one in seen if one.until > timestamp(70.0))
