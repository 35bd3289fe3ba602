"""Versions as clients carry them, and differences as clients apply them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citybrain.clock import Timestamp
from citybrain.feed.errors import BadVersionError
from citybrain.feed.update import Delta, Page, Version, apply, parse_version


@given(st.text(min_size=1), st.integers(0, 2**62))
def test_a_version_comes_back_from_its_text(epoch, number):
    version = Version(epoch=epoch, number=number)
    assert parse_version(str(version)) == version


@pytest.mark.parametrize(
    "text", ["", "7", ".7", "e.", "e.-1", "e.x", "e.1 ", "e.٣", "e." + "9" * 30, "e.1.5x"]
)
def test_any_other_text_is_no_version_and_the_error_says_what_to_do(text):
    with pytest.raises(BadVersionError, match="Leave it out") as caught:
        parse_version(text)
    assert caught.value.field == "since"


def test_the_error_does_not_repeat_a_long_text():
    with pytest.raises(BadVersionError) as caught:
        parse_version("x" * 100_000)
    assert len(str(caught.value)) < 300


def test_rows_are_taken_out_before_any_is_put_in():
    """The example of docs/protocols/changes.md."""
    page = Page(
        version=Version(epoch="k3x9", number=1041),
        at=Timestamp(1),
        total=5,
        offset=0,
        rows=(("A", "a1"), ("B", "b1"), ("C", "c1"), ("D", "d1")),
    )
    delta = Delta(
        version=Version(epoch="k3x9", number=1044),
        at=Timestamp(2),
        total=6,
        removed=("D",),
        placed=((0, "E"), (3, "A")),
        changed=(("E", "e1"), ("C", "c2")),
    )
    assert apply(page, delta) == Page(
        version=delta.version,
        at=Timestamp(2),
        total=6,
        offset=0,
        rows=(("E", "e1"), ("B", "b1"), ("C", "c2"), ("A", "a1")),
    )
