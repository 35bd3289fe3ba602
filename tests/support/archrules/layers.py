"""Who may import whom: arrows go one way, each heavy library has one importer, and no import hides
in a string."""

import ast
from collections.abc import Iterator
from pathlib import PurePosixPath

from archrules.tree import Source, Tree, imports

MAY_IMPORT = {
    "citybrain": set[str](),
    "models": {"citybrain"},
    "street_agent": {"citybrain", "models"},
    "district_node": {"citybrain"},
    "coordinator": {"citybrain"},
    "citysim": {"citybrain", "models", "street_agent", "district_node", "coordinator"},
}
# library: the only folders or files (of ours, tests aside) that may import it
RIM = {
    "apsw": (
        "citybrain/journal/sqlite.py",
        "citybrain/journal/sqlite_archive.py",
        "street_agent/outbox/sqlite.py",
        "citybrain/sqlite",
    ),
    "paho": ("citybrain/bus/paho.py",),
    "iotcore": ("citysim/supervise/mqtt_broker.py",),
    "grpc": ("citybrain/rpc",),
    "grpc_health": ("citybrain/rpc",),
    "google.protobuf": ("citybrain/wire",),
    "citybrain.wire.v1": ("citybrain/wire",),
    "av": ("street_agent/capture",),
    "onnxruntime": ("street_agent/detect",),
    "onnx": ("models",),
    "ray": ("coordinator/ray_plane",),
    "scipy": ("street_agent/track", "district_node/dispatch", "coordinator/planning"),
    "starlette": ("citybrain/web", "district_node/web", "coordinator/web"),
    "uvicorn": ("citybrain/web",),
    "jinja2": ("citybrain/web", "district_node/web", "coordinator/web"),
    "opentelemetry": ("citybrain/telemetry",),
    "prometheus_client": ("citybrain/telemetry",),
    "immutables": ("citybrain/sorted_map.py",),
    "msgspec": ("citybrain/canonical_json.py", "citybrain/structs.py"),
}
# the files that may import by a name that is not written as an import, and what for
BY_NAME = {
    "citybrain/cli/lazy_commands.py": "loads the sub-command that was called",
    "models/cli.py": "runs the detector's check, which a box without the street part has not got",
    "models/sources/package_members.py": "calls the builder or converter that a card names",
}


def tiers(tree: Tree) -> list[str]:
    """Tiers do not import each other, and nobody imports the simulator."""
    return [
        f"{s.path}:{line} imports {name}"
        for s in tree.ours
        for line, name in _all_imports(s)
        if name.split(".")[0] in MAY_IMPORT
        and name.split(".")[0] not in MAY_IMPORT[s.top] | {s.top}
    ]


def heavy(tree: Tree, library: str) -> list[str]:
    """`library` is imported in its place of `RIM` alone, in words or by name."""
    allowed = [PurePosixPath(place) for place in RIM[library]]
    return sorted(
        {
            f"{s.path}:{line} imports {library}"
            for s in tree.ours
            for line, name in _all_imports(s)
            if (name == library or name.startswith(library + "."))
            and not any(_is_within(PurePosixPath(s.path), place) for place in allowed)
        }
    )


def by_name(tree: Tree) -> list[str]:
    """Imports through `importlib.import_module` or `__import__` stand in `BY_NAME` alone: no rule
    could follow them."""
    return [
        f"{s.path}:{line} imports by name"
        for s in tree.ours
        if s.path.as_posix() not in BY_NAME
        for line, _ in _named_imports(s.tree)
    ]


def relative(tree: Tree) -> list[str]:
    """Imports are written whole."""
    return [
        f"{s.path}:{node.lineno}"
        for s in tree.ours
        for node in ast.walk(s.tree)
        if isinstance(node, ast.ImportFrom) and node.level
    ]


def _all_imports(source: Source) -> Iterator[tuple[int, str]]:
    yield from imports(source.tree)
    yield from _named_imports(source.tree)


def _named_imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """(line, name, "" where it is computed) of every call that imports by name, and of every hold
    taken of such a function."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _imports_by_name(node.func):
            first = node.args[0] if node.args else None
            constant = isinstance(first, ast.Constant) and isinstance(first.value, str)
            yield node.lineno, first.value if constant else ""
        elif isinstance(node, ast.ImportFrom) and node.module == "importlib":
            yield from ((node.lineno, "") for a in node.names if a.name == "import_module")


def _imports_by_name(function: ast.expr) -> bool:
    match function:
        case ast.Name(id="__import__" | "import_module"):
            return True
        case ast.Attribute(attr="import_module" | "__import__" | "exec_module" | "load_module"):
            return True
        case ast.Attribute(attr="run_module" | "run_path"):
            return True
    return False


def _is_within(path: PurePosixPath, place: PurePosixPath) -> bool:
    return path == place or place in path.parents
