"""The totals of many runs are the same in any order and in any portions."""

from hypothesis import given
from hypothesis import strategies as st

from citysim.sim.oracle.verdict import RunCounts, Verdict, Violation
from citysim.sim.runs.totals import Totals

VERDICTS = st.builds(
    Verdict,
    seed=st.integers(0, 1000),
    violations=st.lists(
        st.builds(Violation, law=st.sampled_from(["a", "b"]), what=st.just("x")), max_size=2
    ).map(tuple),
    checked=st.just((("a", 3), ("b", 1))),
    ended_s=st.integers(0, 400).map(float),
    recovered_after_s=st.integers(-1, 300).map(float),
    digest=st.text("0123456789abcdef", min_size=16, max_size=16),
    counts=st.builds(
        RunCounts, incidents=st.integers(0, 9), orders=st.integers(0, 9), steps=st.integers(0, 9999)
    ),
)


def added(fake, verdicts):
    totals, draw = Totals(), fake().runner().draw
    for verdict in verdicts:
        totals.add(draw(verdict.seed, "town"), verdict)
    return totals


@given(verdicts=st.lists(VERDICTS, max_size=8, unique_by=lambda v: v.seed), data=st.data())
def test_order_and_portions_make_no_difference(fake, verdicts, data):
    shuffled = data.draw(st.permutations(verdicts))
    cut = data.draw(st.integers(0, len(verdicts)))
    merged = added(fake, shuffled[:cut])
    merged.merge(added(fake, shuffled[cut:]))
    assert merged == added(fake, verdicts)


def test_another_digest_of_any_seed_is_another_fingerprint(fake):
    def one(seed, digest):
        return Verdict(
            seed=seed,
            violations=(),
            checked=(),
            ended_s=1.0,
            recovered_after_s=0.0,
            digest=digest,
            counts=RunCounts(),
        )

    prints = {
        added(fake, pair).fingerprint
        for pair in (
            [one(1, "a"), one(2, "b")],
            [one(1, "b"), one(2, "a")],
            [one(1, "a"), one(2, "c")],
        )
    }
    assert len(prints) == 3


def test_only_faults_that_began_are_counted(fake):
    verdict = Verdict(
        seed=1,
        violations=(),
        checked=(),
        ended_s=15.0,
        recovered_after_s=0.0,
        digest="",
        counts=RunCounts(),
    )
    # at 7 and 14 seconds
    assert dict(added(fake, [verdict]).faults) == {"killed": 1, "link_cut": 1}


def test_speed_is_simulated_time_by_processor_time():
    assert Totals(simulated_s=1000.0, busy_s=0.5).times_real == 2000.0
    assert Totals().times_real == 0.0
