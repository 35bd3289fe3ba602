"""How well a district tells happenings apart, by pairs of observations over 200 labelled seeds, and
how many cases a storm of 300 sources leaves to an operator. False merges are listed. The peer is
the rule of before: one kind, the first place, the sender's time.
"""

from statistics import median

import pytest
from bench_rows import row, timed
from labelled_happenings import observe_city, queued_after_storm, score, total

pytestmark = pytest.mark.bench
SEEDS = 200
PRECISION, RECALL = 0.98, 0.95
PRECISION_BEFORE, RECALL_BEFORE = 0.979, 0.716  # by the same seeds, measured once
SOURCES, CASES, STORMS = 300, 5, 20


def test_the_cases_of_a_district_are_the_happenings():
    with timed() as spent:
        found = total([score(observe_city(seed)) for seed in range(1, SEEDS + 1)])
    print(f"\n{SEEDS} seeds, {found.truly_one} pairs of one happening")
    print(f"precision {found.precision:.4f} (goal {PRECISION}), {len(found.false_merges)} merges")
    print(f"recall    {found.recall:.4f} (goal {RECALL})")
    for merged in found.false_merges:
        print(f"  {merged}")
    for what, ours, goal, before in (
        ("precision", found.precision, PRECISION, PRECISION_BEFORE),
        ("recall", found.recall, RECALL, RECALL_BEFORE),
    ):
        row(
            f"correlation, pairs of observations: {what} over {SEEDS} seeds",
            goal=f">= {goal}",
            ceiling=f"{before} before",
            ours=f"{ours:.4f}",
            held=ours >= goal,
            seconds=spent.wall,
        )
    assert found.precision >= PRECISION
    assert found.recall >= RECALL


def test_a_storm_leaves_a_handful_of_cases_to_an_operator():
    with timed() as spent:
        left = [queued_after_storm(seed, sources=SOURCES) for seed in range(1, STORMS + 1)]
    print(f"\n{SOURCES} sources: {median(left)} cases in the queue, {max(left)} at most")
    row(
        f"cases in the queue after a storm of {SOURCES} sources, worst of {STORMS}",
        goal=f"<= {CASES}",
        ours=str(max(left)),
        held=max(left) <= CASES,
        seconds=spent.wall,
    )
    assert max(left) <= CASES
