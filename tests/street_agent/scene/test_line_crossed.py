"""A line crossed: counted once a crossing, with direction, however much the box trembles."""

from hypothesis import given, settings
from hypothesis import strategies as st

LINE = ((0.5, 0.2), (0.5, 0.8))  # walked downwards: its right hand is the picture's left


def walk(s, *xs, y=0.5, track=1):
    for x in xs:
        s.show((track, x, y))
    return s


def test_right_is_the_right_hand_when_walking_from_the_first_point_to_the_second(scene):
    s = walk(scene("line_crossed", line=LINE), 0.6, 0.55, 0.45)
    assert s.phases == ["start"]
    assert (s.triggers[0].measurements["right"], s.triggers[0].measurements["left"]) == (1, 0)


def test_the_other_direction_is_counted_and_does_not_trigger(scene):
    s = walk(scene("line_crossed", line=LINE, direction="left"), 0.6, 0.4)
    assert s.phases == []
    assert s.conditions[-1].measurements["right"] == 1
    walk(s, 0.6)
    assert s.phases == ["start"]


def test_trembling_on_the_line_counts_once(scene):
    s = walk(
        scene("line_crossed", line=LINE, margin=0.02), 0.6, 0.51, 0.49, 0.505, 0.495, 0.51, 0.4
    )
    assert s.conditions[-1].measurements["right"] == 1
    assert s.conditions[-1].measurements["left"] == 0


def test_passing_beyond_the_lines_end_is_no_crossing(scene):
    s = walk(scene("line_crossed", line=LINE), 0.6, 0.4, y=0.9)
    assert s.conditions[-1].measurements == {"count": 0, "left": 0, "right": 0}


def test_two_who_cross_in_one_frame_count_two(scene):
    s = scene("line_crossed", line=LINE)
    s.show((1, 0.6, 0.4), (2, 0.4, 0.6)).show((1, 0.4, 0.4), (2, 0.6, 0.6))
    assert s.triggers[0].measurements["count"] == 2
    assert s.triggers[0].rows.tolist() == [0, 1]


def test_crossings_soon_after_another_belong_to_its_episode(scene):
    s = scene("line_crossed", line=LINE, clear_s=2.0, update_s=0.5)
    walk(s, 0.6, 0.4)
    walk(s, 0.4, 0.4, 0.6)
    assert s.phases == ["start", "update"]
    assert s.triggers[-1].measurements["count"] == 2
    s.show(times=11)
    assert s.phases[-1] == "end"
    walk(s, 0.6, 0.4, track=9)
    assert s.triggers[-1].measurements["count"] == 1
    assert s.triggers[-1].began_at != s.triggers[0].began_at


def test_an_object_first_seen_beyond_the_line_has_not_crossed_it(scene):
    s = walk(scene("line_crossed", line=LINE), 0.4, 0.3)
    assert s.phases == []


def test_a_crossing_while_undetected_for_a_moment_counts(scene):
    s = walk(scene("line_crossed", line=LINE), 0.6)
    s.show(times=3)
    walk(s, 0.4)
    assert s.phases == ["start"]


@settings(max_examples=50, deadline=None, suppress_health_check=[])
@given(steps=st.lists(st.floats(-0.04, 0.04), min_size=1, max_size=80))
def test_left_and_right_alternate_for_one_track(steps):
    import numpy as np

    from street_agent.scene.observation import FrameObservation
    from street_agent.scene.rules import line_crossed
    from street_agent.track.tracks import Tracks

    rule = line_crossed.LineCrossed(line=((0.5, -10.0), (0.5, 10.0)), margin=0.01)
    state, x, balance = line_crossed.start(rule), 0.5, []
    for index, step in enumerate(steps):
        x = min(max(x + step, 0.0), 1.0)
        one = np.array([1])
        seen = Tracks(
            ids=one,
            boxes=np.array([[x, 0.3, x, 0.5]]),
            scores=np.array([0.9]),
            classes=np.array([0]),
            labels=("person",),
            first_seen=one,
            seen=np.array([True]),
        )
        state, _ = line_crossed.observe(
            rule,
            state,
            FrameObservation(
                at=1_000_000 + index * 100_000, observed_s=0.1, aspect=1.0, tracks=seen
            ),
            False,
        )
        balance.append(state.right - state.left)
    assert max(balance) - min(balance) <= 1
