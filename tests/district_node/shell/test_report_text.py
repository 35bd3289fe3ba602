"""A reporter's words: of any length, language and encoding, and harmless afterwards."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citybrain.domain.report import ForeignCase, Report, Reporter
from citybrain.geo import Point
from district_node.limits import REPORT_LINE, REPORT_LINK, REPORT_TEXT
from district_node.shell.report_text import cleaned, line, paragraph

ANY_TEXT = st.text(st.characters(codec=None), max_size=300)


@given(ANY_TEXT)
def test_no_control_character_is_left_and_nothing_is_added(text):
    kept = paragraph(text)
    assert all(c == "\n" or unicodedata.category(c) not in ("Cc", "Cs") for c in kept)
    kept.encode()  # no lone surrogate
    assert len(kept) <= max(len(text), REPORT_TEXT.value)
    assert paragraph(kept) == kept


@given(ANY_TEXT)
def test_a_line_is_one_line(text):
    assert len(line(text).splitlines()) <= 1
    assert line(line(text)) == line(text)


@pytest.mark.parametrize(
    "text",
    [
        "电梯里有两个人被困，三楼",
        "في المصعد شخصان عالقان",
        "बाढ़ का पानी सड़क पर है",
        "می‌خواهم",  # its joiner is part of the word
        "<script>alert(1)</script> & 'quotes'",  # text stays text: no screen reads it as HTML
        "two lines\nof a caller",
        "👨‍👩‍👧 in the lift",
    ],
)
def test_words_of_every_language_stay_as_they_are(text):
    assert paragraph(text) == text


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("a\x1b[31mred\x07", "a[31mred"),
        ("abc\u202egpj.exe", "abcgpj.exe"),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("a\u2028b", "a b"),
        ("nul\x00byte", "nulbyte"),
        ("\ud800 lone", "lone"),
        ("  \t padded \n", "padded"),
    ],
)
def test_what_controls_a_screen_goes(said, kept):
    assert paragraph(said) == kept


def test_what_is_too_long_is_cut_and_says_by_how_much():
    kept = paragraph("x" * (REPORT_TEXT.value + 7))
    assert (len(kept), kept.endswith("(+7)")) == (REPORT_TEXT.value, True)


@pytest.mark.parametrize(("clean", "limit"), [(paragraph, REPORT_TEXT), (line, REPORT_LINE)])
@pytest.mark.parametrize("character", ["x", "\x07", " "])
def test_of_a_text_of_any_length_only_the_beginning_is_looked_at(clean, limit, character):
    kept = clean(character * 3_000_000)
    assert len(kept) <= limit.value and kept.endswith(")")
    assert clean(kept) == kept


def test_every_word_of_a_report_is_cleaned():
    report = Report(
        request="r-1",
        taken_by="Li\x00 Na",
        reporter=Reporter.CITIZEN,
        kind="crowding",
        place=Point(lat=1, lon=2),
        text="a\x07b",
        contact="555\x1b",
        case=ForeignCase(system="123\x0045", case="c\u202e-1", url="https://x/\x001"),
    )
    kept = cleaned(report)
    assert (kept.taken_by, kept.text, kept.contact) == ("Li Na", "ab", "555")
    assert (kept.case.system, kept.case.case) == ("12345", "c-1")
    assert kept.case.url == "https://x/1"


@pytest.mark.parametrize(
    ("length", "is_kept"), [(REPORT_LINK.value, True), (REPORT_LINK.value + 1, False)]
)
def test_an_address_is_kept_whole_or_not_at_all(length, is_kept):
    url = "https://x/".ljust(length, "7")
    report = Report(
        request="r-1",
        taken_by="hotline",
        reporter=Reporter.CITIZEN,
        kind="crowding",
        place=Point(lat=1, lon=2),
        text="",
        case=ForeignCase(system="hotline", case="7", url=url),
    )
    assert cleaned(report).case.url == (url if is_kept else "")
