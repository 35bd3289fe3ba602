"""What a core may not touch: names that reach outside, or that differ from run to run, in calls and
as values alike."""

import ast
from collections.abc import Iterator
from functools import cache

from archrules.names import imported_tops, is_within, references
from archrules.tree import PACKAGES, Source

# Builtins that reach outside, that differ from run to run, or that hide a name from every rule.
IMPURE_BUILTINS = frozenset(
    "__builtins__ __import__ __loader__ __spec__ breakpoint compile delattr eval exec exit getattr "
    "globals hash id input locals open print quit setattr vars".split()
)
IMPURE_METHODS = frozenset(
    "now today utcnow read_text read_bytes write_text write_bytes tofile".split()
)
IMPURE_ATTRIBUTES = frozenset("__builtins__ __dict__ __globals__ __hash__ __subclasses__".split())
# What libraries that cores may lean on offer and cores may not use.
IMPURE_MEMBERS = frozenset(
    "datetime.date.today datetime.datetime.now datetime.datetime.today datetime.datetime.utcnow "
    "numpy.fromfile numpy.genfromtxt numpy.load numpy.loadtxt numpy.memmap numpy.random numpy.save "
    "numpy.savetxt numpy.savez numpy.savez_compressed object.__repr__ object.__str__ "
    "scipy.datasets scipy.io scipy.stats".split()
)
# What a library itself has imported is not a way to it: `dataclasses.sys.stdout`.
IMPURE_MODULES = frozenset("builtins io os random socket subprocess sys threading time".split())
NOW_AS_TEXT = frozenset(("now", "today"))


@cache
def reaches(source: Source) -> tuple[tuple[int, str], ...]:
    """(line, what) of whatever reaches outside, waits or differs from run to run."""
    return tuple(sorted({*_by_name(source), *_by_shape(source.tree)}))


def _by_name(source: Source) -> Iterator[tuple[int, str]]:
    inside = {id(n) for h in ast.walk(source.tree) if _is_hash_method(h) for n in ast.walk(h)}
    libraries = imported_tops(source).difference(PACKAGES)
    for node, name in references(source):
        if name == "hash" and id(node) in inside:
            continue  # a value's `__hash__` is asked by containers alone
        if name in IMPURE_BUILTINS:
            yield node.lineno, f"uses {name}()"
        elif is_within(name, IMPURE_MEMBERS):
            yield node.lineno, f"uses {name}"
        elif name.split(".")[0] in libraries and _is_through(name):
            yield node.lineno, f"reaches through {name}"


def _is_through(name: str) -> bool:
    return any(part.strip("_") in IMPURE_MODULES for part in name.split(".")[1:-1])


def _by_shape(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(attr=name)) if name in IMPURE_METHODS:
                yield node.lineno, f"calls .{name}()"
            case ast.Call(func=ast.Attribute(attr="instant" | "astimezone" as name), args=[]):
                yield node.lineno, f"calls .{name}()"
            case ast.Call(
                func=ast.Attribute(attr="datetime64") | ast.Name(id="datetime64"),
                args=[ast.Constant(value=str() as text), *_],
            ) if text in NOW_AS_TEXT:
                yield node.lineno, "asks numpy for the time"
            case ast.Attribute(attr=name) if name in IMPURE_ATTRIBUTES:
                yield node.lineno, f"uses {name}"
            case ast.AsyncFunctionDef() | ast.Await() | ast.AsyncFor() | ast.AsyncWith():
                yield node.lineno, "waits"


def _is_hash_method(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef) and node.name == "__hash__"
