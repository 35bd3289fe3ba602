"""A run's faults from its seed: repeatable, with every kind and target in turn, within bounds."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citysim.chaos.city import chaos_city, fault_targets
from citysim.chaos.fault.kinds import FAULT_SPECS, FaultKind
from citysim.chaos.fault.schedule import draw_faults
from citysim.chaos.net.port import Direction


@pytest.fixture(scope="module")
def targets(tmp_path_factory):
    return fault_targets(chaos_city(tmp_path_factory.mktemp("gauges"), cameras=0, model=""))


def test_every_kind_is_in_the_table_with_its_purpose():
    assert set(FAULT_SPECS) == set(FaultKind)
    assert all(kind.purpose for kind in FAULT_SPECS.values())


@given(
    seed=st.integers(),
    count=st.integers(min_value=1, max_value=60),
    more=st.integers(min_value=0, max_value=30),
)
def test_a_longer_run_begins_with_the_faults_of_a_shorter_one(targets, seed, count, more):
    assert draw_faults(seed, count + more, targets)[:count] == draw_faults(seed, count, targets)


def test_another_seed_is_another_run(targets):
    assert draw_faults(1, 20, targets) != draw_faults(2, 20, targets)


@given(seed=st.integers())
def test_nine_faults_have_every_kind_once(targets, seed):
    assert Counter(
        fault.kind for fault in draw_faults(seed, len(FAULT_SPECS), targets)
    ) == dict.fromkeys(FAULT_SPECS, 1)


def test_in_a_long_run_every_target_of_every_kind_has_its_turn(targets):
    drawn: dict[FaultKind, set[str]] = {}
    for fault in draw_faults(3, 300, targets):
        drawn.setdefault(fault.kind, set()).add(fault.target)
    assert drawn == {kind: set(spec.targets(targets)) for kind, spec in FAULT_SPECS.items()}


@given(seed=st.integers())
def test_what_is_drawn_lies_within_the_table(targets, seed):
    for fault in draw_faults(seed, 40, targets):
        spec = FAULT_SPECS[fault.kind]
        assert spec.hold_s[0] - 0.01 <= fault.hold_s <= spec.hold_s[1] + 0.01
        assert spec.amount[0] - 0.1 <= abs(fault.amount) <= spec.amount[1] + 0.1
        assert (fault.direction is Direction.BOTH) == (fault.kind is not FaultKind.ONE_WAY)
        assert (fault.amount < 0) <= (fault.kind is FaultKind.CLOCK_STEP), "only a clock goes back"


def test_the_scale_changes_how_long_faults_last_and_nothing_else(targets):
    for whole, half in zip(
        draw_faults(4, 30, targets), draw_faults(4, 30, targets, scale=0.5), strict=True
    ):
        assert half.hold_s == pytest.approx(whole.hold_s / 2, abs=0.01)
        assert (half.kind, half.target, half.direction, half.amount) == (
            whole.kind,
            whole.target,
            whole.direction,
            whole.amount,
        )


def test_only_the_requested_kinds_are_drawn(targets):
    assert {
        fault.kind for fault in draw_faults(5, 30, targets, kinds=(FaultKind.KILL, FaultKind.CUT))
    } == {
        FaultKind.KILL,
        FaultKind.CUT,
    }
