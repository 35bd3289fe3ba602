"""Where a core would follow the order of a set: two runs may see it otherwise.

What is a set is told by literals, calls, annotations and the names that these are given; what a
class field, a method or a function of any core gives, by its annotation.
"""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from archrules.names import stands_for
from archrules.tree import Source

UNORDERED_TYPES = frozenset("set frozenset Set AbstractSet MutableSet".split())
WRAPPERS = frozenset("Annotated ClassVar Final Optional".split())
MAPPINGS = frozenset(
    "Map Mapping MappingProxyType MutableMapping SortedMap defaultdict dict".split()
)
# Whoever walks an iterable in its order; `len`, `sum`, `any` and the like do not care.
WALKERS = frozenset(
    "Counter OrderedDict accumulate array batched chain combinations deque dict enumerate extend "
    "filter format from_iterable fromiter fromkeys groupby islice iter join list map merge next "
    "pairwise permutations product reduce repr reversed starmap str tuple zip zip_longest".split()
)
# These order by themselves, but for what their key calls equal.
BY_KEY = frozenset("max min nlargest nsmallest sort sorted".split())
ORDER_FREE = frozenset("all any frozenset len max min set sorted sum".split())
SET_METHODS = frozenset("copy difference intersection symmetric_difference union".split())
LOOKUPS = frozenset("get pop setdefault".split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """Names that are declared as sets, as giving a set when called, or as mappings to sets."""

    sets: frozenset[str] = frozenset()
    makers: frozenset[str] = frozenset()
    of_sets: frozenset[str] = frozenset()

    def __or__(self, other: "Declared") -> "Declared":
        return Declared(
            sets=self.sets | other.sets,
            makers=self.makers | other.makers,
            of_sets=self.of_sets | other.of_sets,
        )


def declared(sources: Iterable[Source]) -> Declared:
    """What the classes and functions of `sources` declare, together."""
    found = Declared()
    for source in sources:
        found |= _declared(source)
    return found


@cache
def walks(source: Source, known: Declared) -> tuple[tuple[int, str], ...]:
    """(line, what) of every place that walks a set in its own order."""
    aliases = frozenset(_type_aliases(source.tree))
    imported = _imported(source, known)
    found = set()
    for scope in ast.walk(source.tree):
        if isinstance(scope, ast.FunctionDef | ast.Module | ast.Lambda):
            names = _local(scope, aliases, known) | imported
            found |= {
                (walked.lineno, what)
                for walked, what in _walked(scope)
                if _is_unordered(walked, names, known)
            }
    return tuple(sorted(found))


def _imported(source: Source, known: Declared) -> Declared:
    """Constants of other cores, by the names that this file has for them."""
    names = stands_for(source.tree)
    return Declared(
        sets=frozenset(name for name, whole in names if whole in known.sets),
        of_sets=frozenset(name for name, whole in names if whole in known.of_sets),
    )


@cache
def _declared(source: Source) -> Declared:
    aliases = frozenset(_type_aliases(source.tree))
    constants = _local(
        ast.Module(body=_bindings(source.tree), type_ignores=[]), aliases, Declared()
    )
    sets = {f"{source.module}.{name}" for name in constants.sets}
    of_sets = {f"{source.module}.{name}" for name in constants.of_sets}
    makers = set()
    for node in ast.walk(source.tree):
        match node:
            case ast.FunctionDef(name=name, returns=kind) if _is_set_type(kind, aliases):
                (sets if _is_property(node) else makers).add(name)
            case ast.ClassDef(body=body):
                for field in body:
                    if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
                        if _is_set_type(field.annotation, aliases):
                            sets.add(field.target.id)
                        elif _maps_to_sets(field.annotation, aliases):
                            of_sets.add(field.target.id)
    return Declared(sets=frozenset(sets), makers=frozenset(makers), of_sets=frozenset(of_sets))


def _bindings(tree: ast.Module) -> list[ast.stmt]:
    return [node for node in tree.body if isinstance(node, ast.Assign | ast.AnnAssign)]


def _is_property(function: ast.FunctionDef) -> bool:
    return any(_name(d) in ("property", "cached_property") for d in function.decorator_list)


def _type_aliases(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Subscript() as kind) if (
                _is_set_type(kind, frozenset())
            ):
                yield name


def _is_set_type(annotation: ast.expr | None, aliases: frozenset[str]) -> bool:
    match annotation:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name in UNORDERED_TYPES or name in aliases
        case ast.Subscript(value=value, slice=inner) if _name(value) in WRAPPERS:
            return _is_set_type(inner.elts[0] if isinstance(inner, ast.Tuple) else inner, aliases)
        case ast.Subscript(value=value):
            return _is_set_type(value, aliases)
        case ast.Constant(value=str() as text):
            return _is_set_type(ast.parse(text, mode="eval").body, aliases)
        case ast.BinOp(left=left, right=right):
            return _is_set_type(left, aliases) or _is_set_type(right, aliases)
    return False


def _maps_to_sets(annotation: ast.expr | None, aliases: frozenset[str]) -> bool:
    match annotation:
        case ast.Subscript(value=kind, slice=ast.Tuple(elts=[_, value])):
            return _name(kind) in MAPPINGS and _is_set_type(value, aliases)
    return False


def _local(scope: ast.AST, aliases: frozenset[str], known: Declared) -> Declared:
    """What the names of one function are: its arguments, and what it binds."""
    found = Declared()
    binding = []
    for node in ast.walk(scope):
        match node:
            case (
                ast.arg(arg=name, annotation=kind)
                | ast.AnnAssign(target=ast.Name(id=name), annotation=kind)
            ):
                if _is_set_type(kind, aliases):
                    found |= Declared(sets=frozenset((name,)))
                elif _maps_to_sets(kind, aliases):
                    found |= Declared(of_sets=frozenset((name,)))
            case ast.Call(func=ast.Name(id="isinstance"), args=[ast.Name(id=name), kinds]):
                if any(_is_set_type(kind, aliases) for kind in _each(kinds)):
                    found |= Declared(sets=frozenset((name,)))
            case (
                ast.Assign(targets=[ast.Name()]) | ast.NamedExpr() | ast.For() | ast.comprehension()
            ):
                binding.append(node)
    before = None
    while before != found:  # one name may be bound to another that is bound further down
        before = found
        for node in binding:
            found |= Declared(sets=frozenset(_bound(node, found, known)))
    return found


def _each(kinds: ast.expr) -> list[ast.expr]:
    return kinds.elts if isinstance(kinds, ast.Tuple) else [kinds]


def _bound(node: ast.AST, names: Declared, known: Declared) -> Iterator[str]:
    match node:
        case (
            ast.Assign(targets=[ast.Name(id=name)], value=value)
            | ast.NamedExpr(target=ast.Name(id=name), value=value)
        ) if _is_unordered(value, names, known):
            yield name
        case ast.For(target=target, iter=walked) | ast.comprehension(target=target, iter=walked):
            yield from _members(target, walked, names, known)


def _members(target: ast.expr, walked: ast.expr, names: Declared, known: Declared) -> Iterator[str]:
    """Names that a loop over the values of a mapping to sets gives to each of these."""
    match target, walked:
        case (
            ast.Name(id=name) | ast.Tuple(elts=[_, ast.Name(id=name)]),
            ast.Call(func=ast.Attribute(value=of, attr="items" | "values")),
        ) if _is_of_sets(of, names, known):
            yield name


def _walked(scope: ast.AST) -> Iterator[tuple[ast.expr, str]]:
    free = {id(argument) for node in ast.walk(scope) for argument in _order_free(node)}
    for node in ast.walk(scope):
        match node:
            case ast.For(iter=walked) | ast.YieldFrom(value=walked) | ast.Starred(value=walked):
                yield walked, "walks a set unsorted"
            case ast.ListComp(generators=parts) | ast.DictComp(generators=parts):
                yield from ((part.iter, "walks a set unsorted") for part in parts)
            case ast.GeneratorExp(generators=parts) if id(node) not in free:
                yield from ((part.iter, "walks a set unsorted") for part in parts)
            case ast.Call(func=function, args=args, keywords=keywords):
                if _name(function) in WALKERS:
                    yield from ((argument, "walks a set unsorted") for argument in args)
                elif _name(function) in BY_KEY and any(k.arg == "key" for k in keywords):
                    yield from ((a, "orders a set by a key that may tie") for a in args)
                elif isinstance(function, ast.Attribute) and function.attr == "pop" and not args:
                    yield function.value, "takes any one of a set"
            case ast.Assign(targets=[ast.Tuple() | ast.List()], value=walked):
                yield walked, "walks a set unsorted"
            case ast.AugAssign(op=ast.Add(), value=walked) | ast.FormattedValue(value=walked):
                yield walked, "walks a set unsorted"


def _order_free(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, ast.Call) and _name(node.func) in ORDER_FREE:
        return node.args
    return []


def _is_unordered(value: ast.expr, names: Declared, known: Declared) -> bool:
    match value:
        case ast.Set() | ast.SetComp():
            return True
        case ast.Call(func=ast.Name(id="set" | "frozenset")):
            return True
        case ast.Name(id=name):
            return name in names.sets
        case ast.Attribute(attr=name):
            return name in known.sets
        case ast.Subscript(value=of):
            return _is_of_sets(of, names, known)
        case ast.BinOp(
            left=left, right=right, op=ast.BitOr() | ast.BitAnd() | ast.Sub() | ast.BitXor()
        ):
            keys = _is_keys(left) or _is_keys(right)
            return keys or any(_is_unordered(side, names, known) for side in (left, right))
        case ast.Call(func=ast.Attribute(value=of, attr=attr)) if attr in SET_METHODS:
            of_type = _name(of) in ("set", "frozenset")
            return of_type or _is_unordered(of, names, known) or attr in known.makers
        case ast.Call(func=ast.Attribute(value=of, attr=attr)) if attr in LOOKUPS:
            return _is_of_sets(of, names, known) or attr in known.makers
        case ast.Call(func=function):
            return _name(function) in known.makers
        case ast.IfExp(body=body, orelse=orelse):
            return any(_is_unordered(side, names, known) for side in (body, orelse))
        case ast.BoolOp(values=sides):
            return any(_is_unordered(side, names, known) for side in sides)
    return False


def _is_of_sets(value: ast.expr, names: Declared, known: Declared) -> bool:
    match value:
        case ast.Name(id=name):
            return name in names.of_sets
        case ast.Attribute(attr=name):
            return name in known.of_sets
    return False


def _is_keys(value: ast.expr) -> bool:
    return (
        isinstance(value, ast.Call)
        and isinstance(value.func, ast.Attribute)
        and value.func.attr in ("keys", "items")
    )


def _name(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""
