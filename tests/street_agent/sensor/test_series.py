"""Recorded readings and when they are due. A row that is no reading spoils no other."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citybrain.clock import Timestamp
from street_agent.errors import SensorError
from street_agent.limits import SERIES_BYTES
from street_agent.sensor import series


@pytest.fixture
def read(tmp_path):
    """The series of a file with this content."""

    def read(content):
        path = tmp_path / "s.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return series.read(path)

    return read


def test_a_series_is_read_with_its_comments(read):
    found = read("# water level\nseconds,value\n10,1.0\n12,1.5\n\n14,2.0\n")
    assert found.seconds == (0.0, 2.0, 4.0)
    assert found.values == found.numbers == (1.0, 1.5, 2.0)
    assert found.period_s == 6.0
    assert (found.refused, found.first_refused) == (0, "")


def test_a_looped_series_continues_after_its_end(tmp_path):
    found = series.Series(seconds=(0.0, 2.0), values=(1.0, 2.0), period_s=4.0)
    due = [series.due_at(found, i, began_at=Timestamp(0), speedup=2.0) for i in range(4)]
    assert due == [0, 1_000_000, 2_000_000, 3_000_000]
    assert [series.value_at(found, i) for i in range(4)] == [1.0, 2.0, 1.0, 2.0]


# a row between `0,1` and `9,3`, and whether it keeps its place in time
ODD_ROWS = {
    "decimal comma": ("4,1,5", True),
    "decimal comma in quotes": ('4,"1,5"', True),
    "underscore": ("4,1_900", True),
    "unit": ("4,1.5 m", True),
    "word": ("4,error", True),
    "nothing": ("4,", True),
    "no number": ("4,nan", True),
    "no end": ("4,inf", True),
    "beyond a double": ("4,1e999", True),
    "digits of another script": ("4,١٢", True),
    "one cell": ("4", False),
    "no time": (",2", False),
    "time of no end": ("inf,2", False),
    "time as a word": ("x,2", False),
    "clock time": ("2026-01-01 00:00,2", False),
    "open quote": ('4,"2', False),
    "the same time": ("0,2", False),
    "a time long past": ("-5,2", False),
    "a time far ahead": ("9e9,2", False),
    "bytes of Latin-1": (b"4,2 \xb0C", True),
    "NUL": (b"\x00\x00", False),
    "a very long row": ("4," + "9" * 200_000, False),
}


@pytest.mark.parametrize("row", ODD_ROWS.values(), ids=ODD_ROWS)
def test_a_row_that_is_no_reading_is_skipped_counted_and_shown(read, row):
    text, keeps_its_place = row
    odd = text if isinstance(text, bytes) else text.encode()
    found = read(b"seconds,value\n0,1\n" + odd + b"\n9,3\n")
    assert found.refused == 1
    assert found.first_refused.startswith("line ")
    assert len(found.first_refused) < 150
    assert found.numbers in ((1.0, 3.0), (2.0, 3.0))  # the other one of two of the same time
    assert (len(found.seconds) == 3) is keeps_its_place
    assert found.period_s >= found.seconds[-1] > 0


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("0,1\n", "header"),
        ("", "header"),
        ("{}", "header"),
        ("seconds;value\n0;1,5\n", "header seconds,value. Make it a CSV file with commas"),
        ("seconds,value\n0,1\n".encode("utf-16"), "header"),
        (bytes(range(256)), "header"),
        ("seconds,value\n", "holds no reading"),
        ("seconds,value\n0,1.5 m\n1,1.6 m\n", "no row of it is a reading: line 2 is '0,1.5 m'"),
        ("seconds,value\nx,y\n", "no row of it is a reading"),
    ],
)
def test_a_file_without_a_reading_is_refused_with_a_sentence(read, content, message):
    with pytest.raises(SensorError, match=message):
        read(content)


@pytest.mark.parametrize("head", [b"\xef\xbb\xbfseconds,value\n", b"Seconds, Value \r\n"])
def test_a_header_as_spreadsheets_write_it_is_one(read, head):
    assert read(head + b"0,1\r\n1,2\r\n").values == (1.0, 2.0)


def test_what_further_columns_hold_is_not_read(read):
    assert read("seconds,value,note\n0,1,dry\n1,2,\n").values == (1.0, 2.0)


def test_of_times_that_do_not_rise_as_many_rows_as_can_be_are_kept(read):
    found = read("seconds,value\n0,0\n1000,9\n1,1\n2,2\n1,9\n3,3\n")
    assert (found.values, found.refused) == ((0.0, 1.0, 2.0, 3.0), 2)
    assert found.first_refused == "line 3 is of 1000 s, out of order"


@given(st.lists(st.integers(0, 9), min_size=1, max_size=9))
def test_no_more_rows_could_be_kept_with_times_that_rise(times):
    rows = [series._Row(number=n, seconds=float(at), value=0.0) for n, at in enumerate(times)]
    kept = [row.seconds for row in series._rising(rows)]
    every = (one for size in range(1, len(times) + 1) for one in combinations(times, size))
    assert kept == sorted(set(kept))
    assert len(kept) == max(len(one) for one in every if list(one) == sorted(set(one)))


def test_a_missing_series_a_folder_and_an_endless_file_are_errors(tmp_path):
    with pytest.raises(SensorError, match="cannot be read"):
        series.read(tmp_path / "none.csv")
    with pytest.raises(SensorError, match="is no file"):
        series.read(tmp_path)
    endless = tmp_path / "s.csv"
    with endless.open("wb") as file:
        file.truncate(SERIES_BYTES.value + 1)
    with pytest.raises(SensorError, match="bytes, more than"):
        series.read(endless)
