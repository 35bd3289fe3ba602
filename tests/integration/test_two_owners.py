"""Both production cores, city and districts, over failing networks and processes by seed: no unit
twice, no slot twice undeclared, needs served.
"""

import pytest
from two_owners import TwoOwnersScenario


@pytest.mark.parametrize("seed", range(30))
def test_no_unit_and_no_slot_is_promised_twice_and_what_is_needed_is_served(seed):
    run = TwoOwnersScenario(seed)
    run.fault_phase(250)
    run.recovery_phase()
    assert run.is_quiet(), (
        run.unserved(),
        [
            (d.order, d.stage, d.unit_owner_stage, d.incident_owner_stage, d.reason)
            for d in run.city.state.sagas.live.values()
        ],
    )


def test_the_faults_reach_every_step_of_the_protocol():
    """Over the seeds everything the protocol knows has happened: a harness in which nothing goes
    wrong proves nothing.
    """
    ends, counted = set(), set()
    for seed in range(12):
        run = TwoOwnersScenario(seed)
        run.fault_phase(250)
        sagas = run.city.state.sagas
        ends |= {(str(d.stage), d.reason) for d in (*sagas.ended.values(), *sagas.live.values())}
        counted |= set(run.city.state.counts)
    assert {stage for stage, _ in ends} >= {"done", "aborted", "withdrawn"}
    assert "restart" in {reason for _, reason in ends}
    assert {
        "requested_reserve",
        "requested_claim",
        "requested_issue",
        "requested_claim_confirmed",
        "requested_release",
        "requested_withdraw",
        "requested_claim_cancelled",
    } <= counted
