"""No check is switched off in silence: the settings keep the strict ones on, each exception says
which check and why, and `Any` is counted."""

import tomllib

import pytest
from archrules import any_types, comments
from archrules.tree import PACKAGES


@pytest.fixture(scope="module")
def tools(project_root):
    return tomllib.loads((project_root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]


def test_a_comment_that_switches_a_check_off_says_which_and_why(tree):
    assert comments.check(tree) == []


def test_any_is_said_no_more_often_than_before(tree):
    assert any_types.check(tree) == []


def test_the_linter_asks_for_what_it_asked(tools):
    families = set(tools["ruff"]["lint"]["select"])
    wanted = "A ANN ARG B BLE DTZ E ERA F G LOG N PT SLF T20 TC TID TRY UP".split()
    assert families.issuperset(wanted)
    assert tools["ruff"]["line-length"] == 100


def test_no_folder_of_the_product_is_spared_by_the_linter(tools):
    spared = tools["ruff"]["lint"]["per-file-ignores"]
    ours = {place: codes for place, codes in spared.items() if place.split("/")[0] in PACKAGES}
    assert ours == {
        "citybrain/cli/**": ["T20"],
        "citysim/sim/event_loop.py": ["SLF"],
        "citybrain/system_clock.py": ["TID251"],
        "citybrain/random_ids.py": ["TID251"],
    }


def test_types_are_checked_strictly(tools):
    assert tools["mypy"]["strict"] is True
    assert set(tools["mypy"]["packages"]) == set(PACKAGES)
    spared = {module for rule in tools["mypy"]["overrides"] for module in rule["module"]}
    ours = {module for module in spared if module.split(".")[0] in PACKAGES}
    assert ours == {"citybrain.api.v1.*", "citybrain.wire.v1.*"}
