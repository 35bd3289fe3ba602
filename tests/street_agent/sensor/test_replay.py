"""The replay plays series in real time; a series that cannot be read blinds its own sensor only."""

import threading

from citybrain.system_clock import SystemClock
from citybrain.vocabulary import Visibility
from street_agent.core.inputs import SensorRead, VisibilityChanged
from street_agent.sensor.replay import SensorReplay, SeriesReplay


def test_every_reading_is_emitted_in_its_time_and_the_end_too(tmp_path):
    path = tmp_path / "s.csv"
    path.write_text("seconds,value\n0,1\n1,2\n2,3\n")
    emitted, ended = [], threading.Event()

    def emit(given):
        emitted.append(given)
        if isinstance(given, VisibilityChanged):
            ended.set()

    clock = SystemClock()
    replay = SensorReplay(
        (SeriesReplay(source="level", path=path, speedup=100.0, loop=False),),
        clock=clock,
        new_trace=lambda: "t",
        emit=emit,
    )
    replay.start()
    assert ended.wait(10)
    replay.stop()
    values = [i for i in emitted if isinstance(i, SensorRead)]
    assert [i.value for i in values] == [1.0, 2.0, 3.0]
    assert values[-1].at - values[0].at >= 15_000
    assert emitted[-1].reason == "ended"


def test_a_row_that_is_no_reading_is_refused_in_its_time(tmp_path, caplog):
    path = tmp_path / "s.csv"
    path.write_text("seconds,value\n0,1\n1,1_900\n2,3\n")
    emitted, ended = [], threading.Event()

    def emit(given):
        emitted.append(given)
        if isinstance(given, VisibilityChanged):
            ended.set()

    replay = SensorReplay(
        (SeriesReplay(source="level", path=path, speedup=100.0, loop=False),),
        clock=SystemClock(),
        new_trace=lambda: "t",
        emit=emit,
    )
    replay.start()
    assert ended.wait(10)
    replay.stop()
    first, refused, last = emitted[:3]
    assert (first.value, refused.reason, last.value) == (1.0, "unreadable", 3.0)
    assert refused.detail == "line 3 is '1,1_900', whose value is no number"
    assert first.at < refused.at < last.at
    assert "1 rows of" in caplog.text


def test_an_unreadable_series_blinds_its_sensor_only(tmp_path):
    path = tmp_path / "s.csv"
    path.write_text("seconds,value\n0,1\n1,1\n")
    emitted, both = [], threading.Event()

    def emit(given):
        emitted.append(given)
        if {i.source for i in emitted} == {"good", "bad"}:
            both.set()

    replays = (
        SeriesReplay(source="bad", path=tmp_path / "none.csv", speedup=1, loop=True),
        SeriesReplay(source="good", path=path, speedup=100, loop=True),
    )
    replay = SensorReplay(replays, clock=SystemClock(), new_trace=lambda: "t", emit=emit)
    replay.start()
    assert both.wait(10)
    replay.stop()
    bad = [i for i in emitted if i.source == "bad"]
    assert (bad[0].visibility, bad[0].reason) == (Visibility.BLIND, "unreadable")
