"""Which network a run gets, and the README's table of faults."""

import os
import sys

import pytest

from citysim.chaos.environment.leftovers import find
from citysim.chaos.environment.run_tag import own_tag
from citysim.chaos.fault.kinds import FAULT_SPECS
from citysim.chaos.net.choose_network import AUTO, NETNS, PROXY, choose_network
from citysim.chaos.net.namespace_links import unavailable_reason
from citysim.chaos.net.port import Link
from citysim.errors import ChaosUnavailableError
from citysim.sim.random_streams import RandomStreams

LINKS = (Link(client="box", server="broker"),)


def choose(requested):
    return choose_network(
        requested, processes=("box", "broker"), links=LINKS, tag=own_tag(), streams=RandomStreams(1)
    )


@pytest.fixture
def unprivileged(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)


def test_proxies_are_always_available():
    links, reason = choose(PROXY)
    assert (links.name, reason) == (PROXY, "")


@pytest.mark.usefixtures("unprivileged")
def test_without_root_auto_takes_proxies_and_gives_the_reason():
    links, reason = choose(AUTO)
    assert links.name == PROXY and "root" in reason


@pytest.mark.usefixtures("unprivileged")
def test_a_network_that_is_not_possible_is_refused_with_the_cure():
    with pytest.raises(ChaosUnavailableError, match="--net proxy"):
        choose(NETNS)


def test_where_namespaces_are_possible_auto_takes_them_and_gives_each_process_an_address():
    if unavailable_reason(own_tag()):
        pytest.skip(f"privilege: {unavailable_reason(own_tag())}")
    links, reason = choose(AUTO)
    assert (links.name, reason) == (NETNS, "")
    assert len({links.host_of(name) for name in ("box", "broker", "harness")}) == 3
    assert not [name for name in find().namespaces if str(own_tag()) in name], (
        "nothing is made before it is opened"
    )


def test_the_readme_has_every_kind_with_its_purpose(project_root):
    text = (project_root / "citysim" / "chaos" / "README.md").read_text(encoding="utf-8")
    assert all(
        f"| `{kind}` |" in text and spec.purpose in text for kind, spec in FAULT_SPECS.items()
    )


def test_the_run_is_for_linux(monkeypatch):
    from citysim.chaos.set_up import require_linux

    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(ChaosUnavailableError, match="Linux"):
        require_linux()


def test_two_runs_at_a_time_have_different_networks():
    if unavailable_reason(own_tag()):
        pytest.skip(f"privilege: {unavailable_reason(own_tag())}")
    one, two = choose(NETNS)[0], choose(NETNS)[0]
    assert one.host_of("box").rpartition(".")[0] != two.host_of("box").rpartition(".")[0]
