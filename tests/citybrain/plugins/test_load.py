"""One plugin is imported, the one that is named; what is wrong with it is said with its cure."""

import sys

import pytest
from fake_distributions import install

from citybrain.plugins.errors import PluginImportError, PluginPortError
from citybrain.plugins.installed import installed
from citybrain.plugins.load import fault_of, load, pack_folder
from citybrain.plugins.ports import CAMERA, SENSOR, PluginGroup

SOURCES = PluginGroup.SOURCES
GOOD = """
class Gauge:
    port = "sensor/1"
    def __init__(self, options): ...
    def open(self): ...
    def read(self, wait_s): ...
    def close(self): ...
"""


def offer(site, text, name="gauge", module="acme_gauge"):
    install(
        site, "acme-city", f"[citybrain.sources]\n{name} = {module}:Gauge\n", {f"{module}.py": text}
    )


def test_the_plugin_that_is_named_is_loaded_and_no_other(site):
    offer(site, GOOD)
    install(site, "bolt", "[citybrain.sources]\nother = bolt_mod:X\n", {"bolt_mod.py": ""})
    assert load(SOURCES, "gauge", SENSOR).__name__ == "Gauge"
    assert "bolt_mod" not in sys.modules


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("import no_such_library", "ModuleNotFoundError: No module named 'no_such_library'"),
        ("raise RuntimeError('x' * 10_000)", "RuntimeError: xxx"),
        ("import sys; sys.exit(3)", "SystemExit: 3"),
        ("Gauge =", "SyntaxError"),
        ("", "has no attribute 'Gauge'"),
    ],
)
def test_an_import_that_fails_is_named_with_its_error(site, text, words):
    offer(site, text)
    with pytest.raises(PluginImportError) as error:
        load(SOURCES, "gauge", SENSOR)
    said = str(error.value)
    assert "source gauge of acme-city 1.0" in said
    assert words in said
    assert len(said) < 700


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("class Gauge: ...", 'port = "sensor/1"'),
        ("Gauge = 7", 'port = "sensor/1"'),
        (GOOD.replace("sensor/1", "sensor/9"), "'sensor/9', and sensor/1 is wanted.* version"),
        (GOOD.replace("sensor/1", "camera/1"), "Name another plugin"),
        (GOOD.replace("def read", "def lead"), "has no read, which sensor/1 asks for"),
    ],
)
def test_what_is_not_the_port_is_named(site, text, words):
    offer(site, text)
    with pytest.raises(PluginPortError, match=words):
        load(SOURCES, "gauge", SENSOR)


def test_a_sensor_is_no_camera(site):
    offer(site, GOOD)
    with pytest.raises(PluginPortError, match="camera/1 is wanted here"):
        load(SOURCES, "gauge", CAMERA)


def test_a_fault_is_mended_without_a_restart(site):
    offer(site, "raise OSError('not yet')")
    with pytest.raises(PluginImportError):
        load(SOURCES, "gauge", SENSOR)
    (site / "acme_gauge.py").write_text(GOOD + "# longer")
    assert load(SOURCES, "gauge", SENSOR)


def test_a_list_says_of_each_whether_it_can_be_used(site):
    install(
        site,
        "acme-city",
        "[citybrain.sources]\ngood = acme_a:Gauge\nbad = acme_b:Gauge\n"
        "[citybrain.packs]\nbins = acme_p.scenes.bins\nnone = acme_p.scenes.none\n"
        "other = acme_p.scenes.bins\n",
        {
            "acme_a.py": GOOD,
            "acme_b.py": "1 / 0",
            "acme_p/__init__.py": "raise SystemError('a pack runs no code')",
            "acme_p/scenes/bins/pack.toml": "",
        },
    )
    found = {
        plugin.name: fault_of(plugin)
        for group in (SOURCES, PluginGroup.PACKS)
        for plugin in installed(group)
        if plugin.distribution == "acme-city"
    }
    assert (found["good"], found["bins"]) == (None, None)
    assert "ZeroDivisionError" in str(found["bad"])
    assert "there is no such folder" in str(found["none"])
    assert "have one name" in str(found["other"])


def test_a_packs_folder_is_found_without_running_its_package(site):
    install(
        site,
        "acme-city",
        "[citybrain.packs]\nbins = acme_q.scenes.bins\nlost = acme_nowhere.lost\n",
        {"acme_q/__init__.py": "1 / 0", "acme_q/scenes/bins/pack.toml": ""},
    )
    assert pack_folder("bins") == site / "acme_q" / "scenes" / "bins"
    with pytest.raises(PluginImportError, match="acme_nowhere.lost"):
        pack_folder("lost")
