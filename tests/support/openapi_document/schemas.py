"""JSON schemas of messages: proto3's JSON with the fields' own names. What a comment says of a
closed set or a bound is in the schema too."""

import re

from google.api import field_behavior_pb2
from google.protobuf.descriptor import Descriptor, FieldDescriptor

TIME = "google.protobuf.Timestamp"
ONE_OF = re.compile(r"One of: ([\w, ]+?)(?:[.;]|$)")
OPEN_SET = re.compile(r"One of: [^.;]*\band\b")
AT_MOST = re.compile(r"[Aa]t most ([\d,]+)")
BETWEEN = re.compile(r"(-?\d+) to (\d+)(?: from| within|[;.,]|$)")
FORM = re.compile(r"of the form `([^`]+)`")
REQUIRED = field_behavior_pb2.REQUIRED
TYPES = {
    FieldDescriptor.CPPTYPE_STRING: {"type": "string"},
    FieldDescriptor.CPPTYPE_INT32: {"type": "integer", "format": "int32"},
    FieldDescriptor.CPPTYPE_DOUBLE: {"type": "number", "format": "double"},
    FieldDescriptor.CPPTYPE_BOOL: {"type": "boolean"},
}


def is_required(field: FieldDescriptor) -> bool:
    return REQUIRED in field.GetOptions().Extensions[field_behavior_pb2.field_behavior]


def message_schema(kind: Descriptor, comments: dict[str, str], *, is_asked: bool) -> dict:
    """`is_asked`: clients send it, so that nothing else may be in it."""
    schema = {"type": "object", "description": comments[kind.full_name]}
    schema["properties"] = {
        field.name: field_schema(field, comments, is_asked=is_asked) for field in kind.fields
    }
    required = [field.name for field in kind.fields if is_required(field)]
    if required:
        schema["required"] = required
    if is_asked:
        schema["additionalProperties"] = False
    return schema


def field_schema(field: FieldDescriptor, comments: dict[str, str], *, is_asked: bool) -> dict:
    comment = comments[field.full_name]
    if field.message_type is not None and field.message_type.GetOptions().map_entry:
        value = field.message_type.fields_by_name["value"]
        return {
            "type": "object",
            "additionalProperties": _one(value, "", is_asked=is_asked),
            "description": comment,
        }
    if field.is_repeated:
        items = _one(field, "", is_asked=is_asked)
        return {"type": "array", "items": items, "description": comment}
    schema = _one(field, comment, is_asked=is_asked)
    if is_required(field) and schema.get("type") == "string" and "enum" not in schema:
        schema.setdefault("minLength", 1)
    return {**schema, "description": comment}


def messages_below(kinds: list[Descriptor]) -> list[Descriptor]:
    """`kinds`, and every message that a field of theirs holds, by name."""
    found: dict[str, Descriptor] = {}
    waiting = list(kinds)
    while waiting:
        kind = waiting.pop()
        if kind.full_name == TIME or kind.full_name in found:
            continue
        if not kind.GetOptions().map_entry:
            found[kind.full_name] = kind
        waiting += [f.message_type for f in kind.fields if f.message_type is not None]
    return [found[name] for name in sorted(found)]


def _one(field: FieldDescriptor, comment: str, *, is_asked: bool) -> dict:
    if field.message_type is not None and field.message_type.full_name == TIME:
        return {"type": "string", "format": "date-time"}
    if field.message_type is not None:
        return {"$ref": f"#/components/schemas/{field.message_type.name}"}
    schema = dict(TYPES[field.cpp_type])
    words = ONE_OF.search(comment)
    if words and not OPEN_SET.search(comment):
        schema["enum"] = words[1].split(", ") + ([""] if "empty" in comment else [])
    if form := FORM.search(comment):
        schema["pattern"] = form[1]
    bound = AT_MOST.search(comment)
    if bound and is_asked:
        key = "maxLength" if schema["type"] == "string" else "maximum"
        schema[key] = int(bound[1].replace(",", ""))
    if schema["type"] == "integer" and is_asked:
        schema["minimum"] = 0
    if schema["type"] == "number" and (between := BETWEEN.search(comment)):
        schema |= {"minimum": int(between[1]), "maximum": int(between[2])}
    return schema
