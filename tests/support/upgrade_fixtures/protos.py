"""Descriptors of the wire, and what would break a peer of an earlier release."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import google.api
from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FieldDescriptorProto,
    FileDescriptorSet,
    ServiceDescriptorProto,
)

# types that are the same on the wire for the values that both can hold
WHOLE_NUMBERS = {3, 4, 5, 13}
SAME_ON_THE_WIRE = ({3, 4, 5, 8, 13, 14}, {17, 18}, {6, 16}, {7, 15}, {9, 12})


def describe(protos: Path) -> bytes:
    """The descriptor set of all messages under the folder `protos`, serialized."""
    files = sorted(str(path.relative_to(protos)) for path in protos.rglob("*.proto"))
    out = subprocess.run(
        [
            *(sys.executable, "-m", "grpc_tools.protoc", "-I", str(protos)),
            # of the public API's annotations
            *("-I", str(Path(google.api.__path__[0]).parent.parent)),
            *("--include_imports", "--descriptor_set_out=/dev/stdout", *files),
        ],
        capture_output=True,
        check=True,
    )
    return out.stdout


def wire_breaks(before: bytes, now: bytes) -> list[str]:
    """What in `now` would break a peer that speaks `before`: a message, service, method or enum
    value that is gone, a field that is gone, renumbered, of another type or of another cardinality.
    What is gone must be reserved by number. An enum may go where all its fields go on as whole
    numbers: a set that was closed and is open now."""
    old, new = FileDescriptorSet.FromString(before), FileDescriptorSet.FromString(now)
    messages, enums = dict(_messages(new)), dict(_enums(new))
    found: list[str] = []
    for name, message in _messages(old):
        if name not in messages:
            found.append(f"message {name} is gone")
        else:
            found += _message_breaks(name, message, messages[name])
    as_numbers = _enums_as_numbers(old, messages)
    for name, enum in _enums(old):
        if name not in enums:
            found += [f"enum {name} is gone"] * (f".{name}" not in as_numbers)
        else:
            found += _enum_breaks(name, enum, enums[name])
    services = {f"{f.package}.{s.name}": s for f in new.file for s in f.service}
    for file in old.file:
        for service in file.service:
            name = f"{file.package}.{service.name}"
            found += _service_breaks(name, service, services.get(name))
    return found


def _message_breaks(name: str, before: DescriptorProto, now: DescriptorProto) -> Iterator[str]:
    by_number = {field.number: field for field in now.field}
    for field in before.field:
        other = by_number.get(field.number)
        if other is None:
            yield f"{name}.{field.name} (number {field.number}) is gone"
            continue
        is_same = any({field.type, other.type} <= group for group in SAME_ON_THE_WIRE)
        if field.type != other.type and not is_same:
            yield f"{name}.{field.name} has another type"
        if field.type_name != other.type_name and not _is_now_a_number(field, other):
            yield f"{name}.{field.name} was {field.type_name}, and is {other.type_name}"
        if (field.label == field.LABEL_REPEATED) != (other.label == other.LABEL_REPEATED):
            yield f"{name}.{field.name} holds one and many values in different releases"


def _is_now_a_number(before: FieldDescriptorProto, now: FieldDescriptorProto) -> bool:
    return before.type == before.TYPE_ENUM and now.type in WHOLE_NUMBERS


def _enums_as_numbers(old: FileDescriptorSet, now: dict[str, DescriptorProto]) -> set[str]:
    """The enums of `old` of which every field is a whole number in `now`."""
    numbers: dict[str, bool] = {}
    for name, message in _messages(old):
        by_number = {field.number: field for field in now[name].field} if name in now else {}
        for field in message.field:
            other = by_number.get(field.number)
            is_number = other is not None and _is_now_a_number(field, other)
            numbers[field.type_name] = numbers.get(field.type_name, True) and is_number
    return {name for name, are_all in numbers.items() if are_all}


def _enum_breaks(name: str, before: EnumDescriptorProto, now: EnumDescriptorProto) -> Iterator[str]:
    numbers = {value.number for value in now.value}
    for value in before.value:
        if value.number not in numbers:
            yield f"{name}.{value.name} (number {value.number}) is gone"


def _service_breaks(
    name: str, before: ServiceDescriptorProto, now: ServiceDescriptorProto | None
) -> Iterator[str]:
    methods = {method.name: method for method in now.method} if now is not None else {}
    for method in before.method:
        if methods.get(method.name) != method:
            yield f"{name}.{method.name} is gone, or takes or gives something else"


def _messages(files: FileDescriptorSet) -> Iterator[tuple[str, DescriptorProto]]:
    for file in files.file:
        yield from _nested(file.package, list(file.message_type))


def _nested(prefix: str, messages: list[DescriptorProto]) -> Iterator[tuple[str, DescriptorProto]]:
    for message in messages:
        yield f"{prefix}.{message.name}", message
        yield from _nested(f"{prefix}.{message.name}", list(message.nested_type))


def _enums(files: FileDescriptorSet) -> Iterator[tuple[str, EnumDescriptorProto]]:
    for file in files.file:
        yield from ((f"{file.package}.{enum.name}", enum) for enum in file.enum_type)
    for name, message in _messages(files):
        yield from ((f"{name}.{enum.name}", enum) for enum in message.enum_type)
