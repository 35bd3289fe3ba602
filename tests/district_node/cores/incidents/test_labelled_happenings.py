"""What a district takes for one case is one happening: the bench in small."""

from labelled_happenings import observe_city, score, total


def test_cases_are_happenings_in_a_city_of_wrong_places_clocks_and_orders():
    found = total([score(observe_city(seed)) for seed in (1, 2, 3, 4, 5, 6)])
    assert found.truly_one > 500
    assert found.precision >= 0.98, found.false_merges
    assert found.recall >= 0.95
