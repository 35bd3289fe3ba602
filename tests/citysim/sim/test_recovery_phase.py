"""How long a simulated city may take to recover: time that playbooks give to looks comes on top."""

from types import SimpleNamespace

import pytest

from citybrain.clock import Timestamp
from citybrain.ids import AgentId, RequestId, RuleId, SourceId
from citybrain.structs import replace
from citybrain.vocabulary import IncidentStage
from citysim.sim.generator.scenarios import scenario_of
from citysim.sim.oracle.liveness import is_looking
from citysim.sim.simulation import LIMITS_MAX, Simulation
from district_node.cores.incidents.contribution import VerificationMethod
from district_node.cores.incidents.incident import AgentVerification, PersonVerification

BEGIN_S, LIMIT_S = 10.0, 40.0
NEVER, ALWAYS = (lambda _world: False), (lambda _world: True)


@pytest.fixture
def simulation():
    """Nothing happens in it."""
    quiet = replace(scenario_of(1), street_events=(), calls=(), faults=())
    made = Simulation(replace(quiet, fault_phase_s=BEGIN_S, recovery_limit_s=LIMIT_S))
    made.run_fault_phase()
    yield made
    made.close()


@pytest.mark.parametrize(
    ("looking", "took_s"),
    [
        (NEVER, LIMIT_S),
        (lambda world: world.loop.time() < BEGIN_S + 60.0, LIMIT_S + 60.0),
        (ALWAYS, LIMITS_MAX * LIMIT_S),
    ],
)
def test_the_limit_does_not_run_while_a_source_looks_and_is_no_more_than_so_often_as_long(
    simulation, looking, took_s
):
    simulation.run_recovery_phase(NEVER, looking)
    assert simulation.world.loop.time() == BEGIN_S + took_s
    assert simulation.recovered_after_s == -1.0


def test_a_city_that_has_recovered_is_not_waited_for(simulation):
    simulation.run_recovery_phase(lambda world: world.loop.time() > BEGIN_S + 20.0, ALWAYS)
    assert simulation.recovered_after_s == 25.0


LOOK = AgentVerification(
    request=RequestId("look-1"),
    method=VerificationMethod.LOOK_AGAIN,
    agent=AgentId("box-1"),
    source=SourceId("cam-1"),
    rule=RuleId("crowd"),
    deadline=Timestamp(100),
)
PERSON = PersonVerification(method=VerificationMethod.NAMED_PERSON, contact="")


@pytest.mark.parametrize(
    ("stage", "asked", "now", "expected"),
    [
        (IncidentStage.HANDLED, LOOK, 99, True),
        (IncidentStage.HANDLED, LOOK, 100, False),
        (IncidentStage.CLOSED, LOOK, 99, False),
        (IncidentStage.HANDLED, PERSON, 99, False),
        (IncidentStage.HANDLED, None, 99, False),
    ],
)
def test_a_source_looks_until_its_deadline_by_the_time_of_its_district(stage, asked, now, expected):
    incident = SimpleNamespace(stage=stage, verification=asked)
    node = SimpleNamespace(
        state=SimpleNamespace(incidents={"inc-1": incident}),
        clock=SimpleNamespace(now=lambda: Timestamp(now)),
    )
    down = SimpleNamespace(state=None)
    assert is_looking(SimpleNamespace(districts={"oldtown": down, "riverside": node})) is expected
