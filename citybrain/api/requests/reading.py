"""Request messages out of what arrives: protobuf, JSON, or a query string. What this version does
not know is refused by name; nothing is passed over in silence.
"""

import json
import re
from collections.abc import Iterable, Mapping
from typing import TypeVar
from urllib.parse import parse_qsl

from google.protobuf import json_format  # type: ignore[import-untyped]  # no stubs
from google.protobuf.descriptor import FieldDescriptor  # type: ignore[import-untyped]  # no stubs
from google.protobuf.message import DecodeError, Message  # type: ignore[import-untyped]  # no stubs
from google.protobuf.unknown_fields import UnknownFieldSet  # type: ignore[import-untyped]  # none

from citybrain.api import limits
from citybrain.api.errors import InvalidRequestError, RequestTooLargeError, Violation
from citybrain.api.requests.shape import violations_of

M = TypeVar("M", bound=Message)
WHOLE = re.compile(r"[+-]?\d{1,18}", re.ASCII)
FIELD_OF_PARSE_ERROR = re.compile(r" at \w+\.([\w.\[\]]+)")


def from_protobuf(kind: type[M], payload: bytes) -> M:
    """The message in `payload`; raises `InvalidRequestError` and `RequestTooLargeError`."""
    if len(payload) > limits.REQUEST_BYTES.value:
        raise RequestTooLargeError(limits.REQUEST_BYTES)
    try:
        message: M = kind.FromString(payload)
    except DecodeError as error:
        raise InvalidRequestError(
            Violation(
                field="",
                what=f"it is no {kind.DESCRIPTOR.name}: {error}",
                cure="Encode it with the published protos; text is UTF-8.",
            )
        ) from error
    unknown = list(_unknown(message, ""))
    if unknown:
        raise InvalidRequestError(*unknown[: limits.VIOLATIONS.value])
    return message


def from_body(kind: type[M], body: bytes, path: Mapping[str, str]) -> M:
    """The message in a JSON body, with the fields that the path names: the body may leave them out,
    and may not say otherwise."""
    values = _loaded(body, "")
    if isinstance(values, dict):
        contrary = [name for name in path if name in values and values[name] != path[name]]
        if contrary:
            raise InvalidRequestError(
                *(
                    Violation(
                        field=name,
                        what="it is not what the path says",
                        cure=f"Leave it out, or make it {path[name][:80]!r}.",
                    )
                    for name in contrary
                )
            )
        values = {**values, **path}
    return from_values(kind, values)


def from_query(kind: type[M], query: bytes, path: Mapping[str, str]) -> M:
    """The message in the parameters of a query string and of a path.

    A field that is a list of messages takes a parameter for each, as JSON.
    """
    values: dict[str, object] = dict(path)
    violations = []
    for name, text in _parameters(query):
        field = kind.DESCRIPTOR.fields_by_name.get(name)
        if name in values and (field is None or not field.is_repeated):
            violations.append(
                Violation(field=name[:200], what="it is there twice", cure="Give it once.")
            )
        elif field is not None and field.is_repeated:
            known = values.setdefault(name, [])
            assert isinstance(known, list), "made here"
            known.append(_loaded(text.encode(), name))
        else:
            values[name] = text if field is None else _typed(text, field)
    if violations:
        raise InvalidRequestError(*violations[: limits.VIOLATIONS.value])
    return from_values(kind, values)


def from_values(kind: type[M], values: object) -> M:
    """The message of JSON values; raises `InvalidRequestError`."""
    wrong = list(violations_of(values, kind.DESCRIPTOR))
    if wrong:
        raise InvalidRequestError(*wrong[: limits.VIOLATIONS.value])
    message: M = kind()
    try:
        json_format.ParseDict(values, message)
    except json_format.ParseError as error:  # a date that no calendar has
        found = FIELD_OF_PARSE_ERROR.search(str(error))
        raise InvalidRequestError(
            Violation(
                field=found[1] if found else "",
                what="it is no value of its type",
                cure="The description of the API has the form of each field.",
            )
        ) from error
    return message


def _loaded(body: bytes, where: str) -> object:
    try:
        return json.loads(body.decode("utf-8"), object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise InvalidRequestError(
            Violation(field=where, what=f"it is no JSON: {error}"[:200], cure="Send UTF-8 JSON.")
        ) from error


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    values = dict(pairs)
    if any("\ud800" <= c <= "\udfff" for name in values for c in name):
        raise ValueError("a name has half of a character")  # no answer could repeat it
    if len(values) != len(pairs):
        raise ValueError("a name is there twice")
    return values


def _parameters(query: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(
            query.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=200,
        )
    except ValueError as error:  # UnicodeDecodeError too
        raise InvalidRequestError(
            Violation(
                field="",
                what="the query string cannot be read",
                cure="Percent-encode UTF-8, at most 200 parameters.",
            )
        ) from error


def _typed(text: str, field: FieldDescriptor) -> object:
    """A query parameter as the JSON value of its field; as it is where it fits none."""
    match field.cpp_type:
        case FieldDescriptor.CPPTYPE_INT32 if WHOLE.fullmatch(text):
            return int(text)
        case FieldDescriptor.CPPTYPE_BOOL if text in ("true", "false"):
            return text == "true"
    return text


def _unknown(message: Message, path: str) -> Iterable[Violation]:
    for field in UnknownFieldSet(message):
        yield Violation(
            field=f"{path}{field.field_number}",
            what="this version knows no field of that number",
            cure=f"{message.DESCRIPTOR.name} here has no such field: leave it out.",
        )
    for known, value in message.ListFields():
        if known.message_type is None or known.message_type.GetOptions().map_entry:
            continue
        for one in value if known.is_repeated else (value,):
            yield from _unknown(one, f"{path}{known.name}.")
