"""Cores are pure: no clock, no chance, no I/O, no logging, no await. A module is a core when it lives where only cores live."""

import ast

# Modules that decide. Each tier's shells are everything else.
CORES = (
    "citybrain/stages.py",
    "street_agent/outbox/sender.py",
    "citybrain/ack_ranges.py",
    "street_agent/core/",
    "street_agent/health/",
    "street_agent/capture/visibility.py",
    "street_agent/track/",
    "street_agent/scene/",
    "district_node/cores/",
    "district_node/dispatch/",
    "coordinator/cores/",
    "coordinator/planning/",
)
IMPURE = {
    "asyncio",
    "logging",
    "threading",
    "socket",
    "subprocess",
    "time",
    "random",
    "secrets",
    "os",
    "pathlib",
    "io",
    "concurrent",
    "queue",
}


def _is_core(path: str) -> bool:
    return any(path == core or (core.endswith("/") and path.startswith(core)) for core in CORES)


def _names(tree: ast.Module):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name.split(".")[0]) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.lineno, node.module.split(".")[0]


def test_cores_import_nothing_that_could_make_two_runs_differ(sources):
    wrong = [
        f"{s.path}:{line} imports {name}"
        for s in sources
        if _is_core(s.path.as_posix())
        for line, name in _names(s.tree)
        if name in IMPURE
    ]
    assert not wrong, wrong


def test_cores_do_not_wait(sources):
    wrong = [
        f"{s.path}:{node.lineno}"
        for s in sources
        if _is_core(s.path.as_posix())
        for node in ast.walk(s.tree)
        if isinstance(node, ast.AsyncFunctionDef | ast.Await)
    ]
    assert not wrong, wrong


def test_every_named_core_exists(sources):
    paths = [s.path.as_posix() for s in sources]
    missing = [core for core in CORES if not any(path.startswith(core) for path in paths)]
    assert not missing, missing
