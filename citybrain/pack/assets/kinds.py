"""Reads `assets.toml`: the kinds of assets of a pack, their fields, and how a street agent reads
them. Reads no asset.
"""

import re

from citybrain.config.load import parse
from citybrain.pack.asset import AssetField, AssetKind, AssetKindName
from citybrain.pack.assets.field_values import Checked, check_value
from citybrain.pack.pack import SourceTemplate, Table
from citybrain.pack.problems import Problems
from citybrain.pack.render import check_template
from citybrain.pack.sections import AssetFieldTable, AssetKindTable, RuleFile
from citybrain.structs import replace

# what every asset has
RESERVED = frozenset(("id", "kind", "name", "name_en", "name_zh", "lat", "lon"))
FIELD_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")  # as a template can name it


def read_asset_kinds(
    file: str, table: Table, pack: str, problems: Problems
) -> tuple[tuple[AssetKind, ...], tuple[SourceTemplate, ...]]:
    """The kinds in `table` and the templates of their sources; faults go to `problems`."""
    kinds, sources = [], []
    for name, content in table.items():
        one = _kind(file, name, content, pack, problems)
        if one is None:
            continue
        kind, source = one
        kinds.append(kind)
        if kind.source:
            check_template(file, f"{name}.{kind.source}", source, kind, problems)
            sources.append(SourceTemplate(asset=kind.kind, table=source))
    return tuple(kinds), tuple(sources)


def _kind(
    file: str, name: str, content: object, pack: str, problems: Problems
) -> tuple[AssetKind, Table] | None:
    if not isinstance(content, dict):
        problems.add(file, name, "it is no table", f"Write [{name}] with its fields below.")
        return None
    before = len(problems.found)
    problems.of(file, lambda: parse({"asset": name, "rule": {}}, RuleFile, name=file))  # its name
    under: Problems = Problems()
    read = under.of("", lambda: parse(content, AssetKindTable, name=file))
    for each in under.found:
        problems.add(file, f"{name}.{each.key}", each.problem, each.remedy)
    if read is None or len(problems.found) > before:
        return None
    fields = [
        field
        for field_name, field_table in read.fields.items()
        if (field := _field(file, name, field_name, field_table, problems)) is not None
    ]
    source = "camera" if read.camera is not None else "sensor" if read.sensor is not None else ""
    kind = AssetKind(kind=AssetKindName(name), pack=pack, fields=tuple(fields), source=source)
    return kind, (read.camera or read.sensor or {})


def _field(file: str, kind: str, name: str, table: Table, problems: Problems) -> AssetField | None:
    key, under = f"{kind}.fields.{name}", Problems()
    if name in RESERVED:
        problems.add(file, key, "every asset has that already", "Use another name.")
        return None
    if not FIELD_NAME.fullmatch(name):
        problems.add(file, key, f"{name!r} does not fit", 'Use a-z, 0-9 and "_".')
        return None
    read = under.of("", lambda: parse(table, AssetFieldTable, name=file))
    for each in under.found:
        problems.add(file, f"{key}.{each.key}", each.problem, each.remedy)
    if read is None:
        return None
    field = AssetField(
        name=name,
        type=read.type,
        example=read.value(),
        unit=read.unit,
        choices=read.choices,
        required=read.required,
        low=read.low,
        high=read.high,
    )
    example = check_value(field, read.value())
    if isinstance(example, Checked):
        return replace(field, example=example.value)
    problems.add(file, f"{key}.example", example.problem, example.remedy)
    return None
