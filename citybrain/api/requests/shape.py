"""Whether JSON has the shape of a message: every field that there is none of, or of another type,
by name. Stricter than proto3's JSON: one name for each field, no null, no number in quotes.
"""

import re
from collections.abc import Callable, Iterator, Mapping

from google.protobuf.descriptor import (  # type: ignore[import-untyped]  # no stubs
    Descriptor,
    FieldDescriptor,
)

from citybrain.api.errors import Violation

TIME = "google.protobuf.Timestamp"
TIME_TEXT = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)", re.ASCII
)
INT32_MAX = 2**31 - 1


def violations_of(value: object, kind: Descriptor, path: str = "") -> Iterator[Violation]:
    """What keeps `value` from being a message of `kind`."""
    if not isinstance(value, Mapping):
        yield Violation(field=path, what=f"it is {_name(value)}", cure="Give a JSON object.")
        return
    for name, given in value.items():
        field = kind.fields_by_name.get(name)
        where = f"{path}.{name}" if path else str(name)
        if field is None:
            known = ", ".join(kind.fields_by_name) or "none"
            yield Violation(
                field=where[:200],
                what="there is no such field",
                cure=f"The fields of {kind.name}: {known}.",
            )
        elif field.is_repeated:
            yield from _list_violations(given, field, where)
        else:
            yield from _violations(given, field, where)


def _list_violations(given: object, field: FieldDescriptor, where: str) -> Iterator[Violation]:
    if not isinstance(given, list):
        yield Violation(field=where, what=f"it is {_name(given)}", cure="Give a JSON array.")
        return
    for index, one in enumerate(given):
        yield from _violations(one, field, f"{where}[{index}]")


def _violations(given: object, field: FieldDescriptor, where: str) -> Iterator[Violation]:
    if field.message_type is not None and field.message_type.full_name != TIME:
        yield from violations_of(given, field.message_type, where)
        return
    fits, cure = RULES[TIME if field.message_type is not None else field.cpp_type]
    if not fits(given):
        yield Violation(field=where, what=f"it is {_name(given)}", cure=cure)


def _is_text(given: object) -> bool:
    return isinstance(given, str) and not any("\ud800" <= c <= "\udfff" for c in given)


def _is_int32(given: object) -> bool:
    return (
        isinstance(given, int | float)
        and not isinstance(given, bool)
        and abs(given) <= INT32_MAX
        and given == int(given)
    )


def _is_number(given: object) -> bool:
    is_number = isinstance(given, int | float) and not isinstance(given, bool)
    return is_number and abs(given) <= 1e308  # type: ignore[arg-type]  # false for NaN too


def _is_time(given: object) -> bool:
    return isinstance(given, str) and TIME_TEXT.fullmatch(given) is not None


RULES: Mapping[object, tuple[Callable[[object], bool], str]] = {
    FieldDescriptor.CPPTYPE_STRING: (_is_text, "Give text of Unicode characters."),
    FieldDescriptor.CPPTYPE_INT32: (_is_int32, "Give a whole number of 32 bits."),
    FieldDescriptor.CPPTYPE_DOUBLE: (_is_number, "Give a number."),
    FieldDescriptor.CPPTYPE_BOOL: (lambda given: isinstance(given, bool), "Give true or false."),
    TIME: (_is_time, "Give a time as in 2026-01-31T09:30:00Z."),
}


def _name(value: object) -> str:
    """What `value` is, in JSON's words; short."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return f"the text {value[:40]!r}"
        case int() | float():
            return f"the number {value:.6g}" if abs(value) < 1e300 else "a huge number"
        case list():
            return "an array"
        case _:
            return "an object"
