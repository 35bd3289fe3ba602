"""Who may import whom: arrows go one way, and each heavy library has one importer."""

import ast
from collections.abc import Iterator
from pathlib import PurePosixPath

import pytest

TIERS = {"street_agent", "district_node", "coordinator"}
MAY_IMPORT = {
    "citybrain": set(),
    "models": {"citybrain"},
    "street_agent": {"citybrain", "models"},
    "district_node": {"citybrain"},
    "coordinator": {"citybrain"},
    "citysim": {"citybrain", "models", "street_agent", "district_node", "coordinator"},
}
# library: the only folders or files (of ours, tests aside) that may import it
RIM = {
    "apsw": ("citybrain/journal/sqlite.py", "street_agent/outbox/sqlite.py", "citybrain/sqlite"),
    "paho": ("citybrain/bus/paho.py",),
    "iotcore": ("citybrain/bus/broker.py",),
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
    "msgspec": (
        "citybrain/canonical_json.py",
        "citybrain/structs.py",
    ),  # the text of a value, and its form
}


def _imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.lineno, node.module
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def _ours(sources):
    return [s for s in sources if s.top in MAY_IMPORT]


def test_tiers_do_not_import_each_other_and_nobody_imports_the_simulator(sources):
    wrong = [
        f"{s.path}:{line} imports {name}"
        for s in _ours(sources)
        for line, name in _imports(s.tree)
        if name.split(".")[0] in MAY_IMPORT
        and name.split(".")[0] not in MAY_IMPORT[s.top] | {s.top}
    ]
    assert not wrong, wrong


@pytest.mark.parametrize("library", sorted(RIM))
def test_a_heavy_library_has_one_importer(sources, library):
    allowed = [PurePosixPath(place) for place in RIM[library]]
    wrong = sorted(
        {
            f"{s.path}:{line}"
            for s in _ours(sources)
            for line, name in _imports(s.tree)
            if (name == library or name.startswith(library + "."))
            and not any(
                PurePosixPath(s.path) == place or place in PurePosixPath(s.path).parents
                for place in allowed
            )
        }
    )
    assert not wrong, f"{library} is imported outside {RIM[library]}: {wrong}"


def test_nothing_imports_relatively(sources):
    wrong = [
        f"{s.path}:{node.lineno}"
        for s in _ours(sources)
        for node in ast.walk(s.tree)
        if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert not wrong, wrong
