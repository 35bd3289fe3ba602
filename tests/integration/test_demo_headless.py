"""The promise of the README, kept: a minute of one whole city on real video ends with exit code 0 and a summary."""

import json
import subprocess
import sys

import pytest


@pytest.mark.timeout(420)
def test_a_minute_of_the_city_shows_the_whole_loop_and_breaks_no_law(tmp_path):
    summary = tmp_path / "summary.json"
    command = [sys.executable, "-m", "citybrain.cli.main", "demo", "--duration", "75", "--headless", "--keep", str(tmp_path / "run"), "--json", str(summary)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=400, check=False)
    assert done.returncode == 0, f"{done.stdout[-6000:]}\n{done.stderr[-2000:]}"
    told = json.loads(summary.read_text())
    assert told["missing"] == [] and told["exit_code"] == 0
    assert set(told["whole_way"]) & set(told["cross_district_done"])
    assert told["plans_issued"] >= 1 and told["simulated"]["officer issued"] == told["plans_issued"]
    assert {"crowding", "illegal_parking", "waterlogging"} <= set(told["events"])
    assert len(told["frames"]) == 3
    for tally in told["frames"].values():
        assert tally["captured"] > 100 and tally["used"] > 50 and tally["unaccounted"] == 0
    assert not any(law["broken"] for law in told["laws"].values())
    assert told["latency_ms"]["camera_to_order"]["count"] >= 3
    assert told["latency_ms"]["camera_to_order_city"]["count"] >= 1
    assert not any(told["deaths"].values())
    assert "What this run came to" in done.stdout and "The whole loop was seen" in done.stdout
