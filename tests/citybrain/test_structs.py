"""A Value is a frozen dataclass in every use: only cheaper."""

import copy
import dataclasses
import gc
import pickle

import pytest

from citybrain import canonical_json
from citybrain.sorted_map import SortedMap
from citybrain.structs import Struct, field, replace


class Place(Struct, frozen=True, kw_only=True):
    name: str
    height_m: float = 0.0


class Walk(Struct, frozen=True, kw_only=True):
    begins: Place
    over: tuple[Place, ...] = ()
    notes: SortedMap[str, str] = field(default_factory=SortedMap)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class PlainPlace:
    name: str
    height_m: float = 0.0


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class PlainWalk:
    begins: PlainPlace
    over: tuple[PlainPlace, ...] = ()
    notes: SortedMap[str, str] = dataclasses.field(default_factory=SortedMap)


HILL = Place(name="hill", height_m=120.5)
WALK = Walk(begins=HILL, over=(Place(name="bridge"),), notes=SortedMap([("b", "2"), ("a", "1")]))
PLAIN_WALK = PlainWalk(
    begins=PlainPlace(name="hill", height_m=120.5),
    over=(PlainPlace(name="bridge"),),
    notes=SortedMap([("b", "2"), ("a", "1")]),
)


def test_it_cannot_be_changed():
    with pytest.raises(AttributeError):
        HILL.name = "valley"


def test_its_fields_are_spelled_at_the_call():
    with pytest.raises(TypeError):
        Place("hill")


def test_equal_values_are_equal_and_hash_the_same():
    assert Place(name="hill", height_m=120.5) == HILL
    assert len({HILL, Place(name="hill", height_m=120.5)}) == 1


@pytest.mark.parametrize("replaced", [replace, dataclasses.replace])
def test_replacing_leaves_the_old_one_as_it_was(replaced):
    assert replaced(HILL, name="valley") == Place(name="valley", height_m=120.5)
    assert HILL.name == "hill"


def test_dataclasses_take_it_for_one_of_theirs():
    assert dataclasses.is_dataclass(Walk)
    assert [f.name for f in dataclasses.fields(Walk)] == ["begins", "over", "notes"]
    for value_field, plain_field in zip(
        dataclasses.fields(Walk), dataclasses.fields(PlainWalk), strict=True
    ):
        assert (value_field.default, value_field.default_factory) == (
            plain_field.default,
            plain_field.default_factory,
        )
    assert dataclasses.asdict(WALK)["over"] == ({"name": "bridge", "height_m": 0.0},)


def test_its_canonical_text_is_that_of_the_dataclass_it_could_have_been():
    assert canonical_json.encode(WALK) == canonical_json.encode(PLAIN_WALK)
    assert canonical_json.decode(canonical_json.encode(PLAIN_WALK), Walk) == WALK


def test_it_prints_as_what_would_make_it():
    assert repr(HILL) == "Place(name='hill', height_m=120.5)"


def test_it_travels_to_other_processes():
    assert pickle.loads(pickle.dumps(WALK)) == WALK
    assert copy.deepcopy(WALK) == WALK


def test_the_search_for_cycles_passes_it_by():
    assert not gc.is_tracked(WALK)
