"""Turns what pydantic found into faults in plain words: which key, what is wrong, what would be right. Reads no file."""

import difflib
import types
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from citybrain.errors import Fault

SHOWN_CHARACTERS = 60


def faults_of(error: ValidationError, model: type[BaseModel]) -> tuple[Fault, ...]:
    """One fault per key, in the order of the file's keys."""
    found = error.errors(include_url=False)
    deeper = {tuple(f["loc"][:depth]) for f in found for depth in range(len(f["loc"]))}
    faults = [_fault(f, model) for f in found if not (f["type"] in _COUNTS and f["loc"] in deeper)]
    return tuple(
        {fault.key: fault for fault in reversed(faults)}[key]
        for key in dict.fromkeys(fault.key for fault in faults)
    )


_COUNTS = {
    "too_short",
    "too_long",
}  # a list is too short only because some entry in it is at fault: say that one


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where a fault sits: its key as the user writes it, the table it belongs to, and the field where there is one."""

    key: str
    table: type[BaseModel] | None
    field: FieldInfo | None
    in_list: bool


def _fault(found: Any, model: type[BaseModel]) -> Fault:
    kind, location, context = found["type"], found["loc"], found.get("ctx", {})
    spot = _locate(location, model, is_extra=kind == "extra_forbidden")
    if kind in {"union_tag_invalid", "union_tag_not_found"}:
        return _tag_fault(found, spot)
    return Fault(
        key=spot.key,
        wrong=_wrong(kind, found["input"], context, found["msg"]),
        right=_right(kind, spot, context, str(location[-1:] and location[-1])),
    )


def _tag_fault(found: Any, spot: _Spot) -> Fault:
    context = found["ctx"]
    discriminator = context["discriminator"].strip("'")
    tags = context.get("expected_tags") or ", ".join(sorted(_tags(spot.field, discriminator)))
    wrong = f"{context['tag']!r} is not known here" if "tag" in context else "it is missing"
    return Fault(key=f"{spot.key}.{discriminator}", wrong=wrong, right=f"Use one of {tags}.")


def _wrong(kind: str, given: Any, context: Mapping[str, Any], message: str) -> str:
    if kind == "missing":
        return "it is missing"
    if kind == "extra_forbidden":
        return "there is no such key"
    if kind in {"value_error", "assertion_error"}:
        return str(context.get("error", message)).rstrip(".")
    if kind in _COUNTS:
        wanted = (
            f"at least {context['min_length']}"
            if kind == "too_short"
            else f"at most {context['max_length']}"
        )
        return f"it has {context['actual_length']} entries, not {wanted}"
    if kind == "string_pattern_mismatch":
        return f"{_shown(given)} does not fit"
    if kind in {"model_type", "model_attributes_type", "dict_type"}:
        return f"{_shown(given)} is no table"
    plain = message.removeprefix("Input ").rstrip(".")
    return f"{_shown(given)} {plain}" if plain.startswith("should") else f"{_shown(given)}: {plain}"


def _right(kind: str, spot: _Spot, context: Mapping[str, Any], last: str) -> str:
    if kind == "extra_forbidden":
        return _near(last, spot.table)
    if kind == "too_short":
        return f"Give at least {context['min_length']}."
    if kind == "too_long":
        return f"Give at most {context['max_length']}."
    words = _words_of(spot)
    if words:
        return words
    if "expected" in context:
        return f"Use one of {context['expected']}."
    given = _kind_words(spot.field) if spot.field is not None else "a value of the right kind"
    return f"Add it: {given}." if kind == "missing" else f"Give {given}."


def _near(key: str, table: type[BaseModel] | None) -> str:
    known = sorted(_keys(table)) if table is not None else []
    close = difflib.get_close_matches(key, known, n=1)
    if close:
        return f"Did you mean {close[0]!r}?"
    return f"Remove it; the keys here are {', '.join(known)}." if known else "Remove it."


def _words_of(spot: _Spot) -> str:
    """The words that the field's own type brings (`right` in its schema); of a list's only when it is an entry that is at fault."""
    if spot.field is None:
        return ""
    return _own_words(spot.field) or next(_described(spot.field.annotation, spot.in_list), "")


def _described(annotation: Any, in_list: bool) -> Iterator[str]:
    for carrier in getattr(annotation, "__metadata__", ()):
        words = _own_words(carrier)
        if words:
            yield words
    if in_list or get_origin(annotation) in {Union, types.UnionType}:
        for argument in get_args(annotation):
            yield from _described(argument, in_list)


def _own_words(carrier: Any) -> str:
    extra = getattr(carrier, "json_schema_extra", None)
    return str(extra.get("right", "")) if isinstance(extra, dict) else ""


_KIND_WORDS: Mapping[type, str] = {
    str: "a text in quotes",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
}


def _kind_words(field: FieldInfo) -> str:
    annotation = field.annotation
    for kind in (
        annotation,
        *(get_args(annotation) if get_origin(annotation) in {Union, types.UnionType} else ()),
    ):
        if get_origin(kind) is Literal:
            return "one of " + ", ".join(repr(value) for value in get_args(kind))
        if get_origin(kind) in {tuple, list}:
            return "a list"
        if isinstance(kind, type) and kind in _KIND_WORDS:
            return _KIND_WORDS[kind]
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            return f"a table with {', '.join(sorted(_keys(kind)))}"
    return "a value of the right kind"


def _locate(location: Sequence[int | str], model: type[BaseModel], *, is_extra: bool) -> _Spot:
    """Walk the model along pydantic's path; the names it adds for the members of a union choose a table and are not shown."""
    key, tables, field = "", [model], None
    table: type[BaseModel] | None = model
    in_list = False
    for index, step in enumerate(location):
        if isinstance(step, int):
            key, in_list = f"{key}[{step}]", True
            continue
        holder = next((t for t in tables if step in _keys(t)), None)
        if len(tables) > 1:  # a union: its member comes first
            tables = [t for t in tables if _is_member(t, step)] or tables
        elif holder is not None:
            key, table, field, in_list = (
                _joined(key, step),
                holder,
                holder.model_fields[_keys(holder)[step]],
                False,
            )
            tables = _tables(field.annotation)
        elif is_extra and index == len(location) - 1:
            return _Spot(_joined(key, step), tables[0] if tables else None, None, False)
    return _Spot(key or "(whole file)", table, field, in_list)


def _joined(key: str, step: str) -> str:
    return f"{key}.{step}" if key else step


def _is_member(table: type[BaseModel], step: str) -> bool:
    return table.__name__ == step or any(
        step in get_args(f.annotation)
        for f in table.model_fields.values()
        if get_origin(f.annotation) is Literal
    )


def _keys(table: type[BaseModel]) -> dict[str, str]:
    """The keys of a table as the user writes them, with the names of their fields."""
    return {field.alias or name: name for name, field in table.model_fields.items()}


def _tables(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [table for argument in get_args(annotation) for table in _tables(argument)]


def _tags(field: FieldInfo | None, discriminator: str) -> set[str]:
    tables = _tables(field.annotation) if field is not None else []
    return {
        repr(tag)
        for table in tables
        for tag in get_args(table.model_fields[discriminator].annotation)
    }


def _shown(given: Any) -> str:
    text = repr(given)
    return text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 1] + "…"
