"""How long a condition must be present and absent, counted in observed seconds."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from citybrain.clock import SECOND_US, Timestamp
from citybrain.vocabulary import Phase
from street_agent.scene.rule_evaluation import IDLE, REPEAT_S, Debounce, debounce

TIMES = Debounce(hold_s=2.0, clear_s=3.0, update_s=5.0)


def run(presence, *, times=TIMES, step_s=0.5, counts=None, blind=()):
    dwell, phases = IDLE, []
    for index, present in enumerate(presence):
        at = Timestamp(1_000_000 + round(index * step_s * SECOND_US))
        observed_s = 0.0 if index == 0 or index in blind else step_s
        count = counts[index] if counts else 1.0
        dwell, phase = debounce(
            dwell, times, present=bool(present), count=count, observed_s=observed_s, at=at
        )
        if phase:
            phases.append((index, phase))
    return dwell, phases


def test_start_after_the_hold_time_end_after_the_clear_time():
    assert run([1] * 6 + [0] * 8)[1] == [(4, Phase.START), (12, Phase.END)]


def test_a_lost_detection_does_not_start_the_hold_time_anew():
    assert run([1, 1, 0, 1, 1, 1, 1])[1] == [(6, Phase.START)]


def test_a_longer_absence_starts_the_hold_time_anew():
    assert run([1, 1, 1, 0, 0, 0, 1, 1, 1, 1])[1] == []


def test_blind_seconds_are_neither_presence_nor_absence():
    assert run([1, 1, 1, 1, 1, 1], blind={2, 3, 4, 5})[1] == []
    assert run([1] * 5 + [0] * 8, blind=set(range(5, 13)))[1] == [(4, Phase.START)]


def test_without_a_hold_time_it_starts_at_once():
    times = Debounce(hold_s=0.0, clear_s=0.0, update_s=5.0)
    assert run([0, 1, 0], times=times)[1] == [(1, Phase.START), (2, Phase.END)]


def test_updates_come_when_the_count_changed_and_not_too_often():
    counts = [3.0] * 5 + [float(i) for i in range(40)]
    _, phases = run([1] * 45, counts=counts)
    updates = [index for index, phase in phases if phase is Phase.UPDATE]
    assert all(b - a >= 10 for a, b in pairwise(updates))
    assert len(updates) == 4


def test_an_unchanged_episode_is_still_reported_now_and_then():
    _, phases = run([1] * 130)
    assert [index for index, phase in phases if phase is Phase.UPDATE] == [
        4 + round(REPEAT_S * 2),
        4 + round(REPEAT_S * 4),
    ]


@given(st.lists(st.booleans(), max_size=120), st.sets(st.integers(0, 119)))
def test_starts_and_ends_alternate(presence, blind):
    _, phases = run(presence, blind=blind)
    edges = [phase for _, phase in phases if phase is not Phase.UPDATE]
    assert edges == ([Phase.START, Phase.END] * len(edges))[: len(edges)]


@given(st.lists(st.booleans(), max_size=120))
def test_an_end_needs_the_whole_clear_time_without_the_condition(presence):
    _, phases = run(presence)
    for index, phase in phases:
        if phase is Phase.END:
            assert not any(presence[index - 6 : index + 1])
