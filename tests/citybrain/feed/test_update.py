"""Versions as clients carry them, and differences as clients apply them."""

import json
import re

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


def _pairs(rows):
    return tuple((first, second) for first, second in rows)


def _page(shown):
    return Page(
        version=parse_version(shown["version"]),
        at=Timestamp(1),
        total=shown["total"],
        offset=shown["offset"],
        rows=_pairs(shown["rows"]),
    )


@pytest.fixture(scope="module")
def described(project_root):
    return (project_root / "docs/protocols/changes.md").read_text(encoding="utf-8")


def test_the_example_of_the_page_is_what_comes_out(described):
    before, delta, after = map(json.loads, re.findall(r"```json\n(.*?)```", described, re.DOTALL))
    made = Delta(
        version=parse_version(delta["version"]),
        at=Timestamp(1),
        total=delta["total"],
        removed=tuple(delta["removed"]),
        placed=_pairs(delta["placed"]),
        changed=_pairs(delta["changed"]),
    )
    assert apply(_page(before), made) == _page(after)


def test_the_program_of_the_page_does_the_same(described):
    before, delta, after = map(json.loads, re.findall(r"```json\n(.*?)```", described, re.DOTALL))
    program = re.search(r"```python\n(.*?)```", described, re.DOTALL)[1]
    exec(program, names := {})
    values = dict(before["rows"])
    keys, values = names["apply"](list(values), values, delta)
    assert [[key, values[key]] for key in keys] == after["rows"]
