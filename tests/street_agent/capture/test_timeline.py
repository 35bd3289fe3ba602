"""When a frame was taken: from the stream's own times, never from the moment a read returned."""

import itertools
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
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
    (first, set_at) = [i for i, one in enumerate(placed) if one.discontinuity]
    assert (first, set_at) == (0, 50 + 13), "half a second of the new time, not one frame of it"
    for (_, arrived_s), one in zip([*before, *after], placed, strict=True):
        assert abs((one.at - START) / SECOND_US - arrived_s) < 0.05


@pytest.mark.parametrize("off_s", [36_000.0, -36_000.0, 6.0, -3.0])
def test_a_recorder_that_stamps_one_frame_in_fifty_wrong_keeps_its_timeline(off_s):
    arrivals = [(i / 25 + off_s * (i % 50 == 20), i / 25 + 0.1) for i in range(500)]
    placed = run(arrivals)
    assert [i for i, one in enumerate(placed) if one.discontinuity] == [0]
    steps = [b.at - a.at for a, b in itertools.pairwise(placed)]
    assert min(steps) > 39_000
    assert max(steps) < 41_000


def test_a_stream_whose_frames_are_all_stamped_at_random_goes_by_arrival():
    chance = np.random.default_rng(5)
    arrivals = [(float(chance.integers(0, 10**6)), i / 25) for i in range(500)]
    placed = run(arrivals)
    assert [i for i, one in enumerate(placed) if one.discontinuity] == [0]
    assert all(
        abs((one.at - START) / SECOND_US - arrived) < 0.001
        for (_, arrived), one in zip(arrivals, placed, strict=True)
    )


RATES = [0.0, 0.48, 0.5, 0.9, 0.97, 1.03, 1.1, 2.0, 4.0]


@pytest.mark.parametrize("rate", RATES)
def test_a_clock_at_another_rate_is_noticed_once_and_for_ever(rate):
    arrivals = [(7 + i / 25 * rate, i / 25) for i in range(25 * 120)]
    placed = run(arrivals)
    breaks = [i for i, one in enumerate(placed) if one.discontinuity]
    assert len(breaks) <= 2, "where it begins, and where it is noticed"
    spans = placed[-1].at - placed[-250].at
    assert abs(spans / SECOND_US - 249 / 25) < 0.01, "its frames are as far apart as time says"


def test_a_congested_link_that_catches_up_is_no_clock_at_another_rate_for_long():
    arrivals = [(i / 25, i / 25 + 0.1) for i in range(2_000)]
    for i in range(500, 700):  # for eight seconds a fifth more comes than goes through
        pts, arrived = arrivals[i]
        arrivals[i] = (pts, arrived + min(i - 500, 700 - i) / 25 * 0.2)
    placed = run(arrivals)
    assert placed[-1].error_ms == pytest.approx(NETWORK.delay_ms, abs=60)
    assert abs((placed[-1].at - START) / SECOND_US - arrivals[-1][1]) < 0.05


@dataclass(frozen=True, kw_only=True)
class OddStream:
    """A camera's clock, its faults and its network, for a property's example to be short."""

    rate: float
    fps: int
    seconds: int
    delay_s: float
    jitter_s: float
    wrong_one_in: int  # frames; 0: none
    set_by_s: float  # of its clock, after twelve seconds
    has_times: bool
    seed: int

    def frames(self):
        """(time it was taken, time that the stream says, arrival) of each frame, in seconds."""
        chance, arrived = np.random.default_rng(self.seed), 0.0
        for i in range(self.seconds * self.fps):
            taken = i / self.fps
            pts = 1000 + taken * self.rate + (self.set_by_s if taken > 12 else 0.0)
            if self.wrong_one_in and i % self.wrong_one_in == self.wrong_one_in - 1:
                pts += float(chance.choice([36_000.0, -36_000.0]))
            arrived = max(arrived, taken + self.delay_s + chance.random() * self.jitter_s)
            yield taken, pts if self.has_times else None, arrived


ODD_STREAMS = st.builds(
    OddStream,
    rate=st.sampled_from([1.0, 1.0, *RATES]),
    fps=st.integers(2, 30),
    seconds=st.integers(1, 40),
    delay_s=st.floats(0, 0.1),
    jitter_s=st.floats(0, 0.4),
    wrong_one_in=st.sampled_from([0, 0, 7, 50]),
    set_by_s=st.sampled_from([0.0, 0.0, -40.0, 3_600.0]),
    has_times=st.sampled_from([True, True, True, False]),
    seed=st.integers(0, 2**32),
)


@settings(deadline=None)
@given(ODD_STREAMS)
def test_the_error_bounds_how_long_before_its_arrival_a_frame_was_taken(stream):
    frames = list(stream.frames())
    placed = run([(pts, arrived) for _, pts, arrived in frames])
    for (taken, _, arrived), one in zip(frames, placed, strict=True):
        at_s, error_s = (one.at - START) / SECOND_US, one.error_ms / 1000
        assert at_s <= arrived + 0.002, "no frame was taken after it arrived"
        assert arrived - at_s <= error_s + 1e-5, "now - captured <= error_ms"
        assert abs(at_s - taken) <= error_s + 0.002, "and the truth lies within"
    assert all(a.at < b.at for a, b in itertools.pairwise(placed))


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
