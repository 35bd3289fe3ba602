"""Checks rows of an asset file and makes assets of them. Reads no file."""

import math
import re
from collections.abc import Iterable, Mapping

from citybrain.errors import ConfigProblem
from citybrain.geo import Point, is_valid
from citybrain.localized_name import LocalizedName
from citybrain.pack.asset import Asset, AssetField, AssetId, AssetKind, FieldType, FieldValue
from citybrain.pack.assets.field_values import Checked, as_float, check_value, from_cell
from citybrain.pack.problems import Problems
from citybrain.plain_number import plain_number
from citybrain.sorted_map import SortedMap
from citybrain.structs import Struct

# as the ids of cameras and sensors: a rendered rule's source is named after its asset
ASSET_ID = re.compile(r"^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$")
ID_REMEDY = 'Use 1-64 of a-z, 0-9 and "-", for example "gauge-7".'
NAME = AssetField(name="name", type=FieldType.TEXT, example="")


class Row(Struct, frozen=True, kw_only=True):
    """A row of a file before it was checked. `label` is where a person finds it; `is_text`: every
    value is a cell's text. `outline`: corners on the earth, for a kind with one `area`.
    """

    label: str
    values: Mapping[str, object]
    is_text: bool
    outline: object = None


def assets_of(
    rows: Iterable[Row], kinds: Mapping[str, AssetKind], problems: Problems
) -> tuple[Asset, ...]:
    """The assets of the rows without a problem; those of the others go to `problems`."""
    found: dict[AssetId, Asset] = {}
    labels: dict[AssetId, str] = {}
    faults: list[ConfigProblem] = []
    for row in rows:
        own: list[ConfigProblem] = []
        asset = _asset(row, kinds, own)
        if asset is not None and asset.id in found:
            own.append(
                ConfigProblem(
                    key="id",
                    problem=f"{labels[asset.id]} is {asset.id} too",
                    remedy="Give each asset an id of its own.",
                )
            )
        faults += [
            ConfigProblem(key=f"{row.label}, {p.key}", problem=p.problem, remedy=p.remedy)
            for p in own
        ]
        if asset is not None and not own:
            found[asset.id], labels[asset.id] = asset, row.label
    problems.add_all("", faults)
    return tuple(found[id_] for id_ in sorted(found))


def _asset(row: Row, kinds: Mapping[str, AssetKind], faults: list[ConfigProblem]) -> Asset | None:
    left = dict(row.values)
    kind = kinds.get(str(left.get("kind")))
    areas = [f.name for f in kind.fields if f.type is FieldType.AREA] if kind is not None else []
    if row.outline is not None and len(areas) == 1:
        left.setdefault(areas[0], row.outline)
    asset_id, kind_name = left.pop("id", None), left.pop("kind", None)
    has_id = isinstance(asset_id, str | int) and ASSET_ID.fullmatch(str(asset_id)) is not None
    if not has_id:
        faults.append(_fault("id", asset_id, "is no id", ID_REMEDY))
    if kind is None:
        remedy = f"Use one of {', '.join(sorted(kinds))}."
        faults.append(_fault("kind", kind_name, "is no kind of asset of these packs", remedy))
    name, place = _name(left, str(asset_id) if has_id else "", faults), _place(left, faults)
    if kind is None:
        return None
    fields = dict(_fields(row, left, kind, faults))
    if place is None:
        return None
    return Asset(
        id=AssetId(str(asset_id)),
        kind=kind.kind,
        name=name,
        place=place,
        fields=SortedMap(fields.items()),
    )


def _name(left: dict[str, object], asset_id: str, faults: list[ConfigProblem]) -> LocalizedName:
    """`name_en` and `name_zh`, or `name` for both; else the id."""
    name = left.pop("name", asset_id)
    texts = []
    for key in ("name_en", "name_zh"):
        checked = check_value(NAME, left.pop(key, name))
        if isinstance(checked, Checked):
            texts.append(str(checked.value))
        else:
            faults.append(ConfigProblem(key=key, problem=checked.problem, remedy=checked.remedy))
            texts.append("")
    return LocalizedName(en=texts[0], zh=texts[1])


def _place(left: dict[str, object], faults: list[ConfigProblem]) -> Point | None:
    degrees: dict[str, float] = {}
    for key in ("lat", "lon"):
        given = left.pop(key, None)
        number = _number(given)
        if number is None:
            faults.append(_fault(key, given, "are no degrees", "Give degrees, WGS 84."))
        else:
            degrees[key] = number
    if len(degrees) < 2:
        return None
    point = Point(**degrees)
    if is_valid(point):
        return point
    bad = "lat" if not (math.isfinite(point.lat) and abs(point.lat) <= 90) else "lon"
    remedy = "Give degrees north from -90 to 90, degrees east from -180 to 180."
    faults.append(_fault(bad, degrees[bad], "is no place on the earth", remedy))
    return None


def _number(given: object) -> float | None:
    return plain_number(given) if isinstance(given, str) else as_float(given)


def _fields(
    row: Row, left: dict[str, object], kind: AssetKind, faults: list[ConfigProblem]
) -> Iterable[tuple[str, FieldValue]]:
    for field in kind.fields:
        if field.name not in left:
            if field.required:
                faults.append(
                    ConfigProblem(
                        key=field.name,
                        problem="it is missing",
                        remedy=f"Every {kind.kind} has one: {field.type}, for example"
                        f" {field.example}.",
                    )
                )
            continue
        given = left.pop(field.name)
        is_cell = row.is_text and isinstance(given, str)
        checked = from_cell(field, str(given)) if is_cell else check_value(field, given)
        if isinstance(checked, Checked):
            yield field.name, checked.value
        else:
            faults.append(checked)
    known = ", ".join(field.name for field in kind.fields)
    remedy = f"Remove it; its fields are {known}." if known else "Remove it."
    problem = f"a {kind.kind} has no such field"
    faults += [ConfigProblem(key=name, problem=problem, remedy=remedy) for name in left]


def _fault(key: str, given: object, what: str, remedy: str) -> ConfigProblem:
    if given is None:
        return ConfigProblem(key=key, problem="it is missing", remedy=remedy)
    return ConfigProblem(key=key, problem=f"{str(given)[:60]!r} {what}", remedy=remedy)
