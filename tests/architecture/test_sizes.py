"""Files under 400 lines, functions under 60, folders of at most ten modules, and no drawer names."""

import ast
from collections import Counter

FILE_LINES = 400
BODY_LINES = 60
MODULES_A_FOLDER = 10
DRAWERS = {"utils", "util", "helpers", "helper", "common", "base", "manager", "misc", "shared"}


def _body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    body = function.body
    if isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        body = body[1:]
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_no_file_holds_more_than_400_lines(sources):
    long = [
        f"{s.path}: {s.text.count(chr(10))} lines"
        for s in sources
        if s.text.count("\n") > FILE_LINES
    ]
    assert not long, f"which idea in each of these wants a file of its own? {long}"


def test_no_function_body_is_longer_than_60_lines(sources):
    long = [
        f"{s.path}:{node.lineno} {node.name}: {_body_lines(node)}"
        for s in sources
        for node in ast.walk(s.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and _body_lines(node) > BODY_LINES
    ]
    assert not long, long


def test_no_folder_holds_more_than_ten_modules(sources):
    folders = Counter(
        s.path.parent for s in sources if s.top != "tests" and s.path.name != "__init__.py"
    )
    crowded = {
        str(folder): count
        for folder, count in folders.items()
        if count > MODULES_A_FOLDER and folder.as_posix() != "citybrain"
    }
    assert not crowded, crowded


def test_no_module_is_a_drawer(sources):
    drawers = [str(s.path) for s in sources if s.path.stem in DRAWERS]
    assert not drawers, drawers


def test_every_module_says_what_it_is_in_its_first_line(sources):
    silent = [str(s.path) for s in sources if s.text.strip() and ast.get_docstring(s.tree) is None]
    assert not silent, silent


def test_tests_are_no_packages(project_root):
    assert not list((project_root / "tests").rglob("__init__.py")), (
        "a tests/<tier>/__init__.py would shadow the real package"
    )
