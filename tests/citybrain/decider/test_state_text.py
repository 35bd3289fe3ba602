"""The text of a state is made in short steps, and is byte for byte the canonical one."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citybrain import canonical_json
from citybrain.decider.state_text import CHUNK, PART_BYTES, STEP_BYTES, state_text
from citybrain.errors import StoreCorruptError
from citybrain.sorted_map import SortedMap
from citybrain.structs import Struct, field, replace


class Leaf(Struct, frozen=True, kw_only=True, tag="leaf"):
    """A member of a union: its text holds a tag."""

    name: str
    inner: SortedMap[str, int] = field(default_factory=SortedMap)


class Part(Struct, frozen=True, kw_only=True):
    leaves: SortedMap[tuple[str, int], Leaf] = field(default_factory=SortedMap)
    one: Leaf | None = None


class Whole(Struct, frozen=True, kw_only=True):
    zulu: int = 0
    alpha: str = ""
    numbers: tuple[int, ...] = ()
    pair: tuple[str, int] = ("", 0)
    by_name: SortedMap[str, Leaf] = field(default_factory=SortedMap)
    part: Part = field(default_factory=Part)


counts = st.sampled_from([0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK + 5])


def whole(names=0, pairs=0, numbers=0, text="x"):
    return Whole(
        zulu=7,
        alpha=text,
        numbers=tuple(range(numbers)),
        by_name=SortedMap((f"n{n}", Leaf(name=text)) for n in range(names)),
        part=Part(
            leaves=SortedMap(
                ((f"k{n % 7}", n), Leaf(name=str(n), inner=SortedMap([("é", n)])))
                for n in range(pairs)
            ),
            one=Leaf(name="one"),
        ),
    )


@given(names=counts, pairs=counts, numbers=counts, text=st.text(max_size=20))
def test_it_is_the_canonical_text_byte_for_byte(names, pairs, numbers, text):
    state = whole(names, pairs, numbers, text)
    made = state_text(state, Whole)
    assert made.whole == canonical_json.encode(state)
    assert made.hash == sha256(made.whole).hexdigest() == canonical_json.digest(state)
    assert canonical_json.decode(made.whole, Whole) == state


def test_it_comes_in_parts_with_a_pause_after_each_step():
    pauses = []
    made = state_text(whole(names=20_000, text="x" * 50), Whole, pause=lambda: pauses.append(1))
    size = len(made.whole)
    assert len(made.parts) > 3
    assert all(PART_BYTES <= len(part) < PART_BYTES + 16_384 for part in made.parts[:-1])
    assert len(pauses) > size / (STEP_BYTES * 2)


@pytest.mark.parametrize(
    "wrong",
    [
        whole(numbers=3 * CHUNK) and replace(whole(), numbers=(*range(100), 1.5)),
        replace(whole(), by_name=SortedMap((f"n{n}", "no leaf") for n in range(CHUNK * 2))),
        replace(whole(), zulu="seven"),
        replace(whole(), part=Part(one=Part())),
    ],
)
def test_a_value_that_is_not_of_its_declared_type_is_refused(wrong):
    with pytest.raises(StoreCorruptError, match="not of its declared type"):
        state_text(wrong, Whole)
