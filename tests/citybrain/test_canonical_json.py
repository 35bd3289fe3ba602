"""One value, one text: however it was built, and decoded again only where it fits its type."""

import subprocess
import sys
from enum import StrEnum
from typing import NamedTuple, NewType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citybrain import canonical_json
from citybrain.errors import MalformedError
from citybrain.sorted_map import SortedMap
from citybrain.structs import Struct

LeafId = NewType("LeafId", str)


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class LeafKey(NamedTuple):
    leaf: LeafId
    colour: Colour
    number: int


class Leaf(Struct, frozen=True, kw_only=True):
    zeta: int
    alpha: str | None = None


class Tree(Struct, frozen=True, kw_only=True):
    name: str
    colour: Colour
    share: float
    leaves: tuple[Leaf, ...] = ()
    by_name: SortedMap[str, Leaf]
    inner: SortedMap[str, SortedMap[str, int]]
    by_colour: SortedMap[Colour, int]
    by_key: SortedMap[LeafKey, Leaf]
    by_pair: SortedMap[tuple[LeafId, int], SortedMap[tuple[str, ...], str]]
    counts: dict[str, float] | None = None


class Grown(Struct, frozen=True, kw_only=True, tag="grown"):
    leaf: Leaf


class Felled(Struct, frozen=True, kw_only=True, tag="felled"):
    at: int


def sorted_maps(keys, values):
    return st.dictionaries(keys, values, max_size=3).map(lambda d: SortedMap(d.items()))


leaves = st.builds(Leaf, zeta=st.integers(-(2**62), 2**62), alpha=st.none() | st.text())
finite = st.floats(allow_nan=False, allow_infinity=False)
leaf_keys = st.builds(LeafKey, st.text(), st.sampled_from(Colour), st.integers(-(2**62), 2**62))
trees = st.builds(
    Tree,
    name=st.text(),
    colour=st.sampled_from(Colour),
    share=finite,
    leaves=st.lists(leaves, max_size=4).map(tuple),
    by_name=sorted_maps(st.text(), leaves),
    counts=st.none() | st.dictionaries(st.text(), finite, max_size=4),
    inner=sorted_maps(st.text(), sorted_maps(st.text(), st.integers(0, 9))),
    by_colour=sorted_maps(st.sampled_from(Colour), st.integers()),
    by_key=sorted_maps(leaf_keys, leaves),
    by_pair=sorted_maps(
        st.tuples(st.text(), st.integers(0, 9)),
        sorted_maps(st.lists(st.text(), max_size=3).map(tuple), st.text()),
    ),
)


@given(trees)
def test_what_is_encoded_comes_back_the_same(tree):
    assert canonical_json.decode(canonical_json.encode(tree), Tree) == tree


@given(trees)
def test_encoding_what_came_back_gives_the_same_bytes(tree):
    payload = canonical_json.encode(tree)
    assert canonical_json.encode(canonical_json.decode(payload, Tree)) == payload


@given(st.permutations([("b", 1), ("a", 2), ("c", 3)]))
def test_the_order_in_which_a_map_or_dict_was_filled_does_not_show(items):
    assert (
        canonical_json.encode(SortedMap(items))
        == canonical_json.encode(dict(items))
        == b'{"a":2,"b":1,"c":3}'
    )


@given(st.permutations([(("b", 1), 1), (("a", 10), 2), (("a", 9), 3)]))
def test_a_map_with_tuple_keys_is_a_list_of_pairs_in_key_order(items):
    assert canonical_json.encode(SortedMap(items)) == b'[[["a",9],3],[["a",10],2],[["b",1],1]]'


@given(sorted_maps(leaf_keys, leaves))
def test_tuple_keys_come_back_as_the_type_that_was_declared(mapping):
    back = canonical_json.decode(canonical_json.encode(mapping), SortedMap[LeafKey, Leaf])
    assert back == mapping
    assert all(type(key) is LeafKey and type(key.colour) is Colour for key in back)


@pytest.mark.parametrize(
    "kind", [SortedMap[str, int], SortedMap[LeafKey, int], SortedMap[tuple[str, int], int]]
)
@pytest.mark.parametrize("payload", [b"{}", b"[]"])
def test_an_empty_map_has_one_text_and_is_read_from_either_form(kind, payload):
    assert canonical_json.encode(SortedMap()) == b"{}"
    assert canonical_json.decode(payload, kind) == SortedMap()


@pytest.mark.parametrize(
    ("kind", "payload", "complaint"),
    [
        (SortedMap[str, int], b'[["a",1]]', "Expected `object`"),
        (SortedMap[Colour, int], b'{"green":1}', "green"),
        (SortedMap[LeafKey, int], b'{"a":1}', "Expected `array`"),
        (SortedMap[LeafKey, int], b'[[["a","green",1],1]]', "green"),
        (SortedMap[LeafKey, int], b'[[["a","red",1],1],[["a","red",1],2]]', "a key twice"),
        (SortedMap[tuple[str, int], int], b'[[["a","1"],1]]', "Expected `int`"),
        (SortedMap[str, int], b"7", "an object or a list of pairs"),
    ],
)
def test_a_map_that_does_not_fit_its_keys_is_malformed(kind, payload, complaint):
    with pytest.raises(MalformedError, match=complaint):
        canonical_json.decode(payload, kind)


@given(st.builds(Grown, leaf=leaves) | st.builds(Felled, at=st.integers(-(2**62), 2**62)))
def test_a_member_of_a_tagged_union_comes_back_as_its_own_type(change):
    assert canonical_json.decode(canonical_json.encode(change), Grown | Felled) == change


def test_an_unknown_tag_is_malformed_and_the_union_is_named():
    with pytest.raises(MalformedError, match=r"no .*Grown \| .*Felled: .*pruned"):
        canonical_json.decode(b'{"type":"pruned"}', Grown | Felled)


def test_fields_are_sorted_enums_are_their_values_and_a_tag_stands_under_type():
    assert canonical_json.encode(Leaf(zeta=1)) == b'{"alpha":null,"zeta":1}'
    assert canonical_json.encode(Colour.RED) == b'"red"'
    assert canonical_json.encode(Felled(at=1)) == b'{"at":1,"type":"felled"}'


@pytest.mark.parametrize(
    "payload", [b"", b"{", b"[]", b'{"zeta":"one"}', b"{}", b'{"zeta":1.5}', b"\xff"]
)
def test_a_payload_that_does_not_fit_is_malformed_and_says_of_what(payload):
    with pytest.raises(MalformedError, match="no Leaf"):
        canonical_json.decode(payload, Leaf)


def test_an_unknown_member_of_a_closed_set_is_malformed():
    with pytest.raises(MalformedError):
        canonical_json.decode(b'"green"', Colour)


@pytest.mark.parametrize(
    ("value", "complaint"),
    [
        (object(), "object has no canonical form; make it a Struct"),
        ({"deep": [object()]}, "object has no canonical form"),
        (SortedMap([((1.5, "a"), 1)]), "1.5 .float., which has no canonical form"),
        (SortedMap([((("a",), 1), 1)]), "tuple., which has no canonical form"),
    ],
)
def test_what_has_no_canonical_form_is_refused_by_name(value, complaint):
    with pytest.raises(TypeError, match=complaint):
        canonical_json.encode(value)


def test_a_type_that_cannot_be_decoded_is_the_callers_mistake_and_not_a_malformed_payload():
    for payload, kind in ((b"{}", SortedMap), (b"{}", complex), (b"[{}]", tuple[complex, ...])):
        with pytest.raises(NotImplementedError, match="cannot be decoded"):
            canonical_json.decode(payload, kind)


def test_the_digest_does_not_depend_on_the_hash_seed():
    program = (
        "from citybrain import canonical_json\n"
        "from citybrain.sorted_map import SortedMap\n"
        "inner = SortedMap(((str(i), -i), {'b': i, 'a': -i}) for i in range(50))\n"
        "print(canonical_json.digest(SortedMap((str(i), inner) for i in range(50))))"
    )
    digests = set()
    for seed in ("0", "1", "4711"):
        run = subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        )
        digests.add(run.stdout)
    assert len(digests) == 1


class Gauge(Struct, frozen=True, kw_only=True):
    value: float
    by_name: dict[str, float] | None = None
    by_key: SortedMap[LeafKey, float] = SortedMap()
    note: str = ""
    shares: tuple[float, ...] = ()
    limit: float | None = None


@pytest.mark.parametrize("number", [float("inf"), float("-inf"), float("nan"), -float("nan")])
@pytest.mark.parametrize(
    ("where", "changes"),
    [
        ("value", lambda n: {"value": n}),
        ("by_name.speed", lambda n: {"by_name": {"ok": 1.0, "speed": n}}),
        ("by_key", lambda n: {"by_key": SortedMap([(LeafKey("a", Colour.RED, 1), n)])}),
        ("shares[1]", lambda n: {"shares": (0.0, n)}),
        ("limit", lambda n: {"limit": n}),
    ],
)
def test_a_number_that_is_not_finite_is_refused_when_it_is_written(where, changes, number):
    with pytest.raises(ValueError, match="not finite") as raised:
        canonical_json.encode(Gauge(**{"value": 1.0, **changes(number)}))
    assert str(raised.value).startswith(where)


def test_a_text_that_looks_like_one_in_another_encoding_is_none():
    packed_infinity = "\u02ff\u07f0"  # bytes that a packed number might begin with
    gauge = Gauge(value=1.0, note=packed_infinity + "null", limit=None)
    assert canonical_json.decode(canonical_json.encode(gauge), Gauge) == gauge
    assert canonical_json.decode(canonical_json.encode((0xCB7FF0, None)), tuple[int, None])


@given(st.lists(st.floats(), max_size=5))
def test_what_was_encoded_can_be_read_back(numbers):
    try:
        text = canonical_json.encode(tuple(numbers))
    except ValueError:
        assert not all(abs(number) < float("inf") for number in numbers)
        return
    assert canonical_json.decode(text, tuple[float, ...]) == tuple(numbers)


LEAF = b'{"alpha":"a","zeta":1}'


@given(st.lists(st.tuples(st.integers(0, len(LEAF) - 1), st.integers(0, 255)), max_size=3))
def test_whatever_bytes_are_read_they_are_a_value_or_malformed(flips):
    damaged = bytearray(LEAF)
    for at, byte in flips:
        damaged[at] = byte
    try:
        assert isinstance(canonical_json.decode(bytes(damaged), Leaf), Leaf)
    except MalformedError:
        pass


@pytest.mark.parametrize(
    "text",
    [b'{"alpha":"\xff","zeta":1}', b'{"zeta":1,"more":' + b"[" * 100_000, b"", b"\x00", b"NaN"],
    ids=["no UTF-8", "nested without end", "nothing", "a null byte", "no number"],
)
def test_what_is_no_text_is_malformed(text):
    with pytest.raises(MalformedError):
        canonical_json.decode(text, Leaf)
