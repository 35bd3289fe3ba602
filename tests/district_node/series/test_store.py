"""Points of two days: what is kept, what is not, and that nothing else hangs on it."""

import pytest

from citybrain.bus import topics
from citybrain.bus.port import Message
from citybrain.clock import SECOND_US
from citybrain.domain.series import MINUTE_US, SeriesBatch, SeriesPoint
from citybrain.structs import replace
from citybrain.wire.series import decode_series_batch, encode_series_batch
from district_node.series.intake import SeriesIntake
from district_node.series.limits import SERIES_KEPT, SERIES_OF_AGENT, SERIES_WAITING
from district_node.series.store import FILE, SeriesStore

NOW = 1_750_000_020 * SECOND_US
DAY_US = 86_400 * SECOND_US
POINT = SeriesPoint(
    source="gauge",
    series="value",
    unit="m",
    minute=NOW - MINUTE_US,
    samples=3,
    last=1.5,
    low=1.0,
    mean=1.25,
    high=1.5,
    observed_share=1.0,
)


@pytest.fixture
def store(tmp_path):
    opened = SeriesStore(tmp_path)
    yield opened
    opened.close()


def batch(*points, agent="box-1"):
    return SeriesBatch(agent=agent, points=points)


def test_points_come_back_by_series_and_time(store):
    later = replace(POINT, minute=NOW, last=2.0)
    count = replace(POINT, series="count.person", unit="")
    assert store.put([batch(later, POINT, count)], NOW) == 0
    assert store.points("box-1", "gauge", NOW - DAY_US) == (count, POINT, later)
    assert store.points("box-1", "gauge", NOW) == (later,)
    assert store.points("box-2", "gauge", 0) == ()


def test_a_repeated_point_takes_the_place_of_the_one_before(store):
    store.put([batch(POINT), batch(replace(POINT, last=9.0))], NOW)
    (point,) = store.points("box-1", "gauge", 0)
    assert point.last == 9.0


def test_what_is_too_old_or_ahead_of_time_is_not_kept(store):
    old = replace(POINT, minute=NOW - SERIES_KEPT.value * SECOND_US - MINUTE_US)
    ahead = replace(POINT, minute=NOW + DAY_US)
    assert store.put([batch(old, ahead, POINT)], NOW) == 2
    assert store.points("box-1", "gauge", 0) == (POINT,)


def test_a_box_cannot_fill_the_file_with_names(store):
    made_up = [replace(POINT, series=f"count.n{n}") for n in range(SERIES_OF_AGENT.value + 5)]
    assert store.put([batch(*made_up)], NOW) == 5
    assert store.put([batch(POINT, agent="box-2")], NOW) == 0, "another box is not held up by it"
    assert store.put([batch(made_up[0])], NOW) == 0, "nor is a series of its own that is known"


def test_after_two_days_a_point_is_forgotten(store):
    store.put([batch(POINT)], NOW)
    store.forget(NOW + DAY_US)
    assert store.points("box-1", "gauge", 0) == (POINT,)
    store.forget(NOW + 2 * DAY_US)
    assert store.points("box-1", "gauge", 0) == ()


def test_a_damaged_file_is_begun_anew(tmp_path):
    (tmp_path / FILE).write_bytes(b"SQLite format 3\x00" + b"\xff" * 5_000)
    opened = SeriesStore(tmp_path)
    assert opened.points("box-1", "gauge", 0) == ()
    opened.close()


def test_a_batch_comes_back_from_its_bytes():
    assert decode_series_batch(encode_series_batch(batch(POINT))) == batch(POINT)


class Counts:
    def __init__(self):
        self.results = []

    def series_message(self, result):
        self.results.append(result)


class Clock:
    def now(self):
        return NOW


class Bench:
    """An intake with the messages that a bus would bring."""

    def __init__(self, store, *, refused=()):
        self.store, self.counts, self.takes = store, Counts(), []
        self.intake = SeriesIntake(
            "riverside",
            store,
            clock=Clock(),
            refusal=lambda agent: "revoked" if agent in refused else "",
            metrics=self.counts,
        )
        self.intake.subscribe(self)

    def subscribe(self, _topic_filter, on_message):
        self.takes.append(on_message)

    def send(self, payload, agent="box-1"):
        topic = topics.topic("riverside", agent, topics.SERIES)
        self.takes[0](Message(topic=topic, payload=payload))
        self.intake.write()


def test_a_box_that_is_believed_draws_its_picture(store):
    bench = Bench(store)
    bench.send(encode_series_batch(batch(POINT)))
    assert store.points("box-1", "gauge", 0) == (POINT,)
    assert bench.counts.results == ["kept"]


@pytest.mark.parametrize(
    ("sender", "payload", "result"),
    [
        ("box-1", b"\xff\xff", "malformed"),
        ("box-2", encode_series_batch(batch(POINT)), "malformed"),
        ("box-3", encode_series_batch(batch(POINT, agent="box-3")), "refused"),
        ("box-1", encode_series_batch(batch(replace(POINT, mean=float("inf")))), "malformed"),
    ],
)
def test_nothing_is_kept_of_whom_it_was_not_proved(store, sender, payload, result):
    bench = Bench(store, refused=("box-3",))
    bench.send(payload, sender)
    assert bench.counts.results == [result]
    assert store.points(sender, "gauge", 0) == ()


def test_what_waits_is_bounded(store):
    bench = Bench(store)
    large = encode_series_batch(batch(*[POINT] * 1_000))
    topic = topics.topic("riverside", "box-1", topics.SERIES)
    for _ in range(SERIES_WAITING.value // 1_000 + 1):
        bench.takes[0](Message(topic=topic, payload=large))
    assert bench.counts.results == ["queue_full"]


def test_what_a_source_measures_in_is_known_until_its_points_are_dropped(store, tmp_path):
    assert store.unit_of("box-1/gauge") == ""
    store.put([batch(POINT)], NOW)
    assert store.unit_of("box-1/gauge") == "m"
    assert store.unit_of("box-2/gauge") == ""
    store.put([batch(replace(POINT, unit="cm"))], NOW)
    assert store.unit_of("box-1/gauge") == "cm"
    store.close()
    again = SeriesStore(tmp_path)
    assert again.unit_of("box-1/gauge") == "cm"
    again.forget(NOW + 3 * DAY_US)
    assert again.unit_of("box-1/gauge") == ""
    again.close()
