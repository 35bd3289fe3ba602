"""What a core may not keep between two calls: containers, counters, caches and attributes that
outlive the call which wrote them."""

import ast
from collections.abc import Iterator
from functools import cache

from archrules.names import references
from archrules.tree import Source

# A constant may be one of these as long as nobody writes into it.
CONTAINERS = frozenset(
    "Counter OrderedDict arange array bytearray dict empty fromkeys full list ones set "
    "zeros".split()
)
# These change when they are read, or are there to be written.
STATEFUL = frozenset(
    "ContextVar SimpleNamespace WeakKeyDictionary WeakValueDictionary count cycle defaultdict "
    "deque iter".split()
)
MUTATORS = frozenset(
    "add append appendleft clear discard extend extendleft insert move_to_end pop popitem popleft "
    "remove reverse setdefault sort subtract update __setitem__ __delitem__".split()
)
# functions that write into their first argument
WRITERS = frozenset(
    "delitem heapify heappop heappush heappushpop heapreplace insort insort_left insort_right "
    "setitem".split()
)
CACHES = frozenset(("functools.cache", "functools.cached_property", "functools.lru_cache"))
# file and function: why the cache can never give another answer than the function would
CACHED = {
    ("citybrain/canonical_json.py", "_decoder"): "one decoder a type, built from the type alone",
    ("street_agent/scene/geometry.py", "_edges"): "a zone's edges, by its frozen polygon",
    ("street_agent/track/associate.py", "_no_tracks"): "an empty, frozen value by its labels",
    ("street_agent/track/associate.py", "_groups"): "numbers by the labels alone, never written",
}


@cache
def kept(source: Source) -> tuple[tuple[int, str], ...]:
    """(line, what) of whatever could be kept from one call to the next."""
    found = (
        *_bound(source.tree),
        *_written(source.tree),
        *_assigned(source.tree),
        *_defaults(source.tree),
        *_cached(source),
    )
    return tuple(sorted(set(found)))


def _bound(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Names of a module or a class for what can be written: not a constant's name, or written
    somewhere. Whatever a call gave to a module without a constant's name is taken to be so."""
    written = {name for _, name in _writes(tree)}
    classes = (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef))
    own = {node.name for node in classes if _has_init(node)}
    for body in (tree.body, *_class_bodies(tree)):
        for name, value in _bindings(body):
            is_free = not name.strip("_").isupper() or name in written
            is_made = body is tree.body and name.islower() and isinstance(value, ast.Call)
            if is_made or _is_stateful(value, own) or (is_free and _is_container(value)):
                yield value.lineno, f"keeps state in {name}"


def _bindings(body: list[ast.stmt]) -> Iterator[tuple[str, ast.expr]]:
    for node in body:
        match node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    yield from _pairs(target, value)
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                yield name, value
            case ast.Expr(value=ast.NamedExpr(target=ast.Name(id=name), value=value)):
                yield name, value
            case ast.If() | ast.Try() | ast.With() | ast.For() | ast.While():
                parts = [n for n in ast.iter_child_nodes(node) if isinstance(n, ast.stmt)]
                yield from _bindings(parts)


def _pairs(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    match target, value:
        case ast.Name(id=name), _ if not name.startswith("__"):
            yield name, value
        case ast.Tuple(elts=targets), ast.Tuple(elts=values):
            for one, its in zip(targets, values, strict=False):
                yield from _pairs(one, its)


def _is_container(value: ast.expr) -> bool:
    match value:
        case ast.Dict() | ast.List() | ast.Set() | ast.DictComp() | ast.ListComp() | ast.SetComp():
            return True
        case ast.Tuple(elts=parts):
            return any(map(_is_container, parts))
        case ast.BinOp(left=left, right=right):
            return _is_container(left) or _is_container(right)
        case ast.Call(func=function):
            return _name(function) in CONTAINERS
    return False


def _is_stateful(value: ast.expr, own: set[str]) -> bool:
    match value:
        case ast.GeneratorExp():
            return True
        case ast.Call(func=function, args=args):
            is_partial = _name(function) == "partial" and any(map(_is_container, args))
            return is_partial or _name(function) in STATEFUL | own
    return False


def _has_init(node: ast.ClassDef) -> bool:
    return any(isinstance(n, ast.FunctionDef) and n.name == "__init__" for n in node.body)


def _class_bodies(tree: ast.Module) -> Iterator[list[ast.stmt]]:
    return (node.body for node in ast.walk(tree) if isinstance(node, ast.ClassDef))


def _written(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Writes into constants, by their own name or by another that a function gives them."""
    for line, name in _writes(tree):
        if name.strip("_").isupper():
            yield line, f"writes into {name}"
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=ast.Name(id=name), attr=attr) if (
                attr in MUTATORS and name.strip("_").isupper()
            ):
                yield node.lineno, f"may write into {name}"
    for function in _functions(tree):
        others = _other_names(function)
        for line, name in _writes(function) if others else ():
            if name in others:
                yield line, f"writes into {others[name]}"


def _other_names(function: ast.FunctionDef) -> dict[str, str]:
    """Local names of constants: `seen = SEEN`."""
    return {
        target.id: value.id
        for node in ast.walk(function)
        if isinstance(node, ast.Assign) and isinstance(value := node.value, ast.Name)
        for target in node.targets
        if isinstance(target, ast.Name) and value.id.strip("_").isupper()
    }


def _writes(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """(line, name) of every write into a container that has a name or is an attribute."""
    for node in ast.walk(tree):
        match node:
            case ast.Subscript(value=value, ctx=ast.Store() | ast.Del()):
                yield from _named(value)
            case ast.Call(func=ast.Attribute(value=value, attr=attr), args=args) if (
                attr in MUTATORS
            ):
                is_type = _name(value) in ("dict", "list", "set")  # `list.append(SEEN, x)`
                yield from _named(args[0] if is_type and args else value)
            case ast.Call(func=function, args=[first, *_]) if _name(function) in WRITERS:
                yield from _named(first)
            case ast.AugAssign(target=ast.Attribute() as target):
                yield from _named(target)


def _named(value: ast.expr) -> Iterator[tuple[int, str]]:
    match value:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            yield value.lineno, name
        case ast.Subscript(value=inner):
            yield from _named(inner)


def _assigned(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Assignments to what outlives the call: a global, an outer function's name, an attribute of a
    class, of a function or of a module."""
    outer = {name for node in tree.body for name in _defined(node)}
    for function in _functions(tree):
        inner = {n.arg for n in ast.walk(function) if isinstance(n, ast.arg)} | {
            n.id
            for n in ast.walk(function)
            if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
        }
        others = set(_other_names(function))
        for node in ast.walk(function):
            match node:
                case ast.Global(names=names) | ast.Nonlocal(names=names):
                    yield node.lineno, f"assigns {names[0]}, which is not its own"
                case ast.Attribute(value=owner, attr=attr, ctx=ast.Store() | ast.Del()):
                    if _outlives(owner, (outer - inner) | others):
                        yield node.lineno, f"assigns .{attr} of what outlives the call"


def _outlives(owner: ast.expr, outer: set[str]) -> bool:
    match owner:
        case ast.Name(id=name):
            return name in outer or name == "cls"
        case ast.Attribute(value=inner, attr=attr):
            return attr == "__class__" or _outlives(inner, outer)
        case ast.Call(func=ast.Name(id="type")):
            return True
    return False


def _defined(node: ast.stmt) -> Iterator[str]:
    match node:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            yield from ((alias.asname or alias.name).split(".")[0] for alias in names)
        case _:
            yield from (name for name, _ in _bindings([node]))


def _defaults(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for function in _functions(tree):
        for default in (*function.args.defaults, *function.args.kw_defaults):
            if default is not None and (_is_container(default) or _is_stateful(default, set())):
                yield default.lineno, "keeps state in a default"


def _cached(source: Source) -> Iterator[tuple[int, str]]:
    """Caches that are not in `CACHED`."""
    allowed = {
        id(part)
        for function in _functions(source.tree)
        if (source.path.as_posix(), function.name) in CACHED
        for decorator in function.decorator_list
        for part in ast.walk(decorator)
    }
    for node, name in references(source):
        is_import = isinstance(node, ast.Import | ast.ImportFrom)
        if name in CACHES and not is_import and id(node) not in allowed:
            yield node.lineno, f"caches with {name}"


def _functions(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def _name(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Subscript(value=inner):
            return _name(inner)
    return ""
