"""The shapes of stored formats, as plain JSON: what a later version may not change without an
upcaster. A new field with a default is no change; what is gone or of another type is."""

import inspect
from enum import Enum
from hashlib import sha256
from types import UnionType
from typing import Any, NewType, Union, get_args, get_origin, get_type_hints

import msgspec

from citybrain.formats import Format, FormatRegistry
from citybrain.sorted_map import SortedMap
from citybrain.structs import Struct
from coordinator import formats as city
from district_node import formats as district
from street_agent import formats as agent

Shape = Any  # JSON


def released_formats() -> dict[str, Shape]:
    """Every stored format of this version: `tier.group.kind` -> version, shape, upcasters."""
    found: dict[str, Shape] = {}
    for tier, module in (("district", district), ("city", city)):
        for group in ("INPUTS", "LETTERS"):
            registry: FormatRegistry = getattr(module, group)
            for kind, known in registry:
                found[f"{tier}.{group.lower()}.{kind}"] = _described(known)
        found[f"{tier}.state"] = _described(module.STATE)
    for name in ("OUTBOX_ITEM", "REQUEST", "CHECKPOINT"):
        found[f"agent.{name.lower()}"] = _described(getattr(agent, name))
    return found


def _described(known: Format[Any]) -> Shape:
    return {
        "version": known.version,
        "shape": shape(known.type),
        "upcasters": [
            sha256(inspect.getsource(upcaster).encode()).hexdigest() for upcaster in known.upcasters
        ],
    }


def shape(kind: Any) -> Shape:
    """A type as JSON: names of plain types, fields of structs, members of unions and enums."""
    while isinstance(kind, NewType):
        kind = kind.__supertype__
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return {"any of": sorted((shape(one) for one in arguments), key=str)}
    if origin is tuple and arguments[-1] is Ellipsis:
        return {"list of": shape(arguments[0])}
    if origin is tuple:
        return {"parts": [shape(one) for one in arguments]}
    if origin is SortedMap or origin is dict:
        return {"map of": [shape(one) for one in arguments]}
    if issubclass(kind, Enum):
        return {"one of": sorted(str(member.value) for member in kind)}
    if issubclass(kind, tuple):
        return {"parts": [shape(one) for one in get_type_hints(kind).values()]}
    return _struct(kind) if issubclass(kind, Struct) else kind.__name__


def _struct(kind: type[Struct]) -> Shape:
    hints = get_type_hints(kind)
    fields = {
        field.name: {"type": shape(hints[field.name]), "is_required": field.required}
        for field in msgspec.structs.fields(kind)
    }
    tag = kind.__struct_config__.tag
    return {"fields": fields, **({"tag": tag} if tag is not None else {})}


def breaks(before: Shape, now: Shape, where: str) -> list[str]:
    """What a text of shape `before` could hold that a reader of shape `now` does not take."""
    if "any of" in now and "any of" not in before:
        return _union_breaks({"any of": [before]}, now, where)
    if isinstance(before, str) or isinstance(now, str):
        is_wider = (before, now) == ("int", "float")
        is_opened = now == "str" and "one of" in before  # a closed set of words became an open one
        is_fine = before == now or is_wider or is_opened
        return [] if is_fine else [f"{where} was {before}, and is {now}"]
    if before.keys() - {"tag"} != now.keys() - {"tag"}:
        return [f"{where} was {sorted(before)}, and is {sorted(now)}"]
    if "fields" in before:
        return _field_breaks(before, now, where)
    if "any of" in before:
        return _union_breaks(before, now, where)
    if "one of" in before:
        gone = sorted(set(before["one of"]) - set(now["one of"]))
        return [f"{where} no longer knows {value!r}" for value in gone]
    return _part_breaks(before, now, where)


def _field_breaks(before: Shape, now: Shape, where: str) -> list[str]:
    found = [] if before.get("tag") == now.get("tag") else [f"{where} has another tag"]
    old, new = before["fields"], now["fields"]
    for name, field in old.items():
        if name not in new:
            found.append(f"{where}.{name} is gone")
            continue
        found += breaks(field["type"], new[name]["type"], f"{where}.{name}")
        if new[name]["is_required"] and not field["is_required"]:
            found.append(f"{where}.{name} is required now")
    required = (name for name in new.keys() - old.keys() if new[name]["is_required"])
    return found + [f"{where}.{name} is new and has no default" for name in sorted(required)]


def _union_breaks(before: Shape, now: Shape, where: str) -> list[str]:
    found = []
    for member in before["any of"]:
        ways = [breaks(member, one, where) for one in now["any of"]]
        if all(ways):
            found += min(ways, key=len)
    return found


def _part_breaks(before: Shape, now: Shape, where: str) -> list[str]:
    ((key, old),) = before.items()
    new = now[key]
    pairs = [(old, new)] if key == "list of" else list(zip(old, new, strict=False))
    found = [] if key == "list of" or len(old) == len(new) else [f"{where} has other parts"]
    for number, (one, other) in enumerate(pairs):
        found += breaks(one, other, f"{where}[{number}]")
    return found
