"""A store is put back from a backup (`citybrain journal restored`): both production cores tell each
other what they hold, and each object's owner wins.
"""

import pytest
from restored_stores import RestoredStoresScenario


@pytest.mark.parametrize("node", ["city", "north", "south"])
@pytest.mark.parametrize("seed", range(12))
def test_after_a_store_went_back_in_time_the_owners_agree_again_and_all_is_served(node, seed):
    scenario = RestoredStoresScenario(seed)
    scenario.fault_phase(80 + 10 * (seed % 4))
    scenario.back_up(node)
    scenario.continue_faults(20 + 25 * (seed % 5))
    scenario.restore(node)
    scenario.continue_faults(40)
    scenario.recover_and_check()


@pytest.mark.parametrize("seed", range(6))
def test_stores_that_went_back_one_after_the_other_agree_too(seed):
    scenario = RestoredStoresScenario(100 + seed)
    scenario.fault_phase(80)
    for node in ("city", "south", "north"):
        scenario.back_up(node)
    scenario.continue_faults(60)
    for node in scenario.rng.sample(["city", "south", "north"], 3):
        scenario.restore(node)
        scenario.continue_faults(20)
    scenario.recover_and_check()
