"""Recorded readings and when they are due."""

import threading

import pytest

from citybrain.clock import SystemClock, Timestamp
from citybrain.vocabulary import Visibility
from street_agent.core.inputs import Sensed, SightSeen
from street_agent.errors import SensorError
from street_agent.sensor import series
from street_agent.sensor.feed import Replay, SensorFeed


def test_a_series_is_read_with_its_comments(tmp_path):
    path = tmp_path / "s.csv"
    path.write_text("# water level\nseconds,value\n10,1.0\n12,1.5\n\n14,2.0\n")
    found = series.read(path)
    assert found.seconds == (0.0, 2.0, 4.0)
    assert found.values == (1.0, 1.5, 2.0)
    assert found.period_s == 6.0


def test_a_looped_series_goes_on_after_its_end(tmp_path):
    found = series.Series(seconds=(0.0, 2.0), values=(1.0, 2.0), period_s=4.0)
    due = [series.due_at(found, i, began_at=Timestamp(0), speedup=2.0) for i in range(4)]
    assert due == [0, 1_000_000, 2_000_000, 3_000_000]
    assert [series.value_at(found, i) for i in range(4)] == [1.0, 2.0, 1.0, 2.0]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("0,1\n", "header"),
        ("seconds,value\n", "no reading"),
        ("seconds,value\n0,1\nx,2\n", "line 3"),
        ("seconds,value\n0\n", "line 2"),
        ("seconds,value\n0,1\n0,2\n", "do not rise"),
        ("seconds,value\ninf,2\n", "finite"),
    ],
)
def test_a_bad_series_says_where_and_what(tmp_path, text, says):
    path = tmp_path / "s.csv"
    path.write_text(text)
    with pytest.raises(SensorError, match=says):
        series.read(path)


def test_a_missing_series_says_so(tmp_path):
    with pytest.raises(SensorError, match="cannot be read"):
        series.read(tmp_path / "none.csv")


def test_the_feed_tells_every_reading_in_its_time_and_that_it_ended(tmp_path):
    path = tmp_path / "s.csv"
    path.write_text("seconds,value\n0,1\n1,2\n2,3\n")
    told, ended = [], threading.Event()

    def tell(input):
        told.append(input)
        if isinstance(input, SightSeen):
            ended.set()

    clock = SystemClock()
    feed = SensorFeed(
        (Replay(source="level", path=path, speedup=100.0, loop=False),),
        clock=clock,
        new_trace=lambda: "t",
        tell=tell,
    )
    feed.start()
    assert ended.wait(10)
    feed.stop()
    values = [i for i in told if isinstance(i, Sensed)]
    assert [i.value for i in values] == [1.0, 2.0, 3.0]
    assert values[-1].at - values[0].at >= 15_000
    assert told[-1].reason == "ended"


def test_an_unreadable_series_blinds_its_sensor_only(tmp_path):
    path = tmp_path / "s.csv"
    path.write_text("seconds,value\n0,1\n1,1\n")
    told, both = [], threading.Event()

    def tell(input):
        told.append(input)
        if {i.source for i in told} == {"good", "bad"}:
            both.set()

    replays = (
        Replay(source="bad", path=tmp_path / "none.csv", speedup=1, loop=True),
        Replay(source="good", path=path, speedup=100, loop=True),
    )
    feed = SensorFeed(replays, clock=SystemClock(), new_trace=lambda: "t", tell=tell)
    feed.start()
    assert both.wait(10)
    feed.stop()
    bad = [i for i in told if i.source == "bad"]
    assert (bad[0].visibility, bad[0].reason) == (Visibility.BLIND, "unreadable")
