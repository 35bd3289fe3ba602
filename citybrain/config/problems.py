"""Translates pydantic's errors into problems in plain words: the key, what is wrong, what would be
right. Reads no file.
"""

import difflib
import types
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from citybrain.errors import ConfigProblem

REPR_CHARACTERS = 60


def problems_of(error: ValidationError, model: type[BaseModel]) -> tuple[ConfigProblem, ...]:
    """One problem per key, in the order of the file's keys."""
    found = error.errors(include_url=False)
    parents = {tuple(f["loc"][:depth]) for f in found for depth in range(len(f["loc"]))}
    problems = [
        _config_problem(f, model)
        for f in found
        if not (f["type"] in _LENGTH_ERRORS and f["loc"] in parents)
    ]
    return tuple(
        {problem.key: problem for problem in reversed(problems)}[key]
        for key in dict.fromkeys(problem.key for problem in problems)
    )


# pydantic calls a list too short when one of its entries is invalid: only that one is reported
_LENGTH_ERRORS = {"too_short", "too_long"}


@dataclass(frozen=True, slots=True)  # it refers to pydantic's own objects
class _Location:
    """Where a problem is: its key as the user writes it, its table, its field if there is one."""

    key: str
    table: type[BaseModel] | None
    field: FieldInfo | None
    in_list: bool


def _config_problem(found: Any, model: type[BaseModel]) -> ConfigProblem:
    kind, location, context = found["type"], found["loc"], found.get("ctx", {})
    place = _locate(location, model, is_extra=kind == "extra_forbidden")
    if kind in {"union_tag_invalid", "union_tag_not_found"}:
        return _tag_problem(found, place)
    return ConfigProblem(
        key=place.key,
        problem=_problem_text(kind, found["input"], context, found["msg"]),
        remedy=_remedy(kind, place, context, str(location[-1:] and location[-1])),
    )


def _tag_problem(found: Any, place: _Location) -> ConfigProblem:
    context = found["ctx"]
    discriminator = context["discriminator"].strip("'")
    tags = context.get("expected_tags") or ", ".join(sorted(_tags(place.field, discriminator)))
    text = f"{context['tag']!r} is not known here" if "tag" in context else "it is missing"
    return ConfigProblem(
        key=f"{place.key}.{discriminator}", problem=text, remedy=f"Use one of {tags}."
    )


def _problem_text(kind: str, given: Any, context: Mapping[str, Any], message: str) -> str:
    if kind == "missing":
        return "it is missing"
    if kind == "extra_forbidden":
        return "there is no such key"
    if kind in {"value_error", "assertion_error"}:
        return str(context.get("error", message)).rstrip(".")
    if kind in _LENGTH_ERRORS:
        wanted = (
            f"at least {context['min_length']}"
            if kind == "too_short"
            else f"at most {context['max_length']}"
        )
        return f"it has {context['actual_length']} entries, not {wanted}"
    if kind == "string_pattern_mismatch":
        return f"{_repr(given)} does not fit"
    if kind in {"model_type", "model_attributes_type", "dict_type"}:
        return f"{_repr(given)} is no table"
    plain = message.removeprefix("Input ").rstrip(".")
    return f"{_repr(given)} {plain}" if plain.startswith("should") else f"{_repr(given)}: {plain}"


def _remedy(kind: str, place: _Location, context: Mapping[str, Any], last: str) -> str:
    if kind == "extra_forbidden":
        return _closest_key(last, place.table)
    if kind == "too_short":
        return f"Give at least {context['min_length']}."
    if kind == "too_long":
        return f"Give at most {context['max_length']}."
    words = _declared_remedy(place)
    if words:
        return words
    if kind in {"value_error", "assertion_error"}:
        return "Change one of the keys that it names."
    if "expected" in context:
        return f"Use one of {context['expected']}."
    given = _type_text(place.field) if place.field is not None else "a value of the right kind"
    return f"Add it: {given}." if kind == "missing" else f"Give {given}."


def _closest_key(key: str, table: type[BaseModel] | None) -> str:
    known = sorted(_keys(table)) if table is not None else []
    close = difflib.get_close_matches(key, known, n=1)
    if close:
        return f"Did you mean {close[0]!r}?"
    return f"Remove it; the keys here are {', '.join(known)}." if known else "Remove it."


def _declared_remedy(place: _Location) -> str:
    """The `remedy` in the schema of the field's type; that of a list's entries only when an entry
    is the problem."""
    if place.field is None:
        return ""
    return _remedy_of(place.field) or next(_remedies_of(place.field.annotation, place.in_list), "")


def _remedies_of(annotation: Any, in_list: bool) -> Iterator[str]:
    for carrier in getattr(annotation, "__metadata__", ()):
        words = _remedy_of(carrier)
        if words:
            yield words
    if in_list or get_origin(annotation) in {Union, types.UnionType}:
        for argument in get_args(annotation):
            yield from _remedies_of(argument, in_list)


def _remedy_of(carrier: Any) -> str:
    extra = getattr(carrier, "json_schema_extra", None)
    return str(extra.get("remedy", "")) if isinstance(extra, dict) else ""


_TYPE_TEXTS: Mapping[type, str] = {
    str: "a text in quotes",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
}


def _type_text(field: FieldInfo) -> str:
    annotation = field.annotation
    for kind in (
        annotation,
        *(get_args(annotation) if get_origin(annotation) in {Union, types.UnionType} else ()),
    ):
        if get_origin(kind) is Literal:
            return "one of " + ", ".join(repr(value) for value in get_args(kind))
        if get_origin(kind) in {tuple, list}:
            return "a list"
        if isinstance(kind, type) and kind in _TYPE_TEXTS:
            return _TYPE_TEXTS[kind]
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            return f"a table with {', '.join(sorted(_keys(kind)))}"
    return "a value of the right kind"


def _locate(location: Sequence[int | str], model: type[BaseModel], *, is_extra: bool) -> _Location:
    """Walk the model along pydantic's path. The names it adds for the members of a union choose a
    table and are not shown."""
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
            return _Location(_joined(key, step), tables[0] if tables else None, None, False)
    return _Location(key or "(whole file)", table, field, in_list)


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


def _repr(given: Any) -> str:
    text = repr(given)
    return text if len(text) <= REPR_CHARACTERS else text[: REPR_CHARACTERS - 1] + "…"
