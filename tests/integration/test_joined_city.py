"""A city, a district and an operator as processes: each joined by one command, no file edited, and
from then on every word between them is proved.
"""

import os
import re
import signal
import subprocess
import sys
import threading

import pytest
from authority_rig import ServedAuthority, joined_long_ago, points_at

from citybrain.enrolment.folder import read_identity
from citybrain.identity.token import encode_token
from citybrain.system_clock import SystemClock

pytestmark = pytest.mark.timeout(170)
CITYBRAIN = [sys.executable, "-m", "citybrain.cli.main"]
HERE = "127.0.0.1"
CITY = """
name = {{en = "Test City", zh = "测试市"}}
data_dir = "{folder}/city"
[listen]
grpc = "{address}"
[ray]
mode = "off"
"""
DISTRICT = """
district = "riverside"
name = {{en = "Riverside", zh = "滨江"}}
centre = {{lat = 30.66, lon = 104.06}}
data_dir = "{folder}/district"
[broker]
port = 1
[city]
address = "{city}"
[listen]
grpc = "127.0.0.1:0"
"""


class Joined:
    """An authority, and commands and processes in one folder."""

    def __init__(self, folder, served):
        self.folder, self.served, self._running = folder, served, []
        self.environment = {
            **os.environ,
            "COLUMNS": "160",
            "XDG_CONFIG_HOME": str(folder / "config"),
        }
        self.environment.pop("CITYBRAIN_IDENTITY", None)  # of whoever runs the tests

    def call(self, *words):
        return subprocess.run(
            [*CITYBRAIN, *words],
            capture_output=True,
            text=True,
            timeout=60,
            env=self.environment,
        )

    def join(self, tier, short, *more):
        token = self.served.token(short, hosts=(HERE,) if tier != "login" else ())
        words = ("login",) if tier == "login" else (tier, "join")
        done = self.call(*words, encode_token(token), *more)
        assert done.returncode == 0, done.stderr

    def run(self, tier, config):
        """Its gRPC address, once it is up."""
        log = (self.folder / f"{tier}.log").open("w+")
        process = subprocess.Popen(
            [*CITYBRAIN, tier, "run", "--config", config],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env=self.environment,
        )
        self._running.append((process, log))
        line = process.stdout.readline()
        found = re.search(r"grpc=(\d+)", line)
        assert found, (line, self.log(tier))
        return f"{HERE}:{found[1]}"

    def log(self, tier):
        return (self.folder / f"{tier}.log").read_text()

    def written(self, tier, text, **values):
        path = self.folder / f"{tier}.toml"
        path.write_text(text.format(folder=self.folder, **values), encoding="utf-8")
        return str(path)

    def stop(self):
        for process, log in reversed(self._running):
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=30)
            log.close()


@pytest.fixture
def joined(tmp_path):
    with ServedAuthority(tmp_path / "ca") as served:
        city = Joined(tmp_path, served)
        yield city
        city.stop()


def until(condition, what, within_s=60):
    clock, pause = SystemClock(), threading.Event()
    end = clock.instant() + within_s * 1_000_000
    while not condition():
        assert clock.instant() < end, what
        pause.wait(0.2)


def test_one_command_each_makes_a_city_in_which_every_word_is_proved(joined):
    config = joined.written("city", CITY, address="0.0.0.0:0")
    alone = joined.call("city", "run", "--config", config)
    assert alone.returncode == 1
    assert "citybrain city join TOKEN" in alone.stderr
    joined.join("city", "city/test", "--config", config)
    city = joined.run("city", config)
    config = joined.written("district", DISTRICT, city=city)
    joined.join("district", "district/riverside", "--config", config)
    district = joined.run("district", config)
    until(lambda: "the link to the city is up" in joined.log("district"), "the link")
    assert "citybrain://chengdu/district/riverside is connected" in joined.log("city")
    assert "lab mode" not in joined.log("city") + joined.log("district")

    nobody = joined.call("district", "queue", "--once", "--address", district)
    assert nobody.returncode == 1
    assert "citybrain login TOKEN" in nobody.stderr
    joined.join("login", "operator/li-wei")
    report = ("--kind", "crowding", "--at", "30.66,104.06", "--text", "a crowd")
    done = joined.call("district", "report", *report, "--address", district, "--operator", "x")
    assert done.returncode == 0, done.stderr
    incident = done.stdout.split()[-1]
    shown = joined.call("district", "incident", "show", incident, "--address", district)
    assert "li-wei" in shown.stdout
    assert "Districts" in joined.call("city", "districts", "--address", city).stdout
    refused = joined.call("city", "plan", "issue", "plan-x", "--address", city)
    assert "operator/li-wei may not call" in refused.stderr
    until(lambda: "operator/li-wei" in joined.log("city"), "the city logs who was refused")


def test_a_district_that_was_away_for_months_joins_in_by_itself(joined):
    config = joined.written("city", CITY, address=f"{HERE}:0")
    joined.join("city", "city/test", "--config", config)
    city = joined.run("city", config)
    identity = joined.folder / "district" / "identity"
    joined_long_ago(joined.folder / "ca", identity, days=200, short="district/riverside")
    points_at(identity, joined.served)
    before = read_identity(identity).serial
    joined.run("district", joined.written("district", DISTRICT, city=city))
    until(lambda: "the link to the city is up" in joined.log("district"), "the link")
    assert read_identity(identity).serial != before
