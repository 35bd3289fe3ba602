"""For every second: observed, degraded or blind, because. Changes are said, nothing is booked twice."""

from hypothesis import given
from hypothesis import strategies as st

from citybrain.clock import SECOND_US
from citybrain.vocabulary import Visibility
from street_agent.health import ledger

BEGIN = 1_000 * SECOND_US
words = st.sampled_from(
    [
        (Visibility.OBSERVED, ""),
        (Visibility.DEGRADED, "too_blurry"),
        (Visibility.BLIND, "signal_loss"),
        (Visibility.BLIND, "frozen"),
    ]
)


def test_blindness_and_return_are_said_as_intervals(box):
    box.look(0, times=5).wait(1.5).see(Visibility.BLIND, "signal_loss", ago_s=1.5)
    lost = box.at - round(1.5 * SECOND_US)
    closed, open_ = box.visibilities[-2:]
    assert (closed.visibility, closed.until) == (Visibility.OBSERVED, lost)
    assert (open_.visibility, open_.reason, open_.since, open_.until) == (
        Visibility.BLIND,
        "signal_loss",
        lost,
        None,
    )
    box.wait(3).see().look(0)
    assert box.visibilities[-1].visibility is Visibility.OBSERVED


def test_what_does_not_change_is_not_said_again(box):
    box.look(0, times=5)
    said = len(box.visibilities)
    box.look(0, times=50).tick()
    assert len(box.visibilities) == said


def test_pictures_that_nobody_looks_at_are_blindness(box):
    box.look(0, times=5)
    last = box.at
    box.wait(2.5).tick()
    assert (
        box.visibilities[-1].visibility,
        box.visibilities[-1].reason,
        box.visibilities[-1].since,
    ) == (
        Visibility.BLIND,
        "not_looked_at",
        last,
    )
    box.look(0)
    assert box.visibilities[-1].visibility is Visibility.OBSERVED


def test_the_time_between_two_runs_is_declared(unopened_box):
    unopened_box.begin(last_alive=unopened_box.at - 60 * SECOND_US)
    down = [s for s in unopened_box.visibilities if s.reason == "agent_down"]
    assert [s.source for s in down] == ["cam-1", "level-1"]
    assert all(s.until - s.since == 60 * SECOND_US for s in down)


def test_a_silent_sensor_is_blind_from_its_last_reading(box):
    box.sense(0.5)
    last = box.at
    box.wait(11).tick()
    assert (
        box.visibilities[-1].source,
        box.visibilities[-1].reason,
        box.visibilities[-1].since,
    ) == (
        "level-1",
        "silent",
        last,
    )
    box.sense(0.5)
    assert box.visibilities[-1].visibility is Visibility.OBSERVED


def test_nonsense_from_a_sensor_is_a_fault_of_the_sensor(config, unopened_box):
    one = config(
        sensor=[
            {
                "id": "level-1",
                "source": "x",
                "place": {"lat": 1, "lon": 2},
                "range": [0, 5],
                "stuck_s": 3,
                "rule": [],
            }
        ]
    )
    unopened_box.setup = one.setup({"tiny": 0.3})
    unopened_box.begin().sense(99.0)
    assert unopened_box.visibilities[-1].reason == "out_of_range"
    unopened_box.sense(float("nan"))
    assert unopened_box.visibilities[-1].reason == "out_of_range"
    for _ in range(5):
        unopened_box.sense(2.0)
    assert (unopened_box.visibilities[-1].visibility, unopened_box.visibilities[-1].reason) == (
        Visibility.DEGRADED,
        "stuck",
    )
    assert unopened_box.events == []


@given(st.lists(st.tuples(words, st.floats(0, 5), st.floats(0, 3)), max_size=30))
def test_every_microsecond_is_booked_once_whatever_is_noticed_late(course):
    book, said = ledger.begin("cam", BEGIN)
    at, intervals = BEGIN, list(said)
    for (visibility, reason), passed_s, late_s in course:
        at += round(passed_s * SECOND_US)
        book, said = ledger.change(book, visibility, reason, at - round(late_s * SECOND_US), at)
        intervals.extend(said)
        assert book.booked_us == at - BEGIN
        assert min(book.observed_us, book.degraded_us, book.blind_us) >= 0
    opened = [i for i in intervals if i.until is None]
    assert [i.since for i in opened] == sorted(i.since for i in opened)
    assert (opened[-1].visibility, opened[-1].reason) == (book.visibility, book.reason)
