"""The earliest time at which a condition holds."""

from hypothesis import given
from hypothesis import strategies as st

from citysim.sim.runs.shrink.bisection import earliest

TENTHS = st.integers(1, 40_000)


@given(TENTHS, TENTHS)
def test_a_condition_that_stays_true_is_found_to_the_tenth(begins, later):
    begins_s, end_s = begins / 10, (begins + later) / 10
    assert earliest(lambda at_s: at_s >= begins_s - 1e-9, end_s) == begins_s


@given(st.floats(0.05, 4000.0))
def test_a_condition_that_is_true_only_at_the_end_is_found_there_rounded_up(end_s):
    at_s = earliest(lambda at_s: at_s >= end_s, end_s)
    assert end_s <= at_s + 1e-6 and at_s < end_s + 0.11


@given(st.sets(st.integers(1, 500), max_size=20), st.integers(500, 600))
def test_a_condition_that_comes_and_goes_is_found_at_one_of_its_begins(tenths, end):
    def holds_at(at_s):
        return round(at_s * 10) in tenths or round(at_s * 10) >= end

    tenth = round(earliest(holds_at, end / 10) * 10)
    assert holds_at(tenth / 10)
    assert tenth == 1 or not holds_at((tenth - 1) / 10)


def test_it_is_found_in_logarithmically_many_evaluations():
    evaluated = []
    earliest(lambda at_s: bool(evaluated.append(at_s)) or at_s >= 83.4, 3600.0)
    assert len(evaluated) <= 16


def test_with_a_coarser_step_it_is_a_multiple_of_it():
    assert earliest(lambda at_s: at_s >= 41.0, 100.0, step_s=5.0) == 45.0


def test_stopped_early_it_is_the_earliest_that_is_known():
    answers = iter([True, True, False])
    assert earliest(lambda at_s: at_s >= 1.0, 80.0, may_continue=lambda: next(answers)) == 20.0
