"""What leaves by the public API is a public message, made field by field: no text of an internal
value, whose fields anybody may rename."""

from collections.abc import Iterator
from functools import cache

from archrules.names import is_within, references
from archrules.tree import Source, Tree

# the folders and files through which the public API is answered
DOORS = (
    "citybrain/api/",
    "citybrain/rpc/public/",
    "citybrain/web/api_routes.py",
    "citybrain/web/api_streams.py",
    "coordinator/api/",
    "district_node/api/",
)
# what writes any value as it is: by the names of its fields
WRITERS = frozenset(
    (
        "citybrain.canonical_json",
        "citybrain.structs.to_builtins",
        "dataclasses.asdict",
        "dataclasses.astuple",
        "dataclasses.fields",
        "msgspec",
        "pickle",
        "vars",
    )
)


def check(tree: Tree) -> list[str]:
    """Files of the public API that can write an internal value as it is."""
    return [
        f"{s.path}:{line} uses {name}"
        for s in tree.ours
        if s.path.as_posix().startswith(DOORS)
        for line, name in _writers(s)
    ]


@cache
def _writers(source: Source) -> tuple[tuple[int, str], ...]:
    return tuple(_found(source))


def _found(source: Source) -> Iterator[tuple[int, str]]:
    for node, name in references(source):
        if is_within(name, WRITERS) or name.endswith(".__struct_fields__"):
            yield node.lineno, name
