"""Writes Mapbox vector tiles, version 2. Knows no map: layers of features with integer coordinates
in, bytes out.

The format: https://github.com/mapbox/vector-tile-spec/tree/master/2.1. Written here because the
package `mapbox-vector-tile` holds protobuf below 7, and this project's messages need 7.
"""

from collections.abc import Iterable, Sequence
from enum import IntEnum
from typing import NamedTuple

EXTENT = 4096  # units that a tile's side has
VERSION = 2
MOVE_TO, LINE_TO, CLOSE_PATH = 1, 2, 7
Place = tuple[int, int]  # x to the east, y to the south
Value = str | int


class Geometry(IntEnum):
    """What a feature's coordinates are."""

    POINT = 1
    LINE = 2
    POLYGON = 3


class TileFeature(NamedTuple):
    """One feature: for points and lines a path each; for polygons a ring each, not closed, outer
    rings with y down clockwise on the screen and followed by their holes, which run the other
    way."""

    geometry: Geometry
    paths: Sequence[Sequence[Place]]
    properties: Sequence[tuple[str, Value]]


class TileLayer(NamedTuple):
    """Features under one name."""

    name: str
    features: Sequence[TileFeature]


def encode_tile(layers: Iterable[TileLayer]) -> bytes:
    """The tile's bytes; empty layers and features without a path are left out."""
    return b"".join(_message(3, encoded) for layer in layers if (encoded := _layer(layer)))


def _layer(layer: TileLayer) -> bytes:
    keys: dict[str, int] = {}
    values: dict[tuple[type, Value], int] = {}
    features = []
    for feature in layer.features:
        commands = _commands(feature)
        if not commands:
            continue
        tags: list[int] = []
        for key, value in feature.properties:
            tags.append(keys.setdefault(key, len(keys)))
            tags.append(values.setdefault((type(value), value), len(values)))
        body = b"".join(
            (
                _message(2, _varints(tags)) if tags else b"",
                _number(3, feature.geometry),
                _message(4, _varints(commands)),
            )
        )
        features.append(_message(2, body))
    if not features:
        return b""
    parts = [_number(15, VERSION), _message(1, layer.name.encode()), *features]
    parts += [_message(3, key.encode()) for key in keys]
    parts += [_message(4, _value(value)) for _, value in values]
    return b"".join((*parts, _number(5, EXTENT)))


def _value(value: Value) -> bytes:
    if isinstance(value, bool):
        return _number(7, int(value))
    if isinstance(value, int):
        return _number(4, value & 0xFFFF_FFFF_FFFF_FFFF)  # int64: two's complement
    return _message(1, value.encode())


def _commands(feature: TileFeature) -> list[int]:
    """The feature's drawing commands: places as differences, zigzag (section 4.3)."""
    least = {Geometry.POINT: 1, Geometry.LINE: 2, Geometry.POLYGON: 3}[feature.geometry]
    found: list[int] = []
    x = y = 0
    for path in feature.paths:
        steps: list[int] = []
        before = (x, y)
        for at, (to_x, to_y) in enumerate(path):
            if at and (to_x, to_y) == (x, y):
                continue
            step_x, step_y = to_x - x, to_y - y
            steps.append(step_x * 2 if step_x >= 0 else -step_x * 2 - 1)
            steps.append(step_y * 2 if step_y >= 0 else -step_y * 2 - 1)
            x, y = to_x, to_y
        count = len(steps) // 2
        if count < least:
            x, y = before
            continue
        found += (MOVE_TO | 1 << 3, *steps[:2])
        if count > 1:
            found += (LINE_TO | (count - 1) << 3, *steps[2:])
        if feature.geometry is Geometry.POLYGON:
            found.append(CLOSE_PATH | 1 << 3)
    return found


def _varints(numbers: Iterable[int]) -> bytes:
    found = bytearray()
    for number in numbers:
        while number > 0x7F:
            found.append(number & 0x7F | 0x80)
            number >>= 7
        found.append(number)
    return bytes(found)


def _number(field: int, number: int) -> bytes:
    return _varints((field << 3, number))


def _message(field: int, body: bytes) -> bytes:
    return _varints((field << 3 | 2, len(body))) + body
