"""Writes TOML of the shapes that our configurations have: tables, arrays of tables, inline tables in values. Not a general writer."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any


def dumps(document: Mapping[str, Any]) -> str:
    """`document` as TOML. A mapping at the top is a table, a list of mappings an array of tables (one level of nesting below it)."""
    return "\n".join(_body(document, ""))


def _body(table: Mapping[str, Any], prefix: str) -> Iterator[str]:
    plain = {
        key: value
        for key, value in table.items()
        if not _is_tables(value) and not (prefix == "" and isinstance(value, Mapping))
    }
    for key, value in plain.items():
        yield f"{key} = {_value(value)}"
    for key, value in table.items():
        name = f"{prefix}{key}"
        if _is_tables(value):
            for item in value:
                yield f"\n[[{name}]]"
                yield from _body(item, f"{name}.")
        elif prefix == "" and isinstance(value, Mapping):
            yield f"\n[{name}]"
            yield from _body(value, f"{name}.")
    if prefix == "":
        yield ""


def _is_tables(value: Any) -> bool:
    return (
        isinstance(value, Sequence)
        and not isinstance(value, str)
        and bool(value)
        and all(isinstance(item, Mapping) for item in value)
    )


def _value(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return repr(value)
        case str() | Path():
            return json.dumps(str(value), ensure_ascii=False)
        case Mapping():
            return "{" + ", ".join(f"{key} = {_value(item)}" for key, item in value.items()) + "}"
        case Sequence():
            return "[" + ", ".join(_value(item) for item in value) + "]"
    raise TypeError(f"no TOML for {type(value).__name__}")
