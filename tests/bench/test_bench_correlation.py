"""How well a district tells happenings apart, by pairs of observations over 200 labelled seeds, and
how many cases a storm of 300 sources leaves to an operator. False merges are listed.
"""

import pytest
from labelled_happenings import observe_city, score, total

pytestmark = pytest.mark.bench
SEEDS = 200
PRECISION, RECALL = 0.98, 0.95


def test_the_cases_of_a_district_are_the_happenings():
    found = total([score(observe_city(seed)) for seed in range(1, SEEDS + 1)])
    print(f"\n{SEEDS} seeds, {found.truly_one} pairs of one happening")
    print(f"precision {found.precision:.4f} (goal {PRECISION}), {len(found.false_merges)} merges")
    print(f"recall    {found.recall:.4f} (goal {RECALL})")
    for merged in found.false_merges:
        print(f"  {merged}")
    assert found.precision >= PRECISION
    assert found.recall >= RECALL
