"""Which network a run gets, and the docs' table of faults."""

import os
import sys

import pytest

from citysim.chaos.fault.kinds import KINDS
from citysim.chaos.net.choose import AUTO, NETNS, PROXY, choose
from citysim.chaos.net.port import Link
from citysim.chaos.net.routed import why_not
from citysim.chaos.place.leftovers import find
from citysim.chaos.place.mark import ours
from citysim.errors import ChaosUnavailableError
from citysim.sim.dice import Dice

LINKS = (Link(client="box", server="broker"),)


def wish(what):
    return choose(what, processes=("box", "broker"), links=LINKS, mark=ours(), dice=Dice(1))


@pytest.fixture
def nobody(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)


def test_proxies_are_had_whenever_they_are_wished():
    links, reason = wish(PROXY)
    assert (links.name, reason) == (PROXY, "")


@pytest.mark.usefixtures("nobody")
def test_without_root_auto_takes_proxies_and_says_why():
    links, reason = wish(AUTO)
    assert links.name == PROXY and "root" in reason


@pytest.mark.usefixtures("nobody")
def test_a_wish_that_cannot_be_had_is_refused_with_the_cure():
    with pytest.raises(ChaosUnavailableError, match="--net proxy"):
        wish(NETNS)


def test_where_namespaces_are_possible_auto_takes_them_and_gives_each_process_an_address():
    if why_not(ours()):
        pytest.skip(why_not(ours()))
    links, reason = wish(AUTO)
    assert (links.name, reason) == (NETNS, "")
    assert len({links.host_of(name) for name in ("box", "broker", "harness")}) == 3
    assert not [name for name in find().namespaces if str(ours()) in name], (
        "nothing is made before it is opened"
    )


def test_the_docs_have_every_kind_with_what_it_shows(project_root):
    text = (project_root / "citysim" / "chaos" / "README.md").read_text(encoding="utf-8")
    assert all(f"| `{kind}` |" in text and facts.shows in text for kind, facts in KINDS.items())


def test_the_run_is_for_linux(monkeypatch):
    from citysim.chaos.cli import must_be_linux

    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(ChaosUnavailableError, match="Linux"):
        must_be_linux()
