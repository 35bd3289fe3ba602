"""Recorded readings and when they are due."""

import pytest

from citybrain.clock import Timestamp
from street_agent.errors import SensorError
from street_agent.sensor import series


def test_a_series_is_read_with_its_comments(tmp_path):
    path = tmp_path / "s.csv"
    path.write_text("# water level\nseconds,value\n10,1.0\n12,1.5\n\n14,2.0\n")
    found = series.read(path)
    assert found.seconds == (0.0, 2.0, 4.0)
    assert found.values == (1.0, 1.5, 2.0)
    assert found.period_s == 6.0


def test_a_looped_series_continues_after_its_end(tmp_path):
    found = series.Series(seconds=(0.0, 2.0), values=(1.0, 2.0), period_s=4.0)
    due = [series.due_at(found, i, began_at=Timestamp(0), speedup=2.0) for i in range(4)]
    assert due == [0, 1_000_000, 2_000_000, 3_000_000]
    assert [series.value_at(found, i) for i in range(4)] == [1.0, 2.0, 1.0, 2.0]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("0,1\n", "header"),
        ("seconds,value\n", "no reading"),
        ("seconds,value\n0,1\nx,2\n", "line 3"),
        ("seconds,value\n0\n", "line 2"),
        ("seconds,value\n0,1\n0,2\n", "do not rise"),
        ("seconds,value\ninf,2\n", "finite"),
    ],
)
def test_the_error_of_a_bad_series_names_the_line_and_the_fault(tmp_path, text, message):
    path = tmp_path / "s.csv"
    path.write_text(text)
    with pytest.raises(SensorError, match=message):
        series.read(path)


def test_a_missing_series_is_an_error(tmp_path):
    with pytest.raises(SensorError, match="cannot be read"):
        series.read(tmp_path / "none.csv")
