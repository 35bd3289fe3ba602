"""A package's sensor gives readings; whatever goes wrong in it, that sensor alone is blind, because
plugin, and it is opened again after a pause."""

import logging
import threading

import pytest
from fake_sources import ScriptedSource, Sources, reading

from citybrain.ids import CountingIds
from citybrain.plugins.errors import PluginNotFoundError
from citybrain.system_clock import SystemClock
from citybrain.vocabulary import Visibility
from street_agent.core.inputs import SensorRead
from street_agent.plugins import supervised_source
from street_agent.plugins.sensors import PluginSensors
from street_agent.plugins.supervised_source import Pauses

QUICK = Pauses(first_s=0.01, max_s=0.02)


class Box:
    """Sensors at work, and what they emitted."""

    def __init__(self, **makers):
        self.emitted, self.faults, self._changed = [], 0, threading.Condition()
        self.sensors = PluginSensors(
            tuple(makers.items()),
            clock=SystemClock(),
            ids=CountingIds(),
            new_trace=lambda: "t",
            emit=self._emit,
            count_fault=self._count,
            pauses=QUICK,
        )

    def _emit(self, given):
        with self._changed:
            self.emitted.append(given)
            self._changed.notify_all()

    def _count(self):
        self.faults += 1

    def of(self, source):
        """Values, and the reasons of blindness, in their order."""
        return [
            given.value if isinstance(given, SensorRead) else given.reason
            for given in list(self.emitted)
            if given.source == source
        ]

    def wait(self, condition):
        with self._changed:
            assert self._changed.wait_for(condition, timeout=20), self.emitted


@pytest.fixture
def box():
    made = []

    def start(**makers):
        made.append(Box(**makers))
        made[-1].sensors.start()
        return made[-1]

    yield start
    for one in made:
        one.sensors.stop()


def test_readings_come_as_they_are_given(box):
    one = box(well=Sources(ScriptedSource(reading(1.5), None, reading(2))))
    one.wait(lambda: one.of("well") == [1.5, 2.0])
    assert one.faults == 0


@pytest.mark.parametrize(
    "fault",
    [
        ScriptedSource(OSError("cable")),
        ScriptedSource(SystemExit(1)),
        ScriptedSource(opens=TimeoutError("no answer")),
        ScriptedSource("seven"),
        PluginNotFoundError("no installed package offers it"),
        ImportError("broken"),
        ScriptedSource(OSError("cable"), closes=ValueError("cannot close")),
    ],
    ids=lambda fault: str(getattr(fault, "_script", fault)),
)
def test_a_fault_blinds_that_sensor_and_it_is_opened_again(box, fault):
    makers = Sources(fault, ScriptedSource(reading(7)))
    one = box(bad=makers, good=Sources(ScriptedSource(reading(1), reading(2))))
    one.wait(lambda: one.of("bad") == ["plugin", 7.0] and one.of("good") == [1.0, 2.0])
    blind = next(given for given in one.emitted if not isinstance(given, SensorRead))
    assert blind.visibility is Visibility.BLIND
    assert len(makers.made) == 2
    assert one.faults == 1


@pytest.mark.parametrize("odd", [reading(float("nan")), reading("1,5"), reading(1, at=0)])
def test_one_reading_that_is_none_is_refused_and_its_source_stays_open(box, odd):
    makers = Sources(ScriptedSource(reading(1), odd, reading(2)))
    one = box(well=makers)
    one.wait(lambda: one.of("well") == [1.0, "unreadable", 2.0])
    assert len(makers.made) == 1
    assert one.faults == 0


def test_whatever_was_made_is_closed_opened_or_not(box):
    first = ScriptedSource(opens=OSError("away"))
    second = ScriptedSource(reading(1))
    one = box(well=Sources(first, second))
    one.wait(lambda: 1.0 in one.of("well"))
    one.sensors.stop()
    assert first.calls == second.calls == ["open", "close"]


def test_an_error_that_lasts_is_logged_once(box, caplog):
    caplog.set_level(logging.WARNING)
    one = box(well=Sources(OSError("cable")))
    one.wait(lambda: one.of("well").count("plugin") >= 5)
    lines = [r.getMessage() for r in caplog.records if r.getMessage().startswith("well:")]
    assert lines == ["well: OSError: cable It is opened again."]


def test_a_plugin_that_never_returns_is_left_behind(box, monkeypatch):
    monkeypatch.setattr(supervised_source, "STOP_S", 0.05)
    hangs, entered = threading.Event(), threading.Event()

    class HangingSource(ScriptedSource):
        def read(self, wait_s):
            entered.set()
            hangs.wait(30)

    one = box(bad=Sources(HangingSource()), good=Sources(ScriptedSource(reading(1))))
    assert entered.wait(10)
    one.wait(lambda: one.of("good") == [1.0])
    one.sensors.stop()
    assert one.of("bad") == []
    hangs.set()


def test_a_plugin_that_never_waits_is_held_to_its_pace(box, monkeypatch):
    class EagerSource(ScriptedSource):
        def read(self, wait_s):
            self.calls.append("read")
            return reading(len(self.calls))

    eager = EagerSource()
    began = SystemClock().instant()
    one = box(well=Sources(eager))
    one.wait(lambda: len(one.emitted) >= 30)
    took_s = (SystemClock().instant() - began) / 1_000_000
    assert took_s > 0.25, "29 pauses of a hundredth of a second"
