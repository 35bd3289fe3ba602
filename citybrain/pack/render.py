"""Puts an asset's fields into a template: `"${asset.field}"` in the values of a parsed table.

The table is changed, never a text that is parsed afterwards: whatever a field holds stays one
value, and cannot add a key or a table.
"""

import re
from collections.abc import Callable, Iterator, Mapping

from citybrain.pack.asset import Asset, AssetKind, FieldType, FieldValue
from citybrain.pack.assets.field_values import SHAPES
from citybrain.pack.pack import Table
from citybrain.pack.problems import Problems
from citybrain.structs import Struct

# `${asset.` is a reference, finished or not: a slip must not travel on as text
_REFERENCE = re.compile(r"\$\{([^{}]*)\}?")
_NAME = re.compile(r"^asset\.(?P<name>[a-z][a-z0-9_]*)$")
# what every asset has, as a template names it
BUILT_IN = {
    "id": FieldType.TEXT,
    "name_en": FieldType.TEXT,
    "name_zh": FieldType.TEXT,
    "lat": FieldType.NUMBER,
    "lon": FieldType.NUMBER,
}


class MissingField(Struct, frozen=True, kw_only=True):
    """A template could not be filled: the asset has no value in `name`, which is optional."""

    name: str


def render(template: Table, asset: Asset) -> Table | MissingField:
    """The template with the asset's values. A text that is one reference becomes the field's value
    with its type; a reference inside a longer text becomes its text.
    """
    missing: list[str] = []

    def value_of(name: str) -> FieldValue:
        value = _values(asset).get(name)
        if value is None:
            missing.append(name)
            return ""
        return value

    filled = {key: _filled(value, value_of) for key, value in template.items()}
    return MissingField(name=missing[0]) if missing else filled


def check_template(
    file: str, prefix: str, template: Table, kind: AssetKind, problems: Problems
) -> None:
    """Every reference must name a field of `kind`; corners cannot stand inside a longer text."""
    for key, text in _texts(template, prefix):
        for match in _REFERENCE.finditer(text):
            name = _NAME.fullmatch(match[1])
            field_type = _type_of(name["name"], kind) if name else None
            if not match[0].endswith("}") or name is None:
                problems.add(file, key, f"{match[0]!r} is no reference", 'Write "${asset.field}".')
            elif field_type is None:
                known = [*BUILT_IN, *(field.name for field in kind.fields)]
                problems.add(
                    file,
                    key,
                    f"a {kind.kind} has no field {name['name']!r}",
                    f"Use one of {', '.join(known)}, or add the field to assets.toml.",
                )
            elif field_type in SHAPES and match[0] != text:
                problems.add(
                    file,
                    key,
                    f"{name['name']} holds corners, which are no text",
                    f'Write "${{asset.{name["name"]}}}" alone.',
                )


def _type_of(name: str, kind: AssetKind) -> FieldType | None:
    field = kind.field(name)
    return field.type if field is not None else BUILT_IN.get(name)


def _values(asset: Asset) -> Mapping[str, FieldValue]:
    return {
        "id": asset.id,
        "name_en": asset.name.en,
        "name_zh": asset.name.zh,
        "lat": asset.place.lat,
        "lon": asset.place.lon,
        **dict(asset.fields.items()),
    }


def _filled(value: object, value_of: Callable[[str], FieldValue]) -> object:
    match value:
        case str():
            return _filled_text(value, value_of)
        case list():
            return [_filled(item, value_of) for item in value]
        case dict():
            return {key: _filled(item, value_of) for key, item in value.items()}
    return value


def _filled_text(text: str, value_of: Callable[[str], FieldValue]) -> object:
    whole = _REFERENCE.fullmatch(text)
    if whole is not None:
        return _plain(value_of(_name(whole)))
    return _REFERENCE.sub(lambda match: _as_text(value_of(_name(match))), text)


def _name(match: re.Match[str]) -> str:
    return match[1].removeprefix("asset.")


def _plain(value: FieldValue) -> object:
    """As TOML has it; a whole number as one, which a count must be."""
    if isinstance(value, tuple):
        return [list(corner) for corner in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _as_text(value: FieldValue) -> str:
    return str(_plain(value))


def _texts(value: object, key: str) -> Iterator[tuple[str, str]]:
    match value:
        case str():
            yield key, value
        case list():
            for number, item in enumerate(value):
                yield from _texts(item, f"{key}[{number}]")
        case dict():
            for name, item in value.items():
                yield from _texts(item, f"{key}.{name}")
