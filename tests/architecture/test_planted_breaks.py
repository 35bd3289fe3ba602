"""The rules catch what they are for: each break is planted in a copy of the tree, and one named
rule must see it."""

import shutil
from pathlib import Path

import pytest
from archrules import purity
from archrules.tree import Tree
from planted import imports, in_cores, kept_in_cores, order_in_cores, shape
from planted.rules import ruff

DOC = '"""Planted."""\n\n'
BREAKS = {
    what: planted
    for part in (imports, in_cores, kept_in_cores, order_in_cores, shape)
    for what, planted in part.BREAKS.items()
}
ON_DISK = (purity.closure, ruff)  # what other programs read; the other rules read the syntax trees


@pytest.fixture(scope="module")
def copy(tree, tmp_path_factory):
    """The product's files and the linter's settings, in a folder of their own."""
    root = tmp_path_factory.mktemp("copy")
    for source in tree.ours:
        target = root / source.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(source.text, encoding="utf-8")
    shutil.copy(tree.root / "pyproject.toml", root)
    shutil.copytree(tree.root / "scenes", root / "scenes", dirs_exist_ok=True)
    return Tree(root=root, sources=tree.ours)


@pytest.fixture(scope="module")
def clean(copy):
    """Rule by rule what it finds before anything is planted: nothing, in a tree that keeps them."""
    return {rule: set(rule(copy)) for rule in {rule for rule, _, _ in BREAKS.values()}}


@pytest.mark.slow  # it tries the rules, not the code
@pytest.mark.parametrize("what", sorted(BREAKS))
def test_a_planted_break_is_caught(copy, clean, what):
    rule, name, text = BREAKS[what]
    before = {s.path: s.text for s in copy.ours}.get(Path(name))
    planted = copy.with_file(Path(name), f"{before}{text}" if before is not None else DOC + text)
    on_disk = rule in ON_DISK
    found = _on_disk(planted, Path(name), before, rule) if on_disk else set(rule(planted))
    assert found - clean[rule], f"{rule.__name__} does not see: {what}"


def _on_disk(planted, name, before, rule):
    path = planted.root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(next(s.text for s in planted.sources if s.path == name), encoding="utf-8")
    try:
        return set(rule(planted))
    finally:
        if before is None:
            path.unlink()
        else:
            path.write_text(before, encoding="utf-8")
