"""A change of a stored type that needs an upcaster is found, and one that needs none is not."""

import types
from enum import StrEnum

import pytest
from upgrade_fixtures.shapes import breaks, shape

from citybrain.ids import UnitId
from citybrain.sorted_map import SortedMap
from citybrain.structs import Struct


class Level(StrEnum):
    LOW = "low"
    HIGH = "high"


class More(StrEnum):
    LOW = "low"
    HIGH = "high"
    SEVERE = "severe"


class Cat(Struct, frozen=True, kw_only=True, tag="cat"):
    name: str


class Dog(Struct, frozen=True, kw_only=True, tag="dog"):
    name: str
    size: int = 0


class Wolf(Struct, frozen=True, kw_only=True, tag="wolf"):
    name: str


def fields(**given):
    """A struct with these fields; one with a default is given as [type, default]."""
    options = {"frozen": True, "kw_only": True}
    return types.new_class("Stored", (Struct,), options, lambda body: body.update(_filled(given)))


def _filled(given):
    annotations = {name: one[0] if isinstance(one, list) else one for name, one in given.items()}
    defaults = {name: one[1] for name, one in given.items() if isinstance(one, list)}
    return {"__annotations__": annotations, **defaults}


BEFORE = fields(
    count=int,
    level=Level,
    animal=Cat | Dog,
    names=tuple[str, ...],
    by_unit=SortedMap[UnitId, float],
    remark=[str, ""],
)


def with_changes(**changes):
    kept = {
        "count": int,
        "level": Level,
        "animal": Cat | Dog,
        "names": tuple[str, ...],
        "by_unit": SortedMap[UnitId, float],
        "remark": [str, ""],
    }
    return fields(**{name: one for name, one in {**kept, **changes}.items() if one is not None})


BREAKS = {
    "a field that is gone": (with_changes(count=None), "Stored.count is gone"),
    "a retyped field": (with_changes(count=str), "Stored.count was int, and is str"),
    "a new required field": (with_changes(more=int), "Stored.more is new and has no default"),
    "a field that is required now": (with_changes(remark=str), "Stored.remark is required now"),
    "another enum text": (with_changes(level=More), ""),
    "an open set that was closed": (with_changes(remark=[Level, Level.LOW]), "was str"),
    "an enum text that is gone": (with_changes(level=StrEnum("L", {"LOW": "low"})), "'high'"),
    "a member that is gone": (with_changes(animal=Cat), "Stored.animal"),
    "another member": (with_changes(animal=Cat | Wolf), "Stored.animal"),
    "another item": (with_changes(names=tuple[int, ...]), "Stored.names"),
    "another key": (with_changes(by_unit=SortedMap[tuple[str, int], float]), "Stored.by_unit"),
}


@pytest.mark.parametrize("change", BREAKS)
def test_it_is_found(change):
    now, message = BREAKS[change]
    found = breaks(shape(BEFORE), shape(now), "Stored")
    assert bool(found) is bool(message), found
    assert not message or any(message in one for one in found), found


@pytest.mark.parametrize(
    "now",
    [
        BEFORE,
        with_changes(more=[int, 0]),
        with_changes(level=More),
        with_changes(animal=Cat | Dog | Wolf),
        with_changes(level=str),
        with_changes(count=float),
        with_changes(count=int | None),
        with_changes(count=[int, 0]),
    ],
)
def test_what_needs_no_upcaster_is_let_through(now):
    assert breaks(shape(BEFORE), shape(now), "Stored") == []
