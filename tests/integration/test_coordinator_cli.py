"""`citybrain city …` as an officer types it, against a real process."""

import signal

import pytest
from city_process import call, running, written

pytestmark = pytest.mark.timeout(120)


def test_run_says_ready_answers_and_ends_in_order(tmp_path):
    with running(written(tmp_path)) as (process, address):
        assert "Districts" in call("districts", "--address", address).stdout
        assert "Plans" in call("plan", "list", "--address", address).stdout
        missing = call("plan", "issue", "plan-nowhere", "--address", address, "--officer", "li")
        assert (missing.returncode, "unknown_plan" in missing.stderr) == (1, True)
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0


def test_two_coordinators_on_one_folder_are_refused_by_name(tmp_path):
    config = written(tmp_path)
    with running(config):
        second = call("run", "--config", config)
        assert second.returncode == 1
        assert "held by another process" in second.stderr


def test_check_names_every_fault_and_starts_nothing(tmp_path):
    path = tmp_path / "city.toml"
    path.write_text('name = {en = "x"}\n[plan]\nissue = "never"\n')
    done = call("check", "--config", str(path))
    assert done.returncode == 2
    for key in ("name.zh", "data_dir", "plan.issue"):
        assert key in done.stderr
    good = call("check", "--config", written(tmp_path))
    assert (good.returncode, "good" in good.stdout) == (0, True)


def test_an_address_where_nobody_listens_is_reported(tmp_path):
    done = call("districts", "--address", "127.0.0.1:1")
    assert done.returncode == 1
    assert "UNAVAILABLE" in done.stderr
