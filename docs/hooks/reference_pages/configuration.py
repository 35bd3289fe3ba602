"""Configuration reference: every key of every file, from the models that read them."""

import enum
import json
import math
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from citybrain.config.adapter import AdapterConfig
from citybrain.config.fields import Section
from citybrain.pack.sections import AssetFieldTable, AssetKindTable, PackFile, RuleFile
from citysim.life.schema import LifeFile
from coordinator.config import CityConfig
from district_node.calendars.schema import HolidayFile
from district_node.config import DistrictConfig
from district_node.playbooks.schema import PlaybookFile
from reference_pages.markdown import field_docstrings, paragraph, table
from street_agent.config import StreetConfig
from street_agent.rule_settings.schema import RuleConfig
from street_agent.scene.rules.table import RULE_KINDS

CHECKED = "Checked by `citybrain pack check PACK`."
FILES = (
    ("street.toml", StreetConfig, "Checked by `citybrain street check --config street.toml`."),
    (
        "district.toml",
        DistrictConfig,
        "Checked by `citybrain district check --config district.toml`.",
    ),
    (
        "holidays.toml",
        HolidayFile,
        "A file of holidays that `calendar.holidays` of district.toml names. Checked with it.",
    ),
    ("city.toml", CityConfig, "Checked by `citybrain city check --config city.toml`."),
    ("adapter.toml", AdapterConfig, "Read by `citybrain adapter run NAME --config adapter.toml`."),
    ("pack.toml", PackFile, f"Of a scene pack, as are the files below. {CHECKED}"),
    ("kinds/KIND.toml", PlaybookFile, f"The playbook of an incident kind. {CHECKED}"),
    ("rules/RULE.toml", RuleFile, f"A scene rule with `${{asset.field}}` in its values. {CHECKED}"),
    ("assets.toml", AssetKindTable, f"One table a kind, under its name: `[KIND]`. {CHECKED}"),
    ("assets.toml, fields", AssetFieldTable, "One table a field: `[KIND.fields.FIELD]`."),
    ("life.toml", LifeFile, f"The scene in the simulator, for `citybrain pack prove`. {CHECKED}"),
)

INTRODUCTION = """\
# Configuration

Generated from the models that read the files. A file is read once and whole; every problem is
listed at once, with its key, and nothing starts. An unknown key is a problem. Paths of data folders
are relative to where the process runs. `deploy/examples/` in the repository has a commented file of
each tier.

`words/en.toml` and `words/zh.toml` of a scene pack hold texts and no fixed set of keys: the tables
`[kind]`, `[opens]`, `[time_limit]`, `[closes]`, `[capability]`, `[reason]`, `[asset]`,
`[field.KIND]`, `[choice.KIND.FIELD]` and `[rule]`.

A time in a key ends in `_s` (seconds), a distance in `_m` (metres), a speed in `_mps` (metres a
second). A point of a picture is `[x, y]` in shares of its width and height, from the upper left.
"""


def page(_root: Path) -> str:
    """The whole page."""
    parts = [INTRODUCTION]
    for name, model, note in FILES:
        parts += [f"## {name}\n", f"{paragraph(model.__doc__)}\n", f"{note}\n"]
        parts += _sections(model, "")
    return "\n".join(parts)


def sections() -> Iterator[type[Section]]:
    """Every model that a configuration file is made of."""
    seen: dict[type[Section], None] = {}
    waiting: list[type[BaseModel]] = [model for _, model, _ in FILES]
    while waiting:
        model = waiting.pop()
        if model in seen or not issubclass(model, Section):
            continue
        seen[model] = None
        for field in model.model_fields.values():
            waiting += _models(field.annotation)
    return iter(seen)


def meaning(model: type[BaseModel], name: str) -> str:
    """What a key means; empty where nobody wrote it down."""
    field = model.model_fields[name]
    if field.description:
        return paragraph(field.description)
    kind = RULE_KINDS.get(model.__name__)
    if kind is None:
        return ""
    return "The kind of rule." if name == "kind" else field_docstrings(kind.settings).get(name, "")


def _sections(model: type[BaseModel], path: str, *, but: Collection[str] = ()) -> Iterator[str]:
    """The keys of a table, `but` some, then its tables."""
    schema = model.model_json_schema(mode="validation")
    rows, inner = [], []
    for name, field in model.model_fields.items():
        if name in but:
            continue
        models = _models(field.annotation)
        if models and not _is_plain(field.annotation):
            inner.append((name, field, models))
        value = _value_text(schema["properties"][name], schema.get("$defs", {}))
        if models and not _is_plain(field.annotation):
            value = "tables" if _is_list(field.annotation) else "table"
        rows.append((f"`{name}`", value, _default_text(field), meaning(model, name)))
    yield table(("key", "value", "default", "meaning"), rows)
    for name, field, models in inner:
        yield from _table_of(_joined(path, name), field, models)


def _table_of(path: str, field: FieldInfo, models: list[type[BaseModel]]) -> Iterator[str]:
    brackets = ("[[", "]]") if _is_list(field.annotation) else ("[", "]")
    heading = f"{'#' * min(6, 3 + path.count('.'))} `{brackets[0]}{path}{brackets[1]}`"
    if issubclass(models[0], RuleConfig):
        yield f"{heading}, keys of every kind\n"
        yield from _sections(RuleConfig, path)
    for model in models:
        if issubclass(model, RuleConfig):
            yield f"{heading}, kind `{model.__name__}`\n"
            yield f"{paragraph(RULE_KINDS[model.__name__].settings.__doc__)}\n"
            yield from _sections(model, path, but=RuleConfig.model_fields)
        else:
            yield f"{heading}\n"
            yield f"{paragraph(model.__doc__)}\n"
            yield from _sections(model, path)


def _joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _models(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for argument in get_args(annotation) for model in _models(argument)]


INLINE = frozenset({"LatLon", "LocalizedNameConfig", "ViewConeConfig"})


def _is_plain(annotation: Any) -> bool:
    """Whether it is written inline: `place = { lat = …, lon = … }`."""
    return any(model.__name__ in INLINE for model in _models(annotation))


def _is_list(annotation: Any) -> bool:
    return get_origin(annotation) is tuple


def _default_text(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    default = field.default
    if isinstance(default, BaseModel) or default in (None, "", (), {}):
        return ""
    return f"`{_toml(default)}`"


def _toml(value: Any) -> str:
    match value:
        case enum.Enum():
            return json.dumps(value.value)
        case bool():
            return str(value).lower()
        case tuple():
            return "[" + ", ".join(_toml(entry) for entry in value) + "]"
        case float() if math.isinf(value):
            return str(value)
        case float() | int():
            return f"{value:g}" if isinstance(value, float) else str(value)
        case _:
            return json.dumps(str(value), ensure_ascii=False)


_VERBS = ("Give ", "Use ", "Name ")  # of a remedy
_KINDS = {
    "string": "text",
    "number": "number",
    "integer": "whole number",
    "boolean": "`true` or `false`",
}


def _value_text(schema: dict[str, Any], defs: dict[str, Any]) -> str:
    """What may stand there, from a property of a JSON schema."""
    if "$ref" in schema:
        return _value_text(defs[schema["$ref"].rsplit("/", 1)[-1]], defs)
    choices = [s for s in schema.get("anyOf", ()) if s.get("type") != "null"]
    if choices:
        return " or ".join(_value_text(choice, defs) for choice in choices)
    if "remedy" in schema:
        remedy = str(schema["remedy"]).rstrip(".")
        return next((remedy[len(verb) :] for verb in _VERBS if remedy.startswith(verb)), remedy)
    if "enum" in schema:
        return ", ".join(f"`{_toml(value)}`" for value in schema["enum"])
    if "const" in schema:
        return f"`{_toml(schema['const'])}`"
    if schema.get("type") == "array":
        return _array_text(schema, defs)
    if schema.get("type") == "object" and "properties" not in schema:
        return "table"
    if schema.get("type") == "object":
        return "`{ " + ", ".join(f"{name} = …" for name in schema["properties"]) + " }`"
    return _KINDS.get(schema.get("type", ""), "value") + _bounds(schema)


def _array_text(schema: dict[str, Any], defs: dict[str, Any]) -> str:
    if "prefixItems" in schema:
        entries = [_value_text(entry, defs) for entry in schema["prefixItems"]]
        if len(set(entries)) == 1 and entries[0].startswith("a number from 0 to 1"):
            return "point `[x, y]`"
        if len(set(entries)) == 1:
            return f"{len(entries)} of: {entries[0]}"
        return ", ".join(entries)
    least = f", at least {schema['minItems']}" if "minItems" in schema else ""
    return f"list of: {_value_text(schema['items'], defs)}{least}"


def _bounds(schema: dict[str, Any]) -> str:
    bounds = [
        f"{sign} {schema[key]:g}"
        for key, sign in (
            ("exclusiveMinimum", ">"),
            ("minimum", "≥"),
            ("exclusiveMaximum", "<"),
            ("maximum", "≤"),
        )
        if key in schema
    ]
    return ", " + ", ".join(bounds) if bounds else ""
