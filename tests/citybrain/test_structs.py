"""A Struct is a frozen value: compared by its fields, changed only by `replace`, cheap to make."""

import copy
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


HILL = Place(name="hill", height_m=120.5)
WALK = Walk(begins=HILL, over=(Place(name="bridge"),), notes=SortedMap([("b", "2"), ("a", "1")]))


def test_it_cannot_be_changed():
    with pytest.raises(AttributeError):
        HILL.name = "valley"


def test_its_fields_are_named_at_the_call():
    with pytest.raises(TypeError):
        Place("hill")


def test_equal_values_are_equal_and_hash_the_same():
    assert Place(name="hill", height_m=120.5) == HILL
    assert len({HILL, Place(name="hill", height_m=120.5)}) == 1


def test_replacing_leaves_the_old_one_as_it_was():
    assert replace(HILL, name="valley") == Place(name="valley", height_m=120.5)
    assert HILL.name == "hill"


def test_replacing_an_unknown_field_is_an_error():
    with pytest.raises(TypeError):
        replace(HILL, depth_m=1.0)


def test_a_default_factory_makes_a_default_for_each_value():
    assert Walk(begins=HILL).notes is not Walk(begins=HILL).notes


def test_it_prints_as_the_call_that_makes_it():
    assert repr(HILL) == "Place(name='hill', height_m=120.5)"


def test_its_canonical_text_reads_back_as_an_equal_value():
    assert canonical_json.decode(canonical_json.encode(WALK), Walk) == WALK


def test_it_travels_to_other_processes():
    assert pickle.loads(pickle.dumps(WALK)) == WALK
    assert copy.deepcopy(WALK) == WALK


def test_the_search_for_cycles_passes_it_by():
    assert not gc.is_tracked(WALK)
