"""A run's faults from its seed: the same for the same seed, every kind and every target in its turn, and within the table's bounds."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citysim.chaos.city import chaos_city, targets
from citysim.chaos.fault.draw import draw
from citysim.chaos.fault.kinds import KINDS, FaultKind
from citysim.chaos.net.port import Way


@pytest.fixture(scope="module")
def struck(tmp_path_factory):
    return targets(chaos_city(tmp_path_factory.mktemp("gauges"), cameras=0, model=""))


def test_every_kind_is_in_the_table_with_what_it_shows():
    assert set(KINDS) == set(FaultKind)
    assert all(kind.shows for kind in KINDS.values())


@given(
    seed=st.integers(),
    count=st.integers(min_value=1, max_value=60),
    more=st.integers(min_value=0, max_value=30),
)
def test_a_longer_run_begins_with_the_faults_of_a_shorter_one(struck, seed, count, more):
    assert draw(seed, count + more, struck)[:count] == draw(seed, count, struck)


def test_another_seed_is_another_run(struck):
    assert draw(1, 20, struck) != draw(2, 20, struck)


@given(seed=st.integers())
def test_nine_faults_have_every_kind_once(struck, seed):
    assert Counter(fault.kind for fault in draw(seed, len(KINDS), struck)) == dict.fromkeys(
        KINDS, 1
    )


def test_in_a_long_run_every_target_of_every_kind_has_its_turn(struck):
    met: dict[FaultKind, set[str]] = {}
    for fault in draw(3, 300, struck):
        met.setdefault(fault.kind, set()).add(fault.target)
    assert met == {kind: set(facts.targets(struck)) for kind, facts in KINDS.items()}


@given(seed=st.integers())
def test_what_is_drawn_lies_within_the_table(struck, seed):
    for fault in draw(seed, 40, struck):
        facts = KINDS[fault.kind]
        assert facts.hold_s[0] - 0.01 <= fault.hold_s <= facts.hold_s[1] + 0.01
        assert facts.amount[0] - 0.1 <= abs(fault.amount) <= facts.amount[1] + 0.1
        assert (fault.way is Way.BOTH) == (fault.kind is not FaultKind.ONE_WAY)
        assert (fault.amount < 0) <= (fault.kind is FaultKind.CLOCK_STEP), "only a clock goes back"


def test_the_scale_changes_how_long_faults_are_held_and_nothing_else(struck):
    for whole, half in zip(draw(4, 30, struck), draw(4, 30, struck, scale=0.5), strict=True):
        assert half.hold_s == pytest.approx(whole.hold_s / 2, abs=0.01)
        assert (half.kind, half.target, half.way, half.amount) == (
            whole.kind,
            whole.target,
            whole.way,
            whole.amount,
        )


def test_only_the_wished_kinds_are_drawn(struck):
    assert {fault.kind for fault in draw(5, 30, struck, kinds=(FaultKind.KILL, FaultKind.CUT))} == {
        FaultKind.KILL,
        FaultKind.CUT,
    }
