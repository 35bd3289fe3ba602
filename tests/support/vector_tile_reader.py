"""Reads vector tiles by protobuf and the message of their specification (2.1, appendix), not by
anything of what wrote them.
"""

from typing import NamedTuple

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

OPTIONAL, REPEATED = 1, 3
STRING, UINT32, UINT64, INT64, BOOL, SINT64, FLOAT, DOUBLE, MESSAGE, ENUM = (
    *(9, 13, 4, 3, 8, 18, 2, 1, 11, 14),
)
KINDS = {1: "point", 2: "line", 3: "polygon"}


class Feature(NamedTuple):
    kind: str
    paths: list[list[tuple[int, int]]]
    tags: dict[str, object]


def read_tile(content: bytes) -> dict[str, list[Feature]]:
    """The features of each layer; rings are closed."""
    tile = _message()()
    tile.ParseFromString(content)
    assert all((layer.version, layer.extent) == (2, 4096) for layer in tile.layers)
    return {layer.name: [_feature(layer, one) for one in layer.features] for layer in tile.layers}


def _feature(layer, feature) -> Feature:
    pairs = zip(feature.tags[::2], feature.tags[1::2], strict=True)
    tags = {layer.keys[key]: _value(layer.values[value]) for key, value in pairs}
    return Feature(KINDS[feature.type], _paths(feature.geometry), tags)


def _value(value) -> object:
    (field,) = [found for descriptor, found in value.ListFields()] or [0]
    return field


def _paths(commands) -> list[list[tuple[int, int]]]:
    paths, x, y, at = [], 0, 0, 0
    while at < len(commands):
        command, count = commands[at] & 7, commands[at] >> 3
        at += 1
        if command == 7:
            paths[-1].append(paths[-1][0])
            continue
        for _ in range(count):
            x, y = x + _signed(commands[at]), y + _signed(commands[at + 1])
            at += 2
            if command == 1:
                paths.append([])
            paths[-1].append((x, y))
    return paths


def _signed(number: int) -> int:
    return (number >> 1) ^ -(number & 1)


def _message() -> type:
    file = descriptor_pb2.FileDescriptorProto(name="vector_tile.proto", package="tiles")
    fields = {
        "Value": [
            ("string_value", 1, OPTIONAL, STRING, ""),
            ("float_value", 2, OPTIONAL, FLOAT, ""),
            ("double_value", 3, OPTIONAL, DOUBLE, ""),
            ("int_value", 4, OPTIONAL, INT64, ""),
            ("uint_value", 5, OPTIONAL, UINT64, ""),
            ("sint_value", 6, OPTIONAL, SINT64, ""),
            ("bool_value", 7, OPTIONAL, BOOL, ""),
        ],
        "Feature": [
            ("id", 1, OPTIONAL, UINT64, ""),
            ("tags", 2, REPEATED, UINT32, ""),
            ("type", 3, OPTIONAL, UINT32, ""),
            ("geometry", 4, REPEATED, UINT32, ""),
        ],
        "Layer": [
            ("version", 15, OPTIONAL, UINT32, ""),
            ("name", 1, OPTIONAL, STRING, ""),
            ("features", 2, REPEATED, MESSAGE, ".tiles.Feature"),
            ("keys", 3, REPEATED, STRING, ""),
            ("values", 4, REPEATED, MESSAGE, ".tiles.Value"),
            ("extent", 5, OPTIONAL, UINT32, ""),
        ],
        "Tile": [("layers", 3, REPEATED, MESSAGE, ".tiles.Layer")],
    }
    for name, listed in fields.items():
        message = file.message_type.add(name=name)
        for field, number, label, kind, of in listed:
            message.field.add(
                name=field, number=number, label=label, type=kind, type_name=of or None
            )
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("tiles.Tile"))
