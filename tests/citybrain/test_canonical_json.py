"""One value, one text: whatever the order in which it was made, and back again only where it fits."""

import subprocess
import sys
from dataclasses import dataclass
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citybrain import canonical_json
from citybrain.errors import MalformedError
from citybrain.sorted_map import SortedMap


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    zeta: int
    alpha: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    name: str
    colour: Colour
    share: float
    leaves: tuple[Leaf, ...] = ()
    by_name: SortedMap[str, Leaf]
    inner: SortedMap[str, SortedMap[str, int]]
    counts: dict[str, float] | None = None


leaves = st.builds(Leaf, zeta=st.integers(-(2**62), 2**62), alpha=st.none() | st.text())
finite = st.floats(allow_nan=False, allow_infinity=False)
trees = st.builds(
    Tree,
    name=st.text(),
    colour=st.sampled_from(Colour),
    share=finite,
    leaves=st.lists(leaves, max_size=4).map(tuple),
    by_name=st.dictionaries(st.text(), leaves, max_size=4).map(lambda d: SortedMap(d.items())),
    counts=st.none() | st.dictionaries(st.text(), finite, max_size=4),
    inner=st.dictionaries(
        st.text(), st.dictionaries(st.text(), st.integers(0, 9), max_size=3), max_size=3
    ).map(lambda d: SortedMap((k, SortedMap(v.items())) for k, v in d.items())),
)


@given(trees)
def test_what_is_encoded_comes_back_the_same(tree):
    assert canonical_json.decode(canonical_json.encode(tree), Tree) == tree


@given(trees)
def test_encoding_what_came_back_gives_the_same_bytes(tree):
    payload = canonical_json.encode(tree)
    assert canonical_json.encode(canonical_json.decode(payload, Tree)) == payload


@given(st.permutations([("b", 1), ("a", 2), ("c", 3)]))
def test_the_order_in_which_a_table_or_dict_was_filled_leaves_no_mark(items):
    assert (
        canonical_json.encode(SortedMap(items))
        == canonical_json.encode(dict(items))
        == b'{"a":2,"b":1,"c":3}'
    )


def test_fields_are_sorted_and_enums_are_their_words():
    assert canonical_json.encode(Leaf(zeta=1)) == b'{"alpha":null,"zeta":1}'
    assert canonical_json.encode(Colour.RED) == b'"red"'


@pytest.mark.parametrize(
    "payload", [b"", b"{", b"[]", b'{"zeta":"one"}', b"{}", b'{"zeta":1.5}', b"\xff"]
)
def test_a_payload_that_does_not_fit_is_malformed_and_says_of_what(payload):
    with pytest.raises(MalformedError, match="no Leaf"):
        canonical_json.decode(payload, Leaf)


def test_an_unknown_word_of_a_closed_set_is_malformed():
    with pytest.raises(MalformedError):
        canonical_json.decode(
            b'{"name":"","colour":"green","share":0,"by_name":{},"inner":{}}', Tree
        )


def test_what_has_no_canonical_form_is_refused_by_name():
    with pytest.raises(TypeError, match="object has no canonical form"):
        canonical_json.encode(object())


def test_the_digest_does_not_depend_on_the_hash_seed():
    program = "from citybrain import canonical_json; from citybrain.sorted_map import SortedMap; print(canonical_json.digest(SortedMap((str(i), {'b': i, 'a': -i}) for i in range(50))))"
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
