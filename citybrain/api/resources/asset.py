"""Assets, with fields as their kinds have them."""

from collections.abc import Mapping

from citybrain.api.resources.elements import place_message
from citybrain.api.v1 import asset_pb2 as pb
from citybrain.geo import Point

Corners = tuple[tuple[float, float], ...]


def asset_message(
    *,
    asset: str,
    kind: str,
    name_en: str,
    name_zh: str,
    place: Point,
    fields: Mapping[str, float | str | Corners],
) -> pb.Asset:
    return pb.Asset(
        id=asset,
        kind=kind,
        name_en=name_en,
        name_zh=name_zh,
        place=place_message(place),
        fields={name: _value(value) for name, value in fields.items()},
    )


def _value(value: float | str | Corners) -> pb.AssetValue:
    match value:
        case str():
            return pb.AssetValue(text=value)
        case tuple():
            corners = [pb.AssetCorner(x=x, y=y) for x, y in value]
            return pb.AssetValue(shape=pb.AssetShape(corners=corners))
        case _:
            return pb.AssetValue(number=value)
