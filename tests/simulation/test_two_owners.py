"""Both production cores, city and districts, over failing networks and processes by seed: districts
cut off for less and for more than a reservation lasts, processes that die, operators who change
their decisions, stores that are put back from a backup (`citybrain journal restored`). No unit
twice, no slot twice undeclared, what is needed is served, and all agree in the end.
"""

import pytest
from restored_stores import RestoredStoresScenario
from two_owners import TwoOwnersScenario


@pytest.mark.parametrize("seed", range(40))
def test_no_unit_and_no_slot_is_promised_twice_and_what_is_needed_is_served(seed):
    run = TwoOwnersScenario(seed)
    run.fault_phase(300)
    run.recovery_phase()
    assert run.is_quiet(), (
        run.unserved(),
        [
            (d.order, d.stage, d.unit_owner_stage, d.incident_owner_stage, d.reason)
            for d in run.city.state.sagas.live.values()
        ],
    )


@pytest.mark.parametrize("node", ["city", "north", "south"])
@pytest.mark.parametrize("seed", range(12))
def test_after_a_store_went_back_in_time_the_owners_agree_again_and_all_is_served(node, seed):
    run = RestoredStoresScenario(seed)
    run.fault_phase(80 + 10 * (seed % 4))
    run.back_up(node)
    run.continue_faults(20 + 25 * (seed % 5))
    run.restore(node)
    run.continue_faults(40)
    run.recover_and_check()


@pytest.mark.parametrize("seed", range(6))
def test_stores_that_went_back_one_after_the_other_agree_too(seed):
    run = RestoredStoresScenario(100 + seed)
    run.fault_phase(80)
    for node in ("city", "south", "north"):
        run.back_up(node)
    run.continue_faults(60)
    for node in run.rng.sample(["city", "south", "north"], 3):
        run.restore(node)
        run.continue_faults(20)
    run.recover_and_check()


@pytest.mark.parametrize("seed", range(6))
def test_one_backup_may_be_put_back_again_and_again(seed):
    """Nothing in it says how often it was: what was given since then is not given once more."""
    run = RestoredStoresScenario(200 + seed)
    run.fault_phase(80)
    run.back_up("north")
    kept = run.backups["north"].reopen()
    for _ in range(3):
        run.continue_faults(60)
        run.backups["north"] = kept.backup()
        run.restore("north")
    run.continue_faults(40)
    run.recover_and_check()


def test_the_faults_reach_every_step_of_the_protocol():
    """Over the seeds everything the protocol knows has happened: a harness in which nothing goes
    wrong proves nothing.
    """
    ends, counted = set(), set()
    for seed in range(12):
        run = TwoOwnersScenario(seed)
        run.fault_phase(300)
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
