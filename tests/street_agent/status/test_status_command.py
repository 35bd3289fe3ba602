"""`citybrain street status`: whether the box is ready, in words and by its exit code."""

import json

import pytest

from street_agent.cli.status import show_status
from street_agent.status.status_socket import STATUS_SOCKET, StatusSocket

CONFIG = """
agent = "box-1"
district = "riverside"
data_dir = "{folder}"
[[sensor]]
id = "level-1"
source = "levels.csv"
place = {{lat = 30.66, lon = 104.06}}
"""
ANSWER = {
    "ready": True,
    "conditions": [{"code": "camera_degraded", "detail": "less is seen by cam-1 (moved)"}],
    "agent": "box-1",
    "at": "2026-01-01T00:00:00-00:00",
    "outbox_rows": 7,
    "outbox_bytes": 900,
}


@pytest.fixture
def config(tmp_path):
    path = tmp_path / "street.toml"
    path.write_text(CONFIG.format(folder=tmp_path))
    return path


@pytest.fixture
def answers(tmp_path):
    """What the agent answers, from now on."""
    given = ["{}"]
    served = StatusSocket(tmp_path / STATUS_SOCKET, lambda: given[-1])
    served.start()
    yield given.append
    served.stop()


def test_a_ready_box_is_code_0_and_one_that_is_not_is_code_1(config, answers, capsys):
    answers(json.dumps(ANSWER))
    assert show_status(config, as_json=False) == 0
    assert capsys.readouterr().out.splitlines() == [
        "box-1 is ready",
        "  as of 2026-01-01T00:00:00-00:00, outbox: 7 items not yet acknowledged",
        "  camera_degraded: less is seen by cam-1 (moved)",
    ]
    answers(json.dumps({**ANSWER, "ready": False}))
    assert show_status(config, as_json=True) == 1
    assert json.loads(capsys.readouterr().out)["agent"] == "box-1"


def test_a_box_whose_agent_does_not_answer_or_not_so_is_not_ready(config, answers, capsys):
    answers("hello")
    assert show_status(config, as_json=False) == 1
    assert "cannot be read" in capsys.readouterr().err


def test_a_box_on_which_no_agent_runs_is_not_ready(config, capsys):
    assert show_status(config, as_json=False) == 1
    assert "no agent answers" in capsys.readouterr().err
