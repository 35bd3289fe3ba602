"""A fingerprint names the code that decides: the same for the same sources and libraries, another
one for any change in any of them.
"""

import ast
import importlib.metadata
import importlib.util
import sys
from pathlib import Path

import pytest

from citybrain.decider.code_identity import (
    UNKNOWN,
    CodeIdentity,
    fingerprint_of,
    identity_of,
    parse_code,
)
from coordinator.city_cores import DECIDING as CITY
from coordinator.city_cores import LIBRARIES as CITY_LIBRARIES
from coordinator.city_cores import city_cores
from district_node.district_cores import DECIDING as DISTRICT
from district_node.district_cores import LIBRARIES as DISTRICT_LIBRARIES
from district_node.district_cores import district_cores

TIERS = {"district_node.cores.decide": DISTRICT, "coordinator.cores.decide": CITY}
OURS = ("citybrain", "district_node", "coordinator")


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package `deciders` with two modules, on the path."""
    folder = tmp_path / "deciders"
    folder.mkdir()
    for name in ("__init__", "one", "two"):
        (folder / f"{name}.py").write_text(f"NAME = {name!r}\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    importlib.invalidate_caches()
    fingerprint_of.cache_clear()
    yield folder
    sys.modules.pop("deciders", None)
    fingerprint_of.cache_clear()


def test_it_is_the_same_for_the_same_sources_in_whatever_order_they_are_named(package):
    before = fingerprint_of("deciders.one", "deciders.two")
    assert (
        before == fingerprint_of("deciders.two", "deciders.one") != fingerprint_of("deciders.one")
    )
    assert len(before) == 64


@pytest.mark.parametrize("change", ["content", "another file", "a file less", "a name"])
def test_any_change_gives_another_one(package, change):
    before = fingerprint_of("deciders")
    match change:
        case "content":
            (package / "two.py").write_text("NAME = 'else'\n")
        case "another file":
            (package / "three.py").write_text("")
        case "a file less":
            (package / "two.py").unlink()
        case "a name":
            (package / "two.py").rename(package / "zwei.py")
    assert fingerprint_of("deciders") == before, "it is read once a process"
    fingerprint_of.cache_clear()
    assert fingerprint_of("deciders") != before


def test_a_name_that_is_none_is_said():
    with pytest.raises(ModuleNotFoundError):
        fingerprint_of("citybrain.no_such_module")


def test_the_version_of_a_library_is_in_it(package, monkeypatch):
    plain, with_scipy = fingerprint_of("deciders"), fingerprint_of("deciders", libraries=("scipy",))
    assert plain != with_scipy
    monkeypatch.setattr("importlib.metadata.version", lambda name: "99.9")
    fingerprint_of.cache_clear()
    assert fingerprint_of("deciders", libraries=("scipy",)) not in (plain, with_scipy)


def test_the_adapters_that_it_was_given_are_in_it():
    plain = identity_of("district", ("citybrain.clock",))
    by_roads = identity_of("district", ("citybrain.clock",), adapters=("roads/7",))
    newer = identity_of("district", ("citybrain.clock",), adapters=("roads/8",))
    assert len({plain.fingerprint, by_roads.fingerprint, newer.fingerprint}) == 3


def test_a_library_that_is_not_installed_is_said():
    with pytest.raises(importlib.metadata.PackageNotFoundError):
        fingerprint_of("citybrain.clock", libraries=("no-such-library",))


def test_an_identity_is_read_back_from_its_text():
    identity = identity_of("district", ("citybrain.clock",))
    assert parse_code(identity.text) == identity
    assert identity.tier == "district" and len(identity.fingerprint) == 64
    assert identity.shown.startswith(f"district {identity.release} ({identity.fingerprint[:10]})")


@pytest.mark.parametrize("text", ["", "old", "a/b", "a/b/c/d"])
def test_any_other_text_is_a_fingerprint_of_nobody(text):
    assert parse_code(text) == CodeIdentity(tier=UNKNOWN, release=UNKNOWN, fingerprint=text)


def test_the_tiers_differ():
    city, district = city_cores().identity, district_cores().identity
    assert (city.tier, district.tier) == ("city", "district")
    assert city.fingerprint != district.fingerprint


@pytest.mark.parametrize("root", TIERS)
def test_whatever_a_tiers_decision_imports_is_in_its_fingerprint(root):
    named = TIERS[root]
    missing = sorted(
        m
        for m in _reached(root)
        if "." in m and not any(m == name or m.startswith(f"{name}.") for name in named)
    )
    assert not missing, (
        f"add to DECIDING beside the cores of {root.split('.')[0]}"
        f" (or to KERNEL_DECIDING): {missing}"
    )


@pytest.mark.parametrize("root", TIERS)
def test_whatever_library_a_tiers_decision_calls_is_in_its_fingerprint(root):
    named = {"city": CITY_LIBRARIES, "district": DISTRICT_LIBRARIES}[
        "city" if root.startswith("coordinator") else "district"
    ]
    called = {
        name.split(".")[0]
        for module in _reached(root)
        for name in _imported(module)
        if name.split(".")[0] not in (*OURS, *sys.stdlib_module_names, "typing_extensions")
    }
    assert called == set(named)


def _imported(module):
    tree = ast.parse(Path(importlib.util.find_spec(module).origin).read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def _reached(root):
    """The project's modules that `root` imports, and those that they import."""
    seen, todo = set(), [root]
    while todo:
        module = todo.pop()
        spec = importlib.util.find_spec(module) if module not in seen else None
        if spec is None or spec.origin is None:
            continue
        seen.add(module)
        for node in ast.walk(ast.parse(Path(spec.origin).read_text())):
            if (
                isinstance(node, ast.ImportFrom)
                and node.module
                and node.module.split(".")[0] in OURS
            ):
                names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
                todo.extend(name for name in names if _is_module(name))
    return seen


def _is_module(name):
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False
