"""What counts as a number in a table or from a device, and what would be guessed."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citybrain.plain_number import DIGITS_MAX, plain_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1.5", 1.5),
        (" -0.25\t", -0.25),
        ("+3", 3.0),
        (".5", 0.5),
        ("5.", 5.0),
        ("1e3", 1000.0),
        ("2.5E-3", 0.0025),
        ("007", 7.0),
    ],
)
def test_a_number_is_read(text, number):
    assert plain_number(text) == number


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "1,5",
        "1.900,5",
        "1_900",
        "1 900",
        "1.5 m",
        "12%",
        "error",
        "nan",
        "-inf",
        "Infinity",
        "1e999",
        "0x1f",
        "１.５",
        "١٢",
        "1.5\x00",
        "1.2.3",
        "--1",
        "1e",
        "e5",
        "\ufeff1",
        "9" * (DIGITS_MAX + 1),
    ],
)
def test_what_would_be_guessed_is_no_number(text):
    assert plain_number(text) is None


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_whatever_is_written_is_read_again(number):
    assert plain_number(repr(number)) == number


@given(st.text())
def test_any_text_is_a_finite_number_or_none(text):
    number = plain_number(text)
    assert number is None or math.isfinite(number)
