"""Which plugins are installed is read from metadata alone; a name that is missing or doubled is
named with its cure."""

import sys

import pytest
from fake_distributions import install

from citybrain.plugins.errors import PluginAmbiguousError, PluginNotFoundError
from citybrain.plugins.installed import find, installed
from citybrain.plugins.ports import NOUNS, PORTS, PluginGroup

SOURCES = PluginGroup.SOURCES


def test_every_group_has_its_ports_and_a_noun():
    assert set(PORTS) == set(NOUNS) == set(PluginGroup)


def test_finding_and_listing_import_nothing(site):
    install(site, "acme-city", "[citybrain.sources]\ngauge = acme_never:X\n", {"acme_never.py": ""})
    (plugin,) = [p for p in installed(SOURCES) if p.distribution == "acme-city"]
    assert (plugin.name, plugin.version, plugin.target) == ("gauge", "1.0", "acme_never:X")
    assert find(SOURCES, "gauge") == plugin
    assert "acme_never" not in sys.modules


def test_plugins_come_by_name_whatever_the_order_of_installation(site):
    install(site, "zeta", "[citybrain.sources]\nbeta = z:X\nalpha = z:Y\n")
    install(site, "acme", "[citybrain.sources]\ngamma = a:X\n")
    names = [p.name for p in installed(SOURCES) if p.distribution in ("zeta", "acme")]
    assert names == ["alpha", "beta", "gamma"]


def test_a_name_that_is_not_installed_is_refused_with_those_that_are(site):
    install(site, "acme", "[citybrain.sources]\nwell-gauge = a:X\n")
    with pytest.raises(PluginNotFoundError, match=r"'ice-saint'.*Installed: .*well-gauge") as error:
        find(SOURCES, "ice-saint")
    assert "citybrain plugins list" in str(error.value)
    with pytest.raises(PluginNotFoundError, match=r"Did you mean well-gauge\?"):
        find(SOURCES, "well-gage")


def test_a_name_of_another_group_is_none_of_this_one(site):
    install(site, "acme", "[citybrain.adapters]\ncases = a:X\n")
    with pytest.raises(PluginNotFoundError, match="source called 'cases'"):
        find(SOURCES, "cases")


def test_two_distributions_with_one_name_are_both_named(site):
    install(site, "acme", "[citybrain.sources]\ngauge = a:X\n", version="2.1")
    install(site, "bolt", "[citybrain.sources]\ngauge = b:Y\n")
    with pytest.raises(PluginAmbiguousError, match=r"acme 2.1 \(a:X\) and bolt 1.0 \(b:Y\)"):
        find(SOURCES, "gauge")
