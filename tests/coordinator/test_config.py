"""The city's configuration: every problem at once, each with what would be right."""

import pytest

from citybrain.config.load import parse
from citybrain.errors import ConfigError
from coordinator.config import CityConfig
from coordinator.policy import IssueMode

GOOD = {"name": {"en": "Test", "zh": "测试"}, "data_dir": "run/city"}


def test_the_least_configuration_has_sensible_numbers():
    config = parse(GOOD, CityConfig, name="city.toml")
    policy = config.plan.policy()
    assert policy.issue is IssueMode.ASK
    assert policy.propose_s < policy.promise_ttl_s
    assert config.ray.mode == "local"
    assert config.listen.grpc == "127.0.0.1:7000"


def console(district, address):
    return {"district": district, "address": address}


def test_a_districts_pages_have_an_address_of_the_web():
    good = console("riverside", "https://queue.riverside.example/")
    config = parse({**GOOD, "console": [good]}, CityConfig, name="city.toml")
    assert config.consoles == {"riverside": "https://queue.riverside.example"}
    bad = [
        console("oldtown", "javascript:alert(1)"),
        console("Old Town", "https://oldtown.example"),
    ]
    with pytest.raises(ConfigError) as refused:
        parse({**GOOD, "console": bad}, CityConfig, name="city.toml")
    text = str(refused.value)
    assert "console[0].address: 'javascript:alert(1)' is no http or https address" in text
    assert "Give how browsers reach those pages" in text
    assert "console[1].district" in text


def test_a_district_has_its_pages_at_one_address():
    one = console("riverside", "https://queue.riverside.example")
    with pytest.raises(ConfigError, match="names riverside more than once"):
        parse({**GOOD, "console": [one, one]}, CityConfig, name="city.toml")


@pytest.mark.parametrize("max_travel_s", [60.0, 1800.0, 7200.0])
def test_leaving_a_slot_empty_is_always_dearer_than_any_order(max_travel_s):
    policy = parse(
        {**GOOD, "plan": {"max_travel_s": max_travel_s}}, CityConfig, name="c"
    ).plan.policy()
    dearest = (
        (1 + policy.costs.late_factor) * policy.max_travel_s
        + policy.costs.cross_s
        + policy.costs.coverage_s
    )
    assert policy.costs.unserved_s > dearest


def test_all_faults_are_named_at_once():
    bad = {
        **GOOD,
        "colour": "blue",
        "listen": {"grpc": "nowhere"},
        "plan": {"issue": "perhaps", "max_travel_s": -1},
        "ray": {"mode": "a cloud"},
    }
    with pytest.raises(ConfigError) as problems:
        parse(bad, CityConfig, name="city.toml")
    keys = {problem.key for problem in problems.value.problems}
    assert {"colour", "listen.grpc", "plan.issue", "plan.max_travel_s", "ray.mode"} <= keys


def test_a_promise_must_outlast_the_wait_for_the_other_owner():
    with pytest.raises(ConfigError, match="propose_s must be less"):
        parse({**GOOD, "plan": {"propose_s": 40}}, CityConfig, name="city.toml")


def test_an_empty_slot_cheaper_than_an_order_is_a_fault():
    with pytest.raises(ConfigError, match="unserved_s"):
        parse({**GOOD, "plan": {"unserved_s": 10}}, CityConfig, name="city.toml")


@pytest.fixture
def token_file(tmp_path):
    place = tmp_path / "ray-token"
    place.touch(mode=0o600)
    place.write_text("secret\n")
    return place


@pytest.mark.parametrize("mode", ["local", "off"])
def test_ray_is_local_or_off(mode):
    assert parse({**GOOD, "ray": {"mode": mode}}, CityConfig, name="c").ray.mode == mode


@pytest.mark.parametrize("mode", ["10.0.0.5:6379", "ray-head.example:6379", "[::1]:6379"])
def test_ray_is_a_cluster_with_its_token(mode, token_file):
    ray = {"mode": mode, "token_file": str(token_file)}
    assert parse({**GOOD, "ray": ray}, CityConfig, name="c").ray.mode == mode


def test_a_cluster_without_its_token_is_refused(token_file):
    for ray, problem in (
        ({"mode": "10.0.0.5:6379"}, "with its token only"),
        ({"mode": "local", "token_file": str(token_file)}, "is a cluster's"),
        ({"mode": "10.0.0.5:6379", "token_file": str(token_file / "none")}, "cannot be read"),
        ({"mode": "ray://10.0.0.5:10001", "token_file": str(token_file)}, "host:port"),
    ):
        with pytest.raises(ConfigError) as found:
            parse({**GOOD, "ray": ray}, CityConfig, name="c")
        assert problem in str(found.value)


def test_a_token_that_other_users_can_read_is_refused(token_file):
    token_file.chmod(0o640)
    ray = {"mode": "10.0.0.5:6379", "token_file": str(token_file)}
    with pytest.raises(ConfigError, match="open to other users"):
        parse({**GOOD, "ray": ray}, CityConfig, name="c")
