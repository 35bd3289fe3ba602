"""A point a minute of what is counted and read: which numbers, when it is sent, what is bounded."""

import numpy as np
import pytest

from citybrain.clock import SECOND_US
from citybrain.domain.series import MINUTE_US
from citybrain.geo import Point
from citybrain.sorted_map import SortedMap
from citybrain.structs import replace
from street_agent.core import decide
from street_agent.core.agent_setup import AgentSetup, CameraSetup, SensorSetup
from street_agent.core.detection_rate import RateLimits
from street_agent.core.inputs import FrameObserved, SensorRead
from street_agent.detect.detections import Detections
from street_agent.limits import SERIES_MESSAGE, SERIES_WAITING
from street_agent.series.reporter import SeriesReporter
from street_agent.track.tracks import Tracks

T0 = 1_750_000_020 * SECOND_US  # a whole minute
GAUGE = SensorSetup(
    source="gauge",
    place=Point(lat=30.66, lon=104.06),
    rules=(),
    stale_s=10.0,
    low=0.0,
    high=5.0,
    stuck_s=0.0,
    unit="m",
)


CAMERA = CameraSetup(
    source="cam", place=GAUGE.place, rate_limits=RateLimits(asked_fps=5.0, floor_fps=1.0), rules=()
)


class Box:
    """One box with a gauge, and what its link took."""

    def __init__(self, agent="box-1", sensors=(GAUGE,), cameras=()):
        self.setup = AgentSetup(
            agent=agent,
            cameras=SortedMap((c.source, c) for c in cameras),
            sensors=SortedMap((s.source, s) for s in sensors),
        )
        self.state, _ = decide.begin(self.setup, T0)
        self.reporter = SeriesReporter(self.setup)
        self.taken, self.is_up = [], True
        self.step(T0)

    def step(self, at):
        self.reporter.step(self.state, at, self.publish if self.is_up else None)

    def publish(self, batch):
        self.taken.append(batch)
        return True

    def read(self, at, value, source="gauge"):
        read = SensorRead(source=source, at=at, value=value, traceparent="")
        self.state, _ = decide.decide(self.setup, self.state, read)
        self.reporter.note(read, self.state)

    def run(self, minutes, *, reads=True):
        """Every five seconds a reading of so many tenths as the minute counts, and a step."""
        for second in range(0, minutes * 60, 5):
            at = T0 + second * SECOND_US
            if reads:
                self.read(at, second // 60 / 10)
            self.step(at)
        self.step(T0 + minutes * MINUTE_US + 59 * SECOND_US)


@pytest.fixture
def box():
    return Box()


def test_a_minute_has_the_last_the_least_the_mean_and_the_most(box):
    for second, value in ((1, 1.0), (2, 3.0), (3, 2.0)):
        box.read(T0 + second * SECOND_US, value)
    box.step(T0 + MINUTE_US + 59 * SECOND_US)
    (point,) = box.taken[0].points
    assert (point.last, point.low, point.mean, point.high) == (2.0, 1.0, 2.0, 3.0)
    assert (point.source, point.series, point.unit) == ("gauge", "value", "m")
    assert (point.minute, point.samples) == (T0, 3)


def test_what_the_core_takes_for_a_fault_of_the_sensor_is_in_no_minute(box):
    for second, value in ((1, 1.0), (2, 99.0), (3, float("nan"))):
        box.read(T0 + second * SECOND_US, value)
    box.step(T0 + MINUTE_US + 59 * SECOND_US)
    (point,) = box.taken[0].points
    assert (point.samples, point.high) == (1, 1.0)


def test_nobody_looked_is_another_answer_than_zero(box):
    """A sensor that falls silent has points of no samples, and the share of the minute in which it
    was observed."""
    box.run(1)
    for minute in (2, 3):
        box.step(T0 + minute * MINUTE_US + 59 * SECOND_US)
    points = [point for batch in box.taken for point in batch.points]
    assert [point.samples for point in points] == [12, 0, 0]
    assert points[0].observed_share > 0.9


def test_all_sources_of_a_box_go_in_one_message_a_minute():
    gauges = [replace(GAUGE, source=f"gauge-{number}") for number in range(100)]
    box = Box(sensors=gauges)
    for minute in range(3):
        for gauge in gauges:
            box.read(T0 + minute * MINUTE_US + SECOND_US, 1.0, gauge.source)
        for second in range(60):
            box.step(T0 + minute * MINUTE_US + second * SECOND_US)
    box.step(T0 + 3 * MINUTE_US + 59 * SECOND_US)
    assert [len(batch.points) for batch in box.taken] == [100, 100, 100]


def test_a_thousand_boxes_send_some_twenty_messages_a_second():
    per_second = [0] * 60
    for number in range(1_000):
        box = Box(agent=f"box-{number}")
        box.read(T0 + SECOND_US, 1.0)
        for second in range(60):
            box.step(T0 + MINUTE_US + second * SECOND_US)
            if box.taken:
                per_second[second] += 1
                break
    assert sum(per_second) == 1_000
    assert max(per_second) <= 40 and sorted(per_second)[-6] <= 30, "spread over the minute"


def test_what_could_not_be_sent_is_sent_when_the_link_is_back(box):
    box.is_up = False
    box.run(5)
    box.is_up = True
    box.step(T0 + 6 * MINUTE_US)
    (batch,) = box.taken
    assert [point.minute for point in batch.points] == [T0 + n * MINUTE_US for n in range(6)]


def test_what_waits_is_bounded_and_the_oldest_goes(box):
    box.is_up = False
    box.read(T0, 1.0)
    for minute in range(SERIES_WAITING.value + 10):
        box.step(T0 + minute * MINUTE_US)
    box.is_up = True
    box.step(T0 + (SERIES_WAITING.value + 10) * MINUTE_US)
    (batch,) = box.taken
    assert len(batch.points) == SERIES_WAITING.value <= SERIES_MESSAGE.value
    assert batch.points[-1].minute == T0 + (SERIES_WAITING.value + 9) * MINUTE_US


def test_a_box_whose_time_is_set_back_begins_a_minute_anew(box):
    box.run(2)
    taken = len(box.taken)
    box.step(T0 - 10 * MINUTE_US)
    box.step(T0 - 9 * MINUTE_US)
    assert len(box.taken) == taken, "of that minute nothing was sampled since"


def seen(box, at, *labels):
    """A picture of the camera in which these objects are tracked."""
    names = tuple(sorted(set(labels))) or ("person",)
    none = Tracks.none(names)
    classes = np.array([names.index(label) for label in labels], np.int64)
    visible = replace(none, classes=classes)
    camera = replace(box.state.cameras["cam"], visible=visible)
    state = replace(box.state, cameras=box.state.cameras.put("cam", camera))
    frame = FrameObserved(
        source="cam",
        captured_at=at,
        error_ms=1.0,
        aspect=1.3,
        discontinuity=False,
        detections=Detections.none(),
        traceparent="",
    )
    box.reporter.note(frame, state)


def test_a_camera_counts_what_it_sees_and_counts_0_where_it_sees_nothing():
    box = Box(cameras=(CAMERA,))
    seen(box, T0 + SECOND_US)
    box.step(T0 + MINUTE_US)
    seen(box, T0 + MINUTE_US + SECOND_US, "person", "person", "car")
    seen(box, T0 + MINUTE_US + 2 * SECOND_US, "person")
    box.step(T0 + 2 * MINUTE_US)
    box.step(T0 + 2 * MINUTE_US + 59 * SECOND_US)
    points = [point for batch in box.taken for point in batch.points]
    shown = [(p.series, p.low, p.high, p.last) for p in points]
    assert shown == [
        ("count", 0, 0, 0),
        ("count", 1, 3, 1),
        ("count.car", 0, 1, 0),
        ("count.person", 1, 2, 1),
    ]
