"""Liars of a simulated city: drawn by the seed, active in its fault phase, each in its own name."""

import pytest

from citybrain.bus import topics
from citybrain.structs import replace
from citysim.sim.generator.scenarios import Size, scenario_of
from citysim.sim.scenario import NO_LIARS
from citysim.sim.scenario_run import check_laws, run_scenario
from citysim.sim.simulation import Simulation
from district_node.shell.enrolment import LOOK_S

SEED = 10  # two of its districts have boxes, one crew has a lying device


@pytest.fixture(scope="module")
def fault_phase():
    """A simulation after its fault phase; every topic that a lying box published to."""
    simulation = Simulation(scenario_of(SEED, Size.LIARS))
    world, published = simulation.world, []
    for box in world.liars.boxes:
        publish = box._bus.publish
        box._bus.publish = lambda topic, payload, retain=False, publish=publish: (
            published.append(topic),
            publish(topic, payload, retain=retain),
        )
    simulation.run_fault_phase()
    yield world, published
    simulation.close()


def test_who_lies_changes_nothing_else_of_a_seed():
    with_liars, town = scenario_of(SEED, Size.LIARS), scenario_of(SEED, Size.TOWN)
    assert with_liars.liars.boxes
    assert replace(with_liars, liars=NO_LIARS) == town


def test_every_city_of_the_size_has_a_lying_box_and_most_a_lying_device():
    liars = [scenario_of(seed, Size.LIARS).liars for seed in range(40)]
    assert all(one.boxes for one in liars)
    assert 15 < sum(bool(one.units) for one in liars) < 40


def test_a_lying_box_writes_its_own_topics_and_no_other(fault_phase):
    world, published = fault_phase
    names = {box.agent for box in world.liars.boxes}
    assert len(published) > 10
    assert {topics.parse(topic)[1] for topic in published} <= names


def test_what_it_says_in_anothers_name_is_refused_and_what_it_says_in_its_own_is_taken(fault_phase):
    world, _ = fault_phase
    assert any(node.quarantine.by_reason["forged"] for node in world.districts.values())
    assert any(
        box.agent in world.districts[box.district].state.intake.incarnations
        for box in world.liars.boxes
    )


def test_liars_are_silent_in_the_recovery_phase_and_every_law_is_kept():
    scenario = scenario_of(SEED, Size.LIARS)
    result = run_scenario(scenario)
    assert result.verdict.kept, result.verdict.violations[:3]
    checked = dict(result.verdict.checked)
    assert checked["nothing_unproved"] > 50


def test_a_liar_that_is_found_out_goes_on_and_is_believed_no_more():
    scenario = scenario_of(SEED, Size.LIARS)
    boxes = tuple(replace(box, revoked_at_s=20.0) for box in scenario.liars.boxes)
    simulation = Simulation(replace(scenario, liars=replace(scenario.liars, boxes=boxes)))
    simulation.run_until(20.0 + LOOK_S + 5.0)
    world = simulation.world
    said = [len(box.said) for box in world.liars.boxes]
    simulation.run_fault_phase()
    assert all(len(box.said) > before for box, before in zip(world.liars.boxes, said, strict=True))
    assert {box.agent for box in world.liars.boxes} <= world.revocations.revoked
    for box in world.liars.boxes:
        node = world.districts[box.district]
        known = node.state.enrolments.boxes.get(box.agent)
        assert known is None or known.revoked_at > 0, "it has never been enrolled, or is no more"
    assert any(node.quarantine.by_reason["revoked"] for node in world.districts.values())
    assert check_laws(world, is_final=False)[0] == ()
    simulation.close()


def test_the_same_seed_has_the_same_lies():
    digests = {run_scenario(scenario_of(3, Size.LIARS)).verdict.digest for _ in range(2)}
    assert len(digests) == 1
