"""A thing of the city that scenes are about (a gauge, a crossing, a lift), as a value, and what its
kind may say of it.
"""

from enum import StrEnum
from typing import NewType

from citybrain.geo import Point
from citybrain.localized_name import LocalizedName
from citybrain.sorted_map import SortedMap
from citybrain.structs import Struct

AssetId = NewType("AssetId", str)
AssetKindName = NewType("AssetKindName", str)

Corners = tuple[tuple[float, float], ...]
FieldValue = float | str | Corners


class FieldType(StrEnum):
    """What a field of an asset holds."""

    NUMBER = "number"  # with a unit
    TEXT = "text"
    CHOICE = "choice"  # one word of a list
    ZONE = "zone"  # corners [x, y] in a picture, in shares of its width and height
    LINE = "line"  # two points [x, y] in a picture
    AREA = "area"  # corners [longitude, latitude] on the earth, in degrees, as GeoJSON has them


class AssetField(Struct, frozen=True, kw_only=True):
    """One field of an asset kind. `example` stands in wherever no asset is at hand: a check, a
    simulated city.
    """

    name: str
    type: FieldType
    example: FieldValue
    unit: str = ""
    choices: tuple[str, ...] = ()
    required: bool = True
    low: float | None = None
    high: float | None = None


class AssetKind(Struct, frozen=True, kw_only=True):
    """A kind of asset. `source` is what a street agent watches it with: "camera", "sensor", or ""
    where nothing watches it.
    """

    kind: AssetKindName
    pack: str
    fields: tuple[AssetField, ...]
    source: str = ""

    def field(self, name: str) -> AssetField | None:
        """The field of that name, if there is one."""
        return next((field for field in self.fields if field.name == name), None)

    def example(self) -> SortedMap[str, FieldValue]:
        """A value of every field."""
        return SortedMap((field.name, field.example) for field in self.fields)


class Asset(Struct, frozen=True, kw_only=True):
    """One thing, as a district's journal keeps it."""

    id: AssetId
    kind: AssetKindName
    name: LocalizedName
    place: Point
    fields: SortedMap[str, FieldValue]
