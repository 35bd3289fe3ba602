"""`citybrain plugins list`: what packages add, whether it can be used, and how adapters are."""

import pytest
from fake_distributions import forget, install
from typer.testing import CliRunner

from citybrain import canonical_json
from citybrain.adapters.health import STALE_S, AdapterHealth
from citybrain.cli.plugins import app
from citybrain.clock import SECOND_US
from citybrain.system_clock import SystemClock

SENSOR = """
class Gauge:
    port = "sensor/1"
    def __init__(self, options): ...
    def open(self): ...
    def read(self, wait_s): ...
    def close(self): ...
"""


@pytest.fixture
def site(tmp_path, monkeypatch):
    folder = tmp_path / "site"
    install(
        folder,
        "acme-city",
        "[citybrain.sources]\nacme-well = acme_list_a:Gauge\n"
        "[citybrain.adapters]\nacme-bad = acme_list_b:Cases\n",
        {"acme_list_a.py": SENSOR, "acme_list_b.py": "import acme_lacks_this"},
        version="2.5",
    )
    monkeypatch.syspath_prepend(str(folder))
    yield folder
    forget(folder)


def listed(*options):
    done = CliRunner().invoke(app, ["list", *options])
    return done.exit_code, done.output


def line_of(output, name):
    return " ".join(next(line for line in output.splitlines() if name in line).split())


def test_each_is_shown_with_its_distribution_and_whether_it_can_be_used(site):
    code, output = listed()
    assert code == 1
    assert line_of(output, "acme-well") == "sources acme-well acme-city 2.5 usable"
    assert "No module named 'acme_lacks_this'" in line_of(output, "acme-bad")


def test_one_group_alone_and_without_importing(site):
    assert listed("--group", "sources")[0] == 0
    code, output = listed("--no-load")
    assert code == 0
    assert line_of(output, "acme-bad").endswith("not tried")


def test_no_plugin_at_all_is_no_fault():
    code, output = listed("--group", "packs")
    assert (code, "citybrain.packs" in output) == (0, True)


@pytest.fixture
def adapter(tmp_path):
    """Writes an adapter's configuration and the health that it left."""

    def write(state, *, ago_s=0.0, error=""):
        folder = tmp_path / "cases"
        folder.mkdir(exist_ok=True)
        at = SystemClock().now() - round(ago_s * SECOND_US)
        health = AdapterHealth(
            adapter="acme-cases",
            principal="hotline",
            state=state,
            since=at,
            at=at,
            error=error,
            done=3,
        )
        (folder / "health.json").write_bytes(canonical_json.encode(health))
        return config(tmp_path, folder)

    def config(tmp_path, folder):
        path = tmp_path / "cases.toml"
        path.write_text(f'district = "127.0.0.1:7101"\ndata_dir = "{folder}"\n')
        return path

    write.config = config
    return write


@pytest.mark.parametrize(
    ("state", "ago_s", "error", "code", "words"),
    [
        ("running", 0, "", 0, "acme-cases hotline 127.0.0.1:7101 running for 0 s 3 0 0"),
        ("waiting", 0, "no answer", 1, "waiting for 0 s: no answer"),
        ("failed", 0, "OSError: x", 1, "failed for 0 s: OSError: x"),
        ("running", STALE_S + 5, "", 1, "not running (it last said running, 25 s ago)"),
        ("ended", 500, "", 1, "ended 3"),
    ],
)
def test_an_adapters_health_is_shown(adapter, state, ago_s, error, code, words):
    path = adapter(state, ago_s=ago_s, error=error)
    exit_code, output = listed("--group", "adapters", "--adapter", str(path))
    assert (exit_code, words in line_of(output, "acme-cases")) == (code, True)


def test_an_adapter_that_never_ran_is_shown_by_its_file(adapter, tmp_path):
    path = adapter.config(tmp_path, tmp_path / "none")
    code, output = listed("--group", "adapters", "--adapter", str(path))
    assert (code, "never ran" in line_of(output, "cases.toml")) == (1, True)
