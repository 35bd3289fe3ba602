"""Nodes are replaced by the next version in the middle of a demonstration, with crews under way:
every order goes on, and the laws hold.
"""

import pytest
from demo_scenarios.running import left_behind, run_scenario


@pytest.mark.nightly
@pytest.mark.timeout(600)
def test_every_order_goes_on_while_nodes_are_upgraded(tmp_path):
    run = tmp_path / "run"
    result = run_scenario("upgrade", run, within_s=570)
    assert all(result["orders"].values()), "a crew of each was under way, and completed its order"
    assert result["deaths"]["riverside"] == 1
    assert result["deaths"]["oldtown"] >= 2 and result["deaths"]["city"] >= 2, "refused, then cured"
    assert {law: report["violations"] for law, report in result["laws"].items()} == {
        law: [] for law in result["laws"]
    }, result["log"]
    assert result["laws"]["same_state"]["checked"] > 50
    assert result["helped"], result["log"]
    assert not any(result["frames"].values())
    assert not left_behind(run)
