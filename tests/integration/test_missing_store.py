"""A node whose journal is gone says so and does not start, until a person says what is meant."""

import subprocess
import sys

import pytest

from citybrain.clock import ManualClock
from citybrain.ids import CountingIds
from citybrain.journal.node_store import JOURNAL, open_journal

CONFIGS = {
    "district": """
district = "riverside"
name = {{ en = "Riverside", zh = "滨江" }}
centre = {{ lat = 30.657, lon = 104.086 }}
data_dir = "{data}"
""",
    "city": """
name = {{ en = "City", zh = "城市" }}
data_dir = "{data}"
""",
}


@pytest.mark.parametrize("tier", sorted(CONFIGS))
def test_a_node_whose_journal_is_gone_refuses_with_a_status_that_no_restart_mends(tmp_path, tier):
    data, config = tmp_path / "data", tmp_path / "config.toml"
    config.write_text(CONFIGS[tier].format(data=data), encoding="utf-8")
    open_journal(data, ids=CountingIds("e"), clock=ManualClock()).close()
    (data / JOURNAL).unlink()
    command = [sys.executable, "-m", "citybrain.cli.main", tier, "run", "--config", str(config)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2  # RestartPreventExitStatus of the units
    assert "journal.db is gone" in done.stderr
    assert "--new" in done.stderr
    assert not (data / JOURNAL).exists()
