"""Who may import whom: arrows go one way, each heavy library has one importer, and no import hides
in a string."""

import ast
import sys
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import PurePosixPath

from archrules.names import is_within, references
from archrules.tree import Source, Tree, imports

MAY_IMPORT = {
    "citybrain": set[str](),
    "maps": {"citybrain", "models"},
    "models": {"citybrain"},
    "street_agent": {"citybrain", "models"},
    "district_node": {"citybrain"},
    "coordinator": {"citybrain"},
    "citysim": {"citybrain", "maps", "models", "street_agent", "district_node", "coordinator"},
    "scenes": {"citybrain"},
}
# library: the only folders or files (of ours, tests aside) that may import it
RIM = {
    "apprise": ("district_node/shell/paging/apprise_channel.py",),
    "apsw": (
        "citybrain/ca/store.py",
        "citybrain/journal/sqlite.py",
        "citybrain/journal/sqlite_archive.py",
        "citybrain/journal/sqlite_backup.py",
        "citybrain/journal/sqlite_identity.py",
        "citybrain/journal/sqlite_repair.py",
        "street_agent/outbox/sqlite.py",
        "citybrain/sqlite",
    ),
    "cryptography": ("citybrain/ca", "citybrain/enrolment", "district_node/web_push"),
    "paho": ("citybrain/bus/paho.py", "citybrain/bus/paho_client.py"),
    "authlib": ("citybrain/people/oidc/id_token.py",),
    "joserfc": ("citybrain/people/oidc/id_token.py",),
    "argon2": ("citybrain/people/passwords.py",),
    "iotcore": ("citysim/supervise/mqtt_broker.py",),
    # Ray's own protocol, too: whether a cluster asks for a token is asked before it is joined
    "grpc": ("citybrain/rpc", "coordinator/ray_plane/cluster_auth.py"),
    "grpc_health": ("citybrain/rpc",),
    "grpc_reflection": ("citybrain/rpc",),
    "google.protobuf": ("citybrain/wire", "citybrain/api"),
    "google.api": ("citybrain/api",),
    "google.rpc": ("citybrain/api/problem.py",),
    "citybrain.wire.v1": ("citybrain/wire",),
    "citybrain.api.v1": ("citybrain/api",),
    "av": ("street_agent/capture",),
    "onnxruntime": ("street_agent/detect",),
    "onnx": ("models",),
    "ray": ("coordinator/ray_plane",),
    "scipy": (
        "citybrain/travel",
        "street_agent/track",
        "district_node/dispatch",
        "coordinator/planning",
    ),
    "starlette": ("citybrain/web", "district_node/web", "coordinator/web"),
    "uvicorn": ("citybrain/web",),
    "h11": ("citybrain/web", "citybrain/ca/port.py"),
    "jinja2": ("citybrain/web", "district_node/web", "coordinator/web"),
    "opentelemetry": ("citybrain/telemetry",),
    "prometheus_client": ("citybrain/telemetry",),
    "segno": ("citybrain/qr_code.py",),
    "sqlite3": (),
    "osmium": ("maps/extract",),
    "shapely": ("maps",),
    "pmtiles": ("citybrain/map_file.py", "maps/archive.py", "maps/description.py"),
    "numpy": (
        "citybrain/travel",
        "citysim/sim",
        "coordinator/planning",
        "coordinator/ray_plane",
        "district_node/dispatch",
        "maps",
        "models",
        "street_agent/capture",
        "street_agent/cli",
        "street_agent/detect",
        "street_agent/plugins",
        "street_agent/scene",
        "street_agent/track",
    ),
    "pydantic": (
        "citybrain/config",
        "citybrain/pack/sections.py",
        "citysim/life/schema.py",
        "coordinator/config.py",
        "coordinator/web_origin.py",
        "district_node/calendars/schema.py",
        "district_node/config.py",
        "district_node/paging/schema.py",
        "district_node/playbooks/schema.py",
        "district_node/routing/schema.py",
        "district_node/web/desk.py",
        "district_node/web_push/schema.py",
        "models/card.py",
        "street_agent/config.py",
        "street_agent/rule_settings/schema.py",
        "street_agent/scene",
    ),
    "immutables": ("citybrain/sorted_map.py",),
    "msgspec": ("citybrain/canonical_json.py", "citybrain/structs.py"),
}
# libraries without a place: what commands show, and words for types
FREE = {"rich", "typer", "typing_extensions"}
# what imports, or runs text, by a name that no rule could follow
IMPORTERS = frozenset(
    "__import__ builtins.__import__ builtins.eval builtins.exec eval exec importlib.import_module "
    "importlib.machinery importlib.metadata.EntryPoint importlib.metadata.entry_points "
    "importlib.reload importlib.util.LazyLoader importlib.util.module_from_spec "
    "importlib.util.spec_from_file_location importlib.util.spec_from_loader pkgutil "
    "pydantic.ImportString runpy sys.modules zipimport".split()
)
LOADERS = frozenset("__import__ exec_module import_module load_module run_module run_path".split())
# the files that may import by a name that is not written as an import, and what for
BY_NAME = {
    "citybrain/cli/lazy_commands.py": "loads the sub-command that was called",
    "citybrain/plugins/installed.py": "reads which plugins are installed; imports none",
    "citybrain/plugins/load.py": "imports the plugin that a configuration names",
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
    """Imports through `import_module`, `__import__`, `exec` and the like stand in `BY_NAME` alone:
    no rule could follow them."""
    return [
        f"{s.path}:{line} imports by name"
        for s in tree.ours
        if s.path.as_posix() not in BY_NAME
        for line, _ in _named_imports(s)
    ]


def relative(tree: Tree) -> list[str]:
    """Imports are written whole."""
    return [
        f"{s.path}:{node.lineno}"
        for s in tree.ours
        for node in ast.walk(s.tree)
        if isinstance(node, ast.ImportFrom) and node.level
    ]


def cycles(tree: Tree) -> list[str]:
    """Modules that import each other, at the top or in a function, however far round; a package and
    its own modules are one."""
    names = {s.module for s in tree.ours}
    needs = {
        s.module: sorted(
            {n for _, n in imports(s.tree) if n in names and not f"{s.module}.".startswith(f"{n}.")}
        )
        for s in tree.ours
    }
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as error:
        return [" imports ".join(reversed(error.args[1]))]
    return []


def unlisted(tree: Tree) -> list[str]:
    """Imports of what is neither ours nor the language's, and has no place: the tests, too."""
    known = {library.split(".")[0] for library in RIM} | FREE | set(MAY_IMPORT)
    return [
        f"{s.path}:{line} imports {name}"
        for s in tree.ours
        for line, name in imports(s.tree)
        if name.split(".")[0] not in known | sys.stdlib_module_names
    ]


def _all_imports(source: Source) -> Iterator[tuple[int, str]]:
    yield from imports(source.tree)
    yield from _named_imports(source)


@cache
def _named_imports(source: Source) -> tuple[tuple[int, str], ...]:
    """(line, name, "" where it is computed) of every call that imports by name, and of every hold
    taken of what could do so."""
    found = {}
    for node, name in references(source):
        if is_within(name, IMPORTERS) or name.split(".")[-1] in LOADERS:
            found[node.lineno] = ""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and node.attr in LOADERS:
            found[node.lineno] = ""
    for node in ast.walk(source.tree):
        match node:
            case ast.Call(args=[ast.Constant(value=str() as name), *_]) if node.lineno in found:
                found[node.lineno] = name
            case ast.Constant(value="__import__" | "import_module" | "ImportString"):
                found.setdefault(node.lineno, "")
    return tuple(sorted(found.items()))


def _is_within(path: PurePosixPath, place: PurePosixPath) -> bool:
    return path == place or place in path.parents
