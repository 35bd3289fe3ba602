"""When a frame was taken: from the stream's own times, never from the moment a read returned."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from citybrain.clock import SECOND_US, Timestamp
from street_agent.capture.timeline import (
    DEVICE,
    NETWORK,
    FileTimeline,
    LiveTimeline,
    place_in_file,
    place_live,
    restart_file,
)

START = 1_750_000_000 * SECOND_US


def run(arrivals, timing=NETWORK):
    line, placed = LiveTimeline(timing=timing), []
    for pts_s, arrived_s in arrivals:
        line, one = place_live(
            line, pts_s=pts_s, arrived=Timestamp(START + round(arrived_s * SECOND_US))
        )
        placed.append(one)
    return placed


@given(st.integers(0, 2**32), st.floats(0, 0.4))
def test_jitter_of_the_network_does_not_reach_the_capture_times(seed, jitter_s):
    chance = np.random.default_rng(seed)
    truth = [i / 25 for i in range(500)]
    arrivals = [
        (pts, pts + 0.1 + chance.random() * jitter_s * (i > 0)) for i, pts in enumerate(truth)
    ]
    arrivals = [
        (pts, max(arrived, arrivals[i - 1][1] if i else 0))
        for i, (pts, arrived) in enumerate(arrivals)
    ]
    for (pts, arrived), one in zip(arrivals, run(arrivals), strict=True):
        at_s = (one.at - START) / SECOND_US
        assert abs(at_s - pts) * 1000 <= one.error_ms + 1
        assert at_s <= arrived + 0.001, "a frame cannot arrive before it was taken"


@given(
    st.lists(
        st.tuples(st.one_of(st.none(), st.floats(-10, 1e6)), st.floats(0, 2)),
        min_size=1,
        max_size=60,
    )
)
def test_capture_times_always_grow_whatever_the_stream_says(steps):
    arrived, arrivals = 0.0, []
    for pts, step in steps:
        arrived += step
        arrivals.append((pts, arrived))
    placed = run(arrivals)
    assert all(a.at < b.at for a, b in itertools.pairwise(placed))
    assert placed[0].discontinuity


def test_a_burst_of_old_frames_after_the_connection_is_dated_back_once_known():
    burst = [(i / 25, 0.2) for i in range(25)]  # a whole second arrives at once
    live = [(1 + i / 25, 0.2 + i / 25) for i in range(50)]
    placed = run([*burst, *live])
    last = placed[-1]
    assert not last.discontinuity
    truth_s = 0.2 + 49 / 25
    assert abs((last.at - START) / SECOND_US - truth_s) * 1000 <= last.error_ms


def test_the_error_bound_starts_wide_and_narrows_to_the_unknown_delay():
    placed = run([(i / 25, i / 25 + 0.1) for i in range(1500)])
    assert placed[0].error_ms == NETWORK.delay_ms + NETWORK.initial_error_ms
    assert placed[-1].error_ms == pytest.approx(NETWORK.delay_ms, abs=1)


def test_a_crystal_that_runs_fast_or_slow_is_followed():
    for ppm in (100, -100):
        arrivals = [(i * (1 + ppm * 1e-6), float(i)) for i in range(0, 3 * 3600, 1)]
        last = run(arrivals, DEVICE)[-1]
        assert abs((last.at - START) / SECOND_US - arrivals[-1][1]) * 1000 <= last.error_ms


@pytest.mark.parametrize("jump_s", [-50.0, 3600.0])
def test_a_camera_whose_clock_was_set_gets_a_new_timeline_after_a_discontinuity(jump_s):
    before = [(100 + i / 25, i / 25) for i in range(50)]
    after = [(100 + jump_s + i / 25, 2 + i / 25) for i in range(50)]
    placed = run([*before, *after])
    assert [i for i, one in enumerate(placed) if one.discontinuity] == [0, 50]
    assert abs((placed[-1].at - START) / SECOND_US - after[-1][1]) < 0.05


def test_repeated_or_reordered_frames_are_no_discontinuity():
    placed = run([(0.0, 0.1), (0.04, 0.14), (0.04, 0.18), (0.0, 0.2), (0.16, 0.26)])
    assert [one.discontinuity for one in placed] == [True, False, False, False, False]


def test_a_first_frame_without_a_time_makes_one_discontinuity():
    placed = run([(None, 0.0), (0.04, 0.1), (0.08, 0.14)])
    assert [one.discontinuity for one in placed] == [True, False, False]


def test_a_stream_without_times_has_a_wide_error():
    assert (
        run([(None, 0.0), (None, 0.04)])[1].error_ms == NETWORK.delay_ms + NETWORK.initial_error_ms
    )


def test_a_file_that_is_played_again_continues_in_time_after_a_discontinuity():
    line, times, breaks = FileTimeline(frame_s=0.04), [], []
    for _ in range(3):
        for i in range(4):
            line, at, is_break = place_in_file(line, pts_s=7.0 + i * 0.04)
            times.append(round(at, 6))
            breaks.append(is_break)
        line = restart_file(line)
    assert times == [round(i * 0.04, 6) for i in range(12)]
    assert [i for i, is_break in enumerate(breaks) if is_break] == [0, 4, 8]


@given(st.lists(st.one_of(st.none(), st.floats(0, 100)), min_size=1, max_size=40))
def test_the_media_time_of_a_file_never_stands_still(pts):
    line, last = FileTimeline(frame_s=0.04), -1.0
    for one in pts:
        line, at, _ = place_in_file(line, pts_s=one)
        assert at > last
        last = at
