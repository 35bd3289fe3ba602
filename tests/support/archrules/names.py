"""What a name in a file stands for: `load` is `importlib.import_module` after
`from importlib import import_module as load`."""

import ast
from collections.abc import Iterator
from functools import cache

from archrules.tree import Source


@cache
def references(source: Source) -> tuple[tuple[ast.expr | ast.stmt, str], ...]:
    """(node, dotted name) of everything that a file imports, and of every use of a name."""
    return tuple(_references(source.tree, dict(stands_for(source.tree))))


def _references(
    tree: ast.Module, names: dict[str, str]
) -> Iterator[tuple[ast.expr | ast.stmt, str]]:
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=aliases):
                yield from ((node, alias.name) for alias in aliases)
            case ast.ImportFrom(module=str() as module, names=aliases, level=0):
                yield from ((node, f"{module}.{alias.name}") for alias in aliases)
            case ast.Name(ctx=ast.Load()) | ast.Attribute():
                if name := _dotted(node, names):
                    yield node, name


def dotted(node: ast.AST, source: Source) -> str:
    """The dotted name that `node` stands for in its file, "" for anything but a name."""
    return _dotted(node, dict(stands_for(source.tree)))


@cache
def stands_for(tree: ast.Module) -> tuple[tuple[str, str], ...]:
    """(name, dotted name) of whatever a file imports."""
    found = []
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                for alias in names:
                    top = alias.name.split(".")[0]
                    found.append((alias.asname, alias.name) if alias.asname else (top, top))
            case ast.ImportFrom(module=str() as module, names=names, level=0):
                found += [(alias.asname or alias.name, f"{module}.{alias.name}") for alias in names]
    return tuple(found)


def _dotted(node: ast.AST, names: dict[str, str]) -> str:
    match node:
        case ast.Name(id=name):
            return names.get(name, name)
        case ast.Attribute(value=value, attr=attr):
            before = _dotted(value, names)
            return f"{before}.{attr}" if before else ""
    return ""


@cache
def imported_tops(source: Source) -> frozenset[str]:
    """The packages and libraries that a file imports something of."""
    return frozenset(whole.split(".")[0] for _, whole in stands_for(source.tree))


def is_within(name: str, listed: frozenset[str] | tuple[str, ...]) -> bool:
    """Whether a dotted name is one of `listed`, or below one."""
    parts = name.split(".")
    return any(".".join(parts[:count]) in listed for count in range(1, len(parts) + 1))
