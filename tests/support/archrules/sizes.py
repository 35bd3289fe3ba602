"""Files under 400 lines, bodies under 60, folders of about fifteen modules, no drawer names, a
first line that says what."""

import ast
from collections import Counter

from archrules.tree import Tree

FILE_LINES = 400
BODY_LINES = 60
MODULES_A_FOLDER = 15
# names that say "whatever": a module is named after what it is for
DRAWERS = frozenset(
    "base bases common core_utils extra extras func funcs function functions general generic "
    "handler "
    "handlers helper helpers lib libs manager managers misc miscellaneous module objects other "
    "others "
    "service_utils shared stuff support things tool toolbox toolkit tools util utilities "
    "utility utils "
    "various".split()
)


def long_files(tree: Tree) -> list[str]:
    return [
        f"{s.path}: {lines} lines"
        for s in tree.sources
        if (lines := s.text.count("\n")) > FILE_LINES
    ]


def long_bodies(tree: Tree) -> list[str]:
    return [
        f"{s.path}:{node.lineno} {node.name}: {_body_lines(node)}"
        for s in tree.sources
        for node in ast.walk(s.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and _body_lines(node) > BODY_LINES
    ]


def crowded_folders(tree: Tree) -> list[str]:
    folders = Counter(s.path.parent for s in tree.ours if s.path.name != "__init__.py")
    return [
        f"{folder}: {count} modules"
        for folder, count in sorted(folders.items())
        if count > MODULES_A_FOLDER and folder.as_posix() != "citybrain"
    ]


def drawers(tree: Tree) -> list[str]:
    """Modules and folders whose name says nothing."""
    return [
        str(s.path)
        for s in tree.ours
        if {*s.path.parent.parts, s.path.stem} & DRAWERS
        or any(part.removeprefix("_") in DRAWERS for part in (*s.path.parent.parts, s.path.stem))
    ]


def silent(tree: Tree) -> list[str]:
    """Modules whose first line does not say what they are."""
    return [
        str(s.path) for s in tree.sources if s.text.strip() and ast.get_docstring(s.tree) is None
    ]


def _body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    body = function.body
    if isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        body = body[1:]
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
