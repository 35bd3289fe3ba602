"""Files under 400 lines, bodies under 60, folders of about fifteen modules, no drawer names, a
first line that says what."""

import ast
from collections import Counter
from pathlib import Path

from archrules.tree import PACKAGES, Tree

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
# these say nothing beside another word either: `order_utils`, `web_helpers`
DRAWER_WORDS = frozenset(
    "common commons handlers helper helpers manager managers misc miscellaneous stuff things "
    "toolbox tools util utilities utility utils various".split()
)


def long_files(tree: Tree) -> list[str]:
    return [
        f"{s.path}: {lines} lines"
        for s in tree.sources
        if (lines := len(s.text.splitlines())) > FILE_LINES
    ]


def long_page_files(root: Path) -> list[str]:
    """Scripts and style sheets of our pages."""
    return [
        f"{path.relative_to(root)}: {lines} lines"
        for package in PACKAGES
        for path in sorted((root / package).rglob("*.*"))
        if path.suffix in (".js", ".css")
        and (lines := len(path.read_text("utf-8").splitlines())) > FILE_LINES
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
    """Modules and folders whose name says nothing, or has a word in it that says nothing."""
    return [str(s.path) for s in tree.sources if any(map(_is_drawer, _named_by_us(s.path)))]


def _named_by_us(path: Path) -> tuple[str, ...]:
    parts = path.with_suffix("").parts
    return parts[2:] if parts[:2] == ("tests", "support") else parts


def _is_drawer(name: str) -> bool:
    words = [word.rstrip("0123456789") for word in name.lower().strip("_").split("_")]
    return "_".join(words) in DRAWERS or any(word in DRAWER_WORDS for word in words)


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
