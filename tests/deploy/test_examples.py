"""The example configurations are good as they stand, and show every kind of rule."""

import subprocess
import sys
import tomllib

import pytest

from citybrain.config.load import load
from street_agent.config import StreetConfig
from street_agent.config_resolution import resolve_source, score_thresholds
from street_agent.scene.rules.table import RULE_KINDS
from street_agent.sensor import series


@pytest.fixture
def examples(project_root):
    return project_root / "deploy" / "examples"


@pytest.mark.parametrize("tier", ["district", "city"])
def test_an_example_passes_its_check(examples, tier):
    argv = [
        sys.executable,
        "-m",
        "citybrain.cli.main",
        tier,
        "check",
        "--config",
        str(examples / f"{tier}.toml"),
    ]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert "good" in done.stdout


def test_the_edge_boxs_example_has_no_fault_and_shows_every_kind_of_rule(examples):
    config = load(examples / "street.toml", StreetConfig)
    assert set(score_thresholds(config)) == {camera.model for camera in config.camera}
    shown = {rule.kind_name for camera in config.camera for rule in camera.rule} | {
        rule.kind_name for sensor in config.sensor for rule in sensor.rule
    }
    assert shown == set(RULE_KINDS)


def test_the_examples_gauge_starts_and_ends_its_alarm(examples):
    config = load(examples / "street.toml", StreetConfig)
    gauge, rule = config.sensor[0], config.sensor[0].rule[0]
    values = series.read(examples / resolve_source(gauge.source, examples)).values
    assert max(values) > rule.settings().above and min(values) < rule.settings().below


def test_the_examples_name_the_same_district_and_ports(examples):
    street, district, city = (
        tomllib.loads((examples / f"{tier}.toml").read_text())
        for tier in ("street", "district", "city")
    )
    assert street["district"] == district["district"]
    assert street["broker"] == district["broker"]
    assert district["city"]["address"] == city["listen"]["grpc"]
