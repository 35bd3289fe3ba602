"""Writes TOML of the shapes that our configurations have. Not a general writer.

Those are tables, arrays of tables, and inline tables in values.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

TomlValue = str | int | float | bool | Path | Sequence["TomlValue"] | Mapping[str, "TomlValue"]
TomlTable = Mapping[str, TomlValue]

_BARE = re.compile(r"^[A-Za-z0-9_-]+$")


def dumps(document: Mapping[str, object]) -> str:
    """`document` as TOML.

    A mapping at the top is a table, a list of mappings an array of tables (with one level of
    nesting below it). Raises `TypeError` for what TOML cannot hold.
    """
    return "\n".join([*_lines(document, ""), ""])


def _lines(table: Mapping[str, object], prefix: str) -> Iterator[str]:
    """The plain values first: what follows a table's header would belong to that table."""
    is_top = not prefix
    for key, value in table.items():
        if not _tables_in(value) and not (is_top and isinstance(value, Mapping)):
            yield f"{_key(key)} = {_value(value)}"
    for key, value in table.items():
        name = f"{prefix}{_key(key)}"
        for item in _tables_in(value):
            yield f"\n[[{name}]]"
            yield from _lines(item, f"{name}.")
        if is_top and isinstance(value, Mapping):
            yield f"\n[{name}]"
            yield from _lines(value, f"{name}.")


def _tables_in(value: object) -> list[Mapping[str, object]]:
    """The items of an array of tables; empty for any other value."""
    if isinstance(value, str) or not isinstance(value, Sequence):
        return []
    tables = [item for item in value if isinstance(item, Mapping)]
    return tables if len(tables) == len(value) else []


def _value(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return repr(value)
        case str() | Path():
            return _quoted(str(value))
        case Mapping():
            inner = ", ".join(f"{_key(key)} = {_value(item)}" for key, item in value.items())
            return "{" + inner + "}"
        case Sequence():
            return "[" + ", ".join(_value(item) for item in value) + "]"
    raise TypeError(f"no TOML for {type(value).__name__}")


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _quoted(key)


def _quoted(text: str) -> str:
    """JSON's quotes are TOML's, but for DEL, which TOML wants escaped."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
