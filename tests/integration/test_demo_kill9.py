"""`kill -9` of every process of the city in turn, during one run on real video: the laws hold."""

import pytest
from demo_scenarios.running import left_behind, run_scenario


@pytest.mark.timeout(480)
def test_the_laws_hold_after_every_process_was_killed_in_turn(tmp_path):
    run = tmp_path / "run"
    result = run_scenario("kill9", run, within_s=450)
    assert len(result["names"]) == 9, "broker, city, three districts, four agents"
    assert result["deaths"] == dict.fromkeys(result["names"], 1), result["log"]
    assert {law: report["violations"] for law, report in result["laws"].items()} == {
        law: [] for law in result["laws"]
    }, result["log"]
    assert result["helped"], result["log"]
    assert (
        result["laws"]["nothing_lost"]["checked"] > 20
        and result["laws"]["same_state"]["checked"] > 50
    )
    assert not any(result["frames"].values())
    assert not left_behind(run)
