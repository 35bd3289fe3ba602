"""The tree as the rules see it: every Python file of ours, parsed once."""

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from garbage import made_to_stay

PACKAGES = (
    "citybrain",
    "street_agent",
    "district_node",
    "coordinator",
    "citysim",
    "maps",
    "models",
    "scenes",
)
GENERATED = (("citybrain", "api", "v1"), ("citybrain", "wire", "v1"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One file: its path relative to the root, its text and its syntax tree."""

    path: Path
    text: str
    tree: ast.Module

    @property
    def top(self) -> str:
        return self.path.parts[0]

    @property
    def module(self) -> str:
        """Its dotted name, `citybrain.errors` or `citybrain.bus` for a package."""
        parts = self.path.with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """A checkout, or a copy of one: where it lies, and its Python files without generated stubs."""

    root: Path
    sources: tuple[Source, ...]

    @property
    def ours(self) -> tuple[Source, ...]:
        """The files of the product and the simulator: no tests."""
        return tuple(s for s in self.sources if s.top in PACKAGES)

    def with_file(self, path: Path, text: str) -> "Tree":
        """This tree with `text` at `path`, which is not written anywhere."""
        others = tuple(s for s in self.sources if s.path != path)
        return replace(self, sources=(*others, parsed(path, text)))


def parsed(path: Path, text: str) -> Source:
    return Source(path=path, text=text, tree=ast.parse(text))


def checkout(root: Path) -> Tree:
    """The files that git knows at `root` or does not ignore."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.py"],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    paths = sorted(p for p in map(Path, set(listed)) if p.parts[:3] not in GENERATED)
    there = [p for p in paths if (root / p).is_file()]
    with made_to_stay():
        sources = tuple(parsed(p, (root / p).read_text(encoding="utf-8")) for p in there)
    return Tree(root=root, sources=sources)


@cache
def imports(tree: ast.Module) -> tuple[tuple[int, str], ...]:
    """(line, dotted name) of whatever a file imports, `from a import b` as both `a` and `a.b`."""
    return tuple(_imports(tree))


def _imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.lineno, node.module
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)
