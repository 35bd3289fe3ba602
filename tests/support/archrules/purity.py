"""Cores are pure, and so is whatever they import, however far: no clock, chance, I/O, logging,
waiting or hidden state.

The closure of imports comes from grimp, the engine of import-linter. What a module does inside is
read
from its syntax tree.
"""

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator

from archrules.tree import Source, Tree

# Modules and packages that decide.
CORES = (
    "citybrain.ack_ranges",
    "citybrain.link.effects",
    "citybrain.link.exchange",
    "citybrain.link.frames",
    "citybrain.link.inbound",
    "citybrain.link.liveness",
    "citybrain.link.outbound",
    "citybrain.link.resume",
    "citybrain.link.role",
    "citybrain.link.tables",
    "citybrain.stages",
    "coordinator.cores",
    "coordinator.planning",
    "district_node.cores",
    "district_node.dispatch",
    "street_agent.capture.visibility",
    "street_agent.core",
    "street_agent.outbox.send_window",
    "street_agent.scene",
    "street_agent.track",
)
# Modules and packages that cores may lean on: values and arithmetic.
VALUES = (
    "citybrain.canonical_json",
    "citybrain.clock",
    "citybrain.decider.command",
    "citybrain.domain",
    "citybrain.errors",
    "citybrain.geo",
    "citybrain.ids",
    "citybrain.limits",
    "citybrain.sorted_map",
    "citybrain.structs",
    "citybrain.vocabulary",
    "coordinator.errors",
    "coordinator.inputs",
    "coordinator.limits",
    "coordinator.policy",
    "district_node.errors",
    "district_node.inputs",
    "district_node.limits",
    "district_node.playbook",
    "street_agent.capture.frame",
    "street_agent.capture.picture_statistics",
    "street_agent.capture.port",
    "street_agent.detect.detections",
    "street_agent.errors",
    "street_agent.limits",
    "street_agent.outbox.port",
    "street_agent.outbox.priority",
)
# Libraries that cores may lean on.
LIBRARIES = frozenset(
    "__future__ abc bisect collections dataclasses datetime enum functools hashlib heapq "
    "immutables "
    "itertools math msgspec numbers numpy operator pydantic re scipy statistics string types "
    "typing "
    "zoneinfo".split()
)
# Calls that reach outside, or that differ from run to run.
IMPURE_CALLS = frozenset(
    "__import__ breakpoint compile eval exec globals hash id input locals open print vars".split()
)
IMPURE_METHODS = frozenset(
    "now today utcnow read_text read_bytes write_text write_bytes fromtimestamp_now".split()
)
CONTAINERS = frozenset(
    "Counter OrderedDict bytearray defaultdict deque dict list set WeakKeyDictionary "
    "WeakValueDictionary".split()
)
MUTATORS = frozenset(
    "add append appendleft clear discard extend extendleft insert move_to_end pop popitem popleft "
    "remove reverse setdefault sort subtract update __setitem__ __delitem__".split()
)
UNORDERED_TYPES = frozenset("set frozenset Set AbstractSet MutableSet".split())
# Whoever walks an iterable in its order; `sorted`, `min`, `len`, `sum`, `any` and the like do not
# care.
WALKERS = frozenset("dict enumerate filter iter join list map next reversed tuple zip".split())


def closure(tree: Tree) -> list[str]:
    """What cores import, directly or through others, that is neither a core, a value nor a library
    of the lists above."""
    return [
        f"{core} reaches {name}"
        for core, reached in _reached(tree).items()
        for name in reached
        if not _is_listed(name, CORES + VALUES) and name not in LIBRARIES
    ]


def effects(tree: Tree) -> list[str]:
    """Lines of cores and of what they lean on that reach outside, wait, or depend on the order of a
    set."""
    pure = [s for s in tree.ours if _is_listed(s.module, CORES + VALUES)]
    unordered = {name for s in pure for name in _unordered_fields(s.tree)}
    return [
        f"{s.path}:{line} {what}"
        for s in pure
        for line, what in sorted({*_outside(s.tree), *_hidden_state(s), *_walks(s.tree, unordered)})
    ]


def unknown(tree: Tree) -> list[str]:
    """Names of the lists above that no module has."""
    modules = {s.module for s in tree.ours}
    return [
        name
        for name in CORES + VALUES
        if not any(m == name or m.startswith(name + ".") for m in modules)
    ]


def _is_listed(module: str, listed: tuple[str, ...]) -> bool:
    return any(module == name or module.startswith(name + ".") for name in listed)


_PROBE = """
import grimp, json, sys
cores = json.loads(sys.argv[1])
graph = grimp.build_graph(
    "citybrain", "street_agent", "district_node", "coordinator",
    include_external_packages=True, exclude_type_checking_imports=True, cache_dir=None,
)
known = [core for core in cores if core in graph.modules]
print(json.dumps({c: sorted(graph.find_upstream_modules(c, as_package=True)) for c in known}))
"""


def _reached(tree: Tree) -> dict[str, list[str]]:
    """Core by core the modules that it imports, however far."""
    done = subprocess.run(
        [sys.executable, "-c", _PROBE, json.dumps(CORES)],
        cwd=tree.root,
        env={**os.environ, "PYTHONPATH": str(tree.root)},
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, list[str]] = json.loads(done.stdout)
    return found


def _outside(tree: ast.Module) -> Iterator[tuple[int, str]]:
    hashes = {id(node) for node in ast.walk(tree) if _is_hash_method(node)}
    inside = {id(n) for h in ast.walk(tree) if id(h) in hashes for n in ast.walk(h)}
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="hash")) if id(node) in inside:
                pass  # a value's `__hash__` is asked by containers alone
            case ast.Call(func=ast.Name(id=name)) if name in IMPURE_CALLS:
                yield node.lineno, f"calls {name}()"
            case ast.Call(func=ast.Attribute(attr=name)) if name in IMPURE_METHODS:
                yield node.lineno, f"calls .{name}()"
            case ast.Attribute(value=ast.Name(id="np" | "numpy"), attr="random"):
                yield node.lineno, "draws from numpy.random"
            case ast.AsyncFunctionDef() | ast.Await() | ast.AsyncFor() | ast.AsyncWith():
                yield node.lineno, "waits"
            case ast.Global():
                yield node.lineno, "assigns a global"


def _is_hash_method(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef) and node.name == "__hash__"


def _hidden_state(source: Source) -> Iterator[tuple[int, str]]:
    """Module-level and class-level containers that could be written: not a constant's name, or
    written somewhere."""
    written = {name for _, name in _writes(source.tree)}
    for body in (source.tree.body, *_class_bodies(source.tree)):
        for node in body:
            for name in _containers(node):
                if not name.strip("_").isupper() or name in written:
                    yield node.lineno, f"keeps state in {name}"
    yield from (
        (line, f"writes into {name}")
        for line, name in _writes(source.tree)
        if name.strip("_").isupper()
    )


def _class_bodies(tree: ast.Module) -> Iterator[list[ast.stmt]]:
    return (node.body for node in ast.walk(tree) if isinstance(node, ast.ClassDef))


def _containers(node: ast.stmt) -> Iterator[str]:
    """Names that a statement binds to a container that can be written."""
    match node:
        case ast.Assign(targets=targets, value=value) if _is_container(value):
            yield from (
                t.id for t in targets if isinstance(t, ast.Name) and not t.id.startswith("__")
            )
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value) if _is_container(
            value
        ):
            yield name


def _is_container(value: ast.expr) -> bool:
    match value:
        case ast.Dict() | ast.List() | ast.Set() | ast.DictComp() | ast.ListComp() | ast.SetComp():
            return True
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            return name in CONTAINERS
        case ast.Call(func=ast.Subscript(value=ast.Name(id=name))):
            return name in CONTAINERS
    return False


def _writes(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """(line, name) of every write into a container that has a name or is an attribute."""
    for node in ast.walk(tree):
        match node:
            case ast.Subscript(value=value, ctx=ast.Store() | ast.Del()):
                yield from _named(value)
            case ast.Call(func=ast.Attribute(value=value, attr=attr)) if attr in MUTATORS:
                yield from _named(value)
            case ast.AugAssign(target=ast.Attribute() as target):
                yield from _named(target)


def _named(value: ast.expr) -> Iterator[tuple[int, str]]:
    match value:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            yield value.lineno, name


def _unordered_fields(tree: ast.Module) -> Iterator[str]:
    """Names of class fields that are declared as sets."""
    for body in _class_bodies(tree):
        for node in body:
            match node:
                case ast.AnnAssign(target=ast.Name(id=name), annotation=kind):
                    if _is_unordered_type(kind):
                        yield name


def _is_unordered_type(annotation: ast.expr | None) -> bool:
    match annotation:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name in UNORDERED_TYPES
        case ast.Subscript(value=value):
            return _is_unordered_type(value)
        case ast.BinOp(left=left, right=right):
            return _is_unordered_type(left) or _is_unordered_type(right)
    return False


def _walks(tree: ast.Module, fields: set[str]) -> Iterator[tuple[int, str]]:
    """Every place that walks a set in its own order: two runs may see it otherwise."""
    for scope in ast.walk(tree):
        if isinstance(scope, ast.FunctionDef | ast.Module | ast.Lambda):
            names = _unordered_names(scope)
            for walked in _walked(scope):
                if _is_unordered(walked, names, fields):
                    yield walked.lineno, "walks a set unsorted"


def _unordered_names(scope: ast.AST) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(scope):
        match node:
            case ast.arg(arg=name, annotation=annotation) if _is_unordered_type(annotation):
                names.add(name)
            case ast.AnnAssign(target=ast.Name(id=name), annotation=kind) if _is_unordered_type(
                kind
            ):
                names.add(name)
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if _is_unordered(
                value, names, set()
            ):
                names.add(name)
    return names


def _walked(scope: ast.AST) -> Iterator[ast.expr]:
    for node in ast.walk(scope):
        match node:
            case ast.For(iter=walked) | ast.YieldFrom(value=walked) | ast.Starred(value=walked):
                yield walked
            case ast.ListComp(generators=parts) | ast.DictComp(generators=parts):
                yield from (part.iter for part in parts)
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=args) if (
                name in WALKERS
            ):
                yield from args
                yield from (
                    p.iter for a in args if isinstance(a, ast.GeneratorExp) for p in a.generators
                )
            case ast.Assign(targets=[ast.Tuple() | ast.List()], value=walked):
                yield walked


def _is_unordered(value: ast.expr, names: set[str], fields: set[str]) -> bool:
    match value:
        case ast.Set() | ast.SetComp():
            return True
        case ast.Call(func=ast.Name(id="set" | "frozenset")):
            return True
        case ast.Name(id=name):
            return name in names
        case ast.Attribute(attr=name):
            return name in fields
        case ast.BinOp(
            left=left, right=right, op=ast.BitOr() | ast.BitAnd() | ast.Sub() | ast.BitXor()
        ):
            keys = _is_keys(left) or _is_keys(right)
            return keys or _is_unordered(left, names, fields) or _is_unordered(right, names, fields)
        case ast.Call(func=ast.Attribute(value=of, attr=attr)):
            sets = ("union", "intersection", "difference", "symmetric_difference", "copy")
            return attr in sets and _is_unordered(of, names, fields)
        case ast.IfExp(body=body, orelse=orelse):
            return _is_unordered(body, names, fields) or _is_unordered(orelse, names, fields)
    return False


def _is_keys(value: ast.expr) -> bool:
    return (
        isinstance(value, ast.Call)
        and isinstance(value.func, ast.Attribute)
        and value.func.attr in ("keys", "items")
    )
