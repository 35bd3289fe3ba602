"""What belongs to a scene pack stands in its folder: the built-in kinds are named nowhere else, and
a pack's Python takes nothing of ours but `citybrain.pack`."""

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from archrules.tree import Source, Tree, imports

SCENES = "scenes"
PACKS_MAY_IMPORT = "citybrain.pack"
PURE = frozenset(("collections.abc", "dataclasses", "enum", "math", "statistics", "typing"))
# files that hold such a word for another thing
OTHER_THINGS = {
    "street_agent/scene/rules/table.py": "the scene rule of that name, as ONVIF calls it",
}
SCREENS = (".js", ".json", ".html")


def kinds(root: Path) -> frozenset[str]:
    """The incident kinds of the packs in the tree."""
    return frozenset(path.stem for path in (root / SCENES).glob("*/kinds/*.toml"))


def named_elsewhere(tree: Tree) -> list[str]:
    """Texts of product code that are a kind of a pack, and screens that have a text for one."""
    known = kinds(tree.root)
    found = [
        f"{s.path}:{line} names {text!r}"
        for s in tree.ours
        if s.top != SCENES and s.path.as_posix() not in OTHER_THINGS
        for line, text in _texts(s)
        if text in known
    ]
    pattern = re.compile(rf"kind\.({'|'.join(sorted(known))})\b") if known else None
    return found + [
        f"{path}: {match[0]}"
        for path, text in _screens(tree.root)
        for match in (pattern.finditer(text) if pattern else ())
    ]


def pack_imports(tree: Tree) -> list[str]:
    """Imports of a pack's Python beside `citybrain.pack` and a few pure modules."""
    return [
        f"{s.path}:{line} imports {name}"
        for s in tree.ours
        if s.top == SCENES
        for line, name in imports(s.tree)
        if not (name == PACKS_MAY_IMPORT or name.startswith(f"{PACKS_MAY_IMPORT}."))
        and not any(name == pure or name.startswith(f"{pure}.") for pure in PURE)
        and name != "collections"
    ]


@cache
def _texts(source: Source) -> tuple[tuple[int, str], ...]:
    return tuple(
        (node.lineno, node.value)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def _screens(root: Path) -> Iterator[tuple[str, str]]:
    """Of a checkout; a copy without the history has none."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.split()
    for name in listed:
        path = root / name
        is_product = name.split("/")[0] not in {"tests", "docs"}
        if is_product and path.suffix in SCREENS and "web" in path.parts and path.is_file():
            yield name, path.read_text(encoding="utf-8")
