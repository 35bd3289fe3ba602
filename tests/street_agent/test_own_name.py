"""A box is who its certificate says: check and start refuse a configuration that says otherwise."""

import pytest
from authority_rig import joined_long_ago

from citybrain.config.load import parse
from citybrain.errors import ConfigError
from street_agent.agent import StreetAgent
from street_agent.cli.check import FAULT, OK, inspect
from street_agent.config import StreetConfig


@pytest.fixture
def config(tmp_path):
    (tmp_path / "levels.csv").write_text("seconds,value\n0,0.4\n5,1.5\n")
    sensor = {"id": "level-1", "source": "levels.csv", "place": {"lat": 30.66, "lon": 104.06}}
    return parse(
        {
            "agent": "box-a1",
            "district": "riverside",
            "data_dir": tmp_path / "data",
            "sensor": [sensor],
        },
        StreetConfig,
        name="street.toml",
    )


def verdicts(config, tmp_path, what):
    return [r for r in inspect(config, tmp_path) if r.what == what]


def refused(config, tmp_path):
    with pytest.raises(ConfigError) as caught:
        StreetAgent(config, open_model=lambda _name: None, folder=tmp_path)
    return caught.value.problems


def test_another_name_is_a_fault_and_nothing_is_started(config, tmp_path):
    joined_long_ago(tmp_path / "ca", tmp_path / "data" / "identity", days=0, short="box/box-b2")
    (fault,) = verdicts(config, tmp_path, "agent")
    assert fault.verdict == FAULT
    assert "'box-a1'" in fault.detail and "citybrain://chengdu/box/box-b2" in fault.detail
    (problem,) = refused(config, tmp_path)
    assert problem.key == "agent"
    assert not (tmp_path / "data" / "outbox.db").exists()


def test_an_identity_of_another_role_is_refused(config, tmp_path):
    folder = tmp_path / "data" / "identity"
    joined_long_ago(tmp_path / "ca", folder, days=0, short="sensor/box-a1")
    assert "token for box/box-a1" in refused(config, tmp_path)[0].remedy


def test_the_own_name_is_no_fault_and_the_broker_is_looked_for_where_tls_is(config, tmp_path):
    (before,) = verdicts(config, tmp_path, "broker")
    assert ":1883 " in before.detail or before.verdict == OK
    joined_long_ago(tmp_path / "ca", tmp_path / "data" / "identity", days=0)
    assert not verdicts(config, tmp_path, "agent")
    (after,) = verdicts(config, tmp_path, "broker")
    assert ":8883" in after.detail or after.verdict == OK


def test_an_identity_that_cannot_be_read_stops_the_start(config, tmp_path):
    joined_long_ago(tmp_path / "ca", tmp_path / "data" / "identity", days=0)
    (tmp_path / "data" / "identity" / "key.pem").write_text("nothing")
    (problem,) = refused(config, tmp_path)
    assert "key.pem" in problem.problem
