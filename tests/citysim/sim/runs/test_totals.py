"""What many stories came to is the same in whatever order and in whatever portions they come."""

from hypothesis import given
from hypothesis import strategies as st

from citysim.sim.judge.verdict import Break, Tally, Verdict
from citysim.sim.runs.totals import Totals

VERDICTS = st.builds(
    Verdict,
    seed=st.integers(0, 1000),
    broken=st.lists(
        st.builds(Break, law=st.sampled_from(["a", "b"]), what=st.just("x")), max_size=2
    ).map(tuple),
    checked=st.just((("a", 3), ("b", 1))),
    ended_s=st.integers(0, 400).map(float),
    quiet_after_s=st.integers(-1, 300).map(float),
    digest=st.text("0123456789abcdef", min_size=16, max_size=16),
    tally=st.builds(
        Tally, incidents=st.integers(0, 9), orders=st.integers(0, 9), turns=st.integers(0, 9999)
    ),
)


def added(fiction, verdicts):
    totals, draw = Totals(), fiction().teller().draw
    for verdict in verdicts:
        totals.add(draw(verdict.seed, "town"), verdict)
    return totals


@given(verdicts=st.lists(VERDICTS, max_size=8, unique_by=lambda v: v.seed), data=st.data())
def test_the_order_and_the_portions_make_no_difference(fiction, verdicts, data):
    shuffled = data.draw(st.permutations(verdicts))
    cut = data.draw(st.integers(0, len(verdicts)))
    merged = added(fiction, shuffled[:cut])
    merged.merge(added(fiction, shuffled[cut:]))
    assert merged == added(fiction, verdicts)


def test_another_digest_of_any_seed_is_another_fingerprint(fiction):
    def one(seed, digest):
        return Verdict(
            seed=seed,
            broken=(),
            checked=(),
            ended_s=1.0,
            quiet_after_s=0.0,
            digest=digest,
            tally=Tally(),
        )

    prints = {
        added(fiction, pair).fingerprint
        for pair in (
            [one(1, "a"), one(2, "b")],
            [one(1, "b"), one(2, "a")],
            [one(1, "a"), one(2, "c")],
        )
    }
    assert len(prints) == 3


def test_only_faults_that_were_told_are_counted(fiction):
    verdict = Verdict(
        seed=1, broken=(), checked=(), ended_s=15.0, quiet_after_s=0.0, digest="", tally=Tally()
    )
    assert dict(added(fiction, [verdict]).faults) == {
        "killed": 1,
        "link_cut": 1,
    }  # at 7 and 14 seconds


def test_speed_is_simulated_time_by_processor_time():
    assert Totals(simulated_s=1000.0, busy_s=0.5).times_real == 2000.0
    assert Totals().times_real == 0.0
