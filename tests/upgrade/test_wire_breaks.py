"""What breaks a peer of an earlier release is found in the wire's descriptors, and what does not is
not."""

import pytest
from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
    FileDescriptorSet,
    MethodDescriptorProto,
    ServiceDescriptorProto,
)
from upgrade_fixtures.protos import wire_breaks

F = FieldDescriptorProto


def released() -> FileDescriptorSet:
    """Two fields, an enum of two values, a service of one method."""
    message = DescriptorProto(
        name="Event",
        field=[
            F(name="seq", number=1, type=F.TYPE_UINT64, label=F.LABEL_OPTIONAL),
            F(name="boxes", number=2, type=F.TYPE_STRING, label=F.LABEL_REPEATED),
            F(
                name="level",
                number=3,
                type=F.TYPE_ENUM,
                label=F.LABEL_OPTIONAL,
                type_name=".w.Level",
            ),
        ],
    )
    level = EnumDescriptorProto(name="Level")
    for number, name in enumerate(("LOW", "HIGH")):
        level.value.add(name=name, number=number)
    method = MethodDescriptorProto(name="Watch", input_type=".w.Event", output_type=".w.Event")
    file = FileDescriptorProto(
        name="w.proto",
        package="w",
        message_type=[message],
        enum_type=[level],
        service=[ServiceDescriptorProto(name="Console", method=[method])],
    )
    return FileDescriptorSet(file=[file])


def set_field(index, /, **values):
    def change(files):
        for name, value in values.items():
            setattr(files.file[0].message_type[0].field[index], name, value)

    return change


def open_the_set(files):
    """The enum goes, and its field holds its number from now on."""
    remove("enum")(files)
    files.file[0].message_type[0].field[2].ClearField("type_name")
    files.file[0].message_type[0].field[2].type = F.TYPE_INT32


def open_the_set_with_a_text(files):
    open_the_set(files)
    files.file[0].message_type[0].field[2].type = F.TYPE_STRING


def remove(part):
    def change(files):
        found = {
            "field": files.file[0].message_type[0].field,
            "value": files.file[0].enum_type[0].value,
            "enum": files.file[0].enum_type,
            "message": files.file[0].message_type,
            "method": files.file[0].service[0].method,
            "service": files.file[0].service,
        }[part]
        del found[-1]

    return change


def change_method(files):
    files.file[0].service[0].method[0].server_streaming = True


BREAKS = {
    "a removed field": (remove("field"), "w.Event.level (number 3) is gone"),
    "a renumbered field": (set_field(0, number=9), "w.Event.seq (number 1) is gone"),
    "a retyped field": (set_field(0, type=F.TYPE_STRING), "w.Event.seq has another type"),
    "one value of many": (set_field(1, label=F.LABEL_OPTIONAL), "holds one and many values"),
    "another enum": (set_field(2, type_name=".w.Other"), "was .w.Level, and is .w.Other"),
    "a removed enum value": (remove("value"), "w.Level.HIGH (number 1) is gone"),
    "a removed enum": (remove("enum"), "enum w.Level is gone"),
    "an enum that became a text": (open_the_set_with_a_text, "w.Event.level has another type"),
    "a removed message": (remove("message"), "message w.Event is gone"),
    "a removed method": (remove("method"), "w.Console.Watch is gone"),
    "a removed service": (remove("service"), "w.Console.Watch is gone"),
    "a changed method": (change_method, "w.Console.Watch is gone, or takes or gives something"),
}


@pytest.mark.parametrize("change", BREAKS)
def test_it_is_found(change):
    apply, message = BREAKS[change]
    now = released()
    apply(now)
    found = wire_breaks(released().SerializeToString(), now.SerializeToString())
    assert any(message in one for one in found), found


def add_field(files):
    files.file[0].message_type[0].field.add(name="more", number=4, type=F.TYPE_BOOL)


def add_value(files):
    files.file[0].enum_type[0].value.add(name="SEVERE", number=2)


HARMLESS = {
    "nothing": lambda files: None,
    "a new field": add_field,
    "a new enum value": add_value,
    "an enum that became its number": open_the_set,
    "a new message": lambda files: files.file[0].message_type.add(name="Other"),
    "a new method": lambda files: files.file[0].service[0].method.add(name="List"),
    "a renamed field": set_field(0, name="number"),
    "a wider number": set_field(0, type=F.TYPE_INT64),
}


@pytest.mark.parametrize("change", HARMLESS)
def test_what_breaks_nobody_is_let_through(change):
    now = released()
    HARMLESS[change](now)
    assert wire_breaks(released().SerializeToString(), now.SerializeToString()) == []
