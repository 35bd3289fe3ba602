"""The tracker keeps one id for one object, gives ids to confirmed tracks only, drops by time."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citybrain.clock import SECOND_US, Timestamp
from street_agent.detect.detections import Detections
from street_agent.scene.track_memory import RETENTION_S
from street_agent.track.associate import (
    LOST_S_MAX,
    TrackState,
    Tuning,
    associate,
    paced,
    tuned,
)

LABELS = ("person", "bicycle", "car", "truck")
DEFAULT = Tuning()


def seen(*objects):
    """(x, y, label, score) of objects 0.05 wide and 0.2 high, by their centre."""
    boxes = np.array(
        [(x - 0.025, y - 0.1, x + 0.025, y + 0.1) for x, y, *_ in objects], np.float32
    ).reshape(-1, 4)
    classes = np.array([LABELS.index(label) for _, _, label, _ in objects], np.int16)
    return Detections(
        boxes=boxes,
        scores=np.array([s for *_, s in objects], np.float32),
        classes=classes,
        labels=LABELS,
    )


def follow(pictures, *, fps=10.0, tuning=DEFAULT, state=None, begin=1.0):
    state = state or TrackState.start()
    reported = []
    for index, picture in enumerate(pictures):
        state, tracks = associate(
            state,
            picture,
            Timestamp(round((begin + index / fps) * SECOND_US)),
            aspect=1.5,
            tuning=tuning,
        )
        reported.append(tracks)
    return state, reported


def walk(count, *, start=0.2, pace=0.01, y=0.5, label="person", score=0.9):
    return [seen((start + pace * i, y, label, score)) for i in range(count)]


def test_an_object_has_one_id_from_its_confirmation_on():
    _, reported = follow(walk(20))
    assert [tracks.ids.tolist() for tracks in reported[:4]] == [[], [], [1], [1]]
    assert {i for tracks in reported for i in tracks.ids.tolist()} == {1}


def test_first_seen_is_the_time_of_the_first_detection():
    _, reported = follow(walk(4))
    assert reported[-1].first_seen.tolist() == [SECOND_US]


def test_flickering_clutter_uses_up_no_id():
    pictures = [seen((0.1 + 0.12 * (i % 7), 0.5, "person", 0.9)) for i in range(35)]
    pictures += walk(5, start=0.5, y=0.3)
    _, reported = follow(pictures)
    assert reported[-1].ids.tolist() == [1]


def test_two_that_meet_and_part_keep_their_ids():
    pictures = [
        seen((0.2 + 0.02 * i, 0.45, "person", 0.9), (0.8 - 0.02 * i, 0.55, "person", 0.9))
        for i in range(31)
    ]
    _, reported = follow(pictures)
    first, last = reported[3], reported[-1]
    assert first.ids.tolist() == last.ids.tolist() == [1, 2]
    assert first.boxes[0, 0] < first.boxes[1, 0]
    assert last.boxes[0, 0] > last.boxes[1, 0]


def test_a_weak_detection_continues_a_track_and_begins_none():
    pictures = walk(5) + [
        seen((0.25 + 0.01 * i, 0.5, "person", 0.2), (0.8, 0.5, "person", 0.2)) for i in range(10)
    ]
    _, reported = follow(pictures)
    assert reported[-1].ids.tolist() == [1]
    assert reported[-1].seen.tolist() == [True]


def test_an_occlusion_shorter_than_the_memory_keeps_the_id_and_a_longer_one_does_not():
    for missing, ids in ((15, [1]), (30, [2])):
        pictures = walk(10, pace=0.0) + [seen()] * missing + walk(10, pace=0.0)
        _, reported = follow(pictures)
        assert reported[-1].ids.tolist() == ids, missing


def test_tracks_are_dropped_by_time_at_any_frame_rate():
    pictures = walk(10, pace=0.0) + [seen()] * 3 + walk(10, pace=0.0)
    _, fast = follow(pictures, fps=10.0)
    _, slow = follow(pictures, fps=1.0)
    assert fast[-1].ids.tolist() == [1]
    assert slow[-1].ids.tolist() != [1]


SLOW = [2.0, 1.5, 1.0, 0.7, 0.5]


@pytest.mark.parametrize("fps", SLOW)
@pytest.mark.parametrize("pace", [0.0, 0.05], ids=["stands", "walks"])
def test_an_object_keeps_one_id_however_rarely_it_is_looked_at(fps, pace):
    """A walker moves by its own width each second; at 1.5 looks a second it once had no id."""
    _, reported = follow(walk(10, pace=pace / fps), fps=fps)
    assert [tracks.ids.tolist() for tracks in reported[2:]] == [[1]] * 8


@pytest.mark.parametrize("fps", SLOW)
def test_one_missed_look_loses_nobody(fps):
    _, reported = follow([*walk(5, pace=0.0), seen(), *walk(5, pace=0.0)], fps=fps)
    assert reported[-1].ids.tolist() == [1]


@pytest.mark.parametrize("fps", [2.0, 1.5])
def test_clutter_here_and_there_is_no_track_though_looks_are_rare(fps):
    _, reported = follow(
        [seen((0.06 + 0.21 * (i * 2 % 5), 0.5, "person", 0.9)) for i in range(12)], fps=fps
    )
    assert all(len(tracks) == 0 for tracks in reported)


@given(st.floats(0.01, 0.2))
def test_at_five_looks_a_second_and_more_nothing_is_another(interval_s):
    assert paced(DEFAULT, interval_s) == DEFAULT


@given(st.floats(0.0, 20.0), st.floats(0.0, 20.0))
def test_the_rarer_looks_are_the_longer_and_further_an_object_is_expected(one, other):
    quick, slow = (paced(DEFAULT, interval_s) for interval_s in sorted((one, other)))
    assert quick.tentative_s <= slow.tentative_s <= LOST_S_MAX
    assert quick.lost_s <= slow.lost_s <= LOST_S_MAX < RETENTION_S
    assert quick.widen <= slow.widen
    assert quick.confirm_hits >= slow.confirm_hits >= 2


def test_an_undetected_track_is_reported_where_it_is_expected_for_a_moment():
    _, reported = follow(walk(10, pace=0.02) + [seen()] * 6)
    assert reported[12].ids.tolist() == [1]
    assert reported[12].seen.tolist() == [False]
    assert reported[12].boxes[0, 0] > reported[9].boxes[0, 0]
    assert reported[15].ids.tolist() == []


def test_a_person_on_a_bicycle_is_not_the_bicycle():
    pictures = [
        seen((0.2 + 0.01 * i, 0.5, "person", 0.9), (0.2 + 0.01 * i, 0.52, "bicycle", 0.8))
        for i in range(10)
    ]
    _, reported = follow(pictures)
    assert sorted(reported[-1].labels[c] for c in reported[-1].classes) == ["bicycle", "person"]


def test_a_car_that_is_sometimes_called_a_truck_stays_one_car():
    pictures = [seen((0.3, 0.5, "truck" if i % 3 == 2 else "car", 0.8)) for i in range(20)]
    _, reported = follow(pictures)
    assert reported[-1].ids.tolist() == [1]
    assert reported[-1].labels[reported[-1].classes[0]] == "car"


def test_the_tuning_follows_the_detectors_own_scale():
    assert tuned(0.3).good == 0.3
    assert tuned(0.1).weak < 0.1


def test_an_empty_street_has_no_tracks():
    _, reported = follow([seen()] * 3)
    assert len(reported[-1]) == 0


pictures = st.lists(
    st.lists(
        st.tuples(
            st.floats(0.05, 0.95),
            st.floats(0.15, 0.85),
            st.sampled_from(LABELS),
            st.floats(0.05, 1),
        ),
        max_size=6,
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(pictures, st.floats(0.5, 30))
def test_ids_are_unique_ascending_and_new_and_boxes_lie_in_the_picture(drawn, fps):
    _, reported = follow([seen(*objects) for objects in drawn], fps=fps)
    highest = 0
    for tracks in reported:
        ids = tracks.ids.tolist()
        assert ids == sorted(set(ids))
        highest = max([highest, *ids])
        assert np.isfinite(tracks.boxes).all()
        assert ((tracks.boxes >= 0) & (tracks.boxes <= 1)).all()
    assert len({i for tracks in reported for i in tracks.ids.tolist()}) == highest


@settings(max_examples=20, deadline=None)
@given(pictures)
def test_the_same_pictures_give_the_same_tracks_and_no_state_is_written_to(drawn):
    half = len(drawn) // 2
    state, _ = follow([seen(*objects) for objects in drawn[:half]])
    before = state.motion.value.copy()
    rest = [seen(*objects) for objects in drawn[half:]]
    _, once = follow(rest, state=state, begin=5.0)
    _, again = follow(rest, state=state, begin=5.0)
    assert np.array_equal(before, state.motion.value)
    assert all(
        np.array_equal(a.boxes, b.boxes) and np.array_equal(a.ids, b.ids)
        for a, b in zip(once, again, strict=True)
    )
