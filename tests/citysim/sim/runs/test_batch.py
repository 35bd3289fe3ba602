"""Many seeds: totals, failing seeds in order, the first of each law to be shrunk."""

from citysim.sim.runs.batch import MAX_LOCATED, investigate, investigations, run_batch
from citysim.sim.runs.chunk import MAX_SEEDS, Chunk, chunks, run_chunk
from citysim.sim.runs.scenario_spec import ScenarioSpec
from citysim.sim.runs.seeds import parse_seeds


def in_order(function, items):
    return map(function, items)


def in_reverse(function, items):
    return map(function, reversed(list(items)))


def test_every_seed_is_run_and_the_order_of_results_makes_no_difference(fake):
    seeds = parse_seeds("1..50")
    one = run_batch(
        seeds,
        size="town",
        runner=fake(faults=frozenset({3})).runner(),
        parallel_map=in_order,
        workers=2,
    )
    other = run_batch(
        seeds,
        size="town",
        runner=fake(faults=frozenset({3})).runner(),
        parallel_map=in_reverse,
        workers=1,
    )
    one.totals.busy_s = other.totals.busy_s = 0.0
    assert one == other
    assert (one.totals.seeds, one.totals.broken_seeds) == (50, 50)
    assert [failure.spec.seed for failure in one.failures] == list(range(1, 51))
    assert one.totals.counts["records"] == 50 * 40
    assert one.totals.checked["nothing_lost"] == 500


def test_it_can_stop_after_so_many_broken_seeds(fake):
    result = run_batch(
        parse_seeds("1..500"),
        size="town",
        runner=fake().runner(),
        parallel_map=in_order,
        workers=50,
        stop_after=3,
    )
    assert 3 <= result.totals.seeds < 10


def test_progress_is_reported_after_every_chunk(fake):
    reported = []
    run_batch(
        parse_seeds("1..20"),
        size="town",
        runner=fake().runner(),
        parallel_map=in_order,
        workers=1,
        on_result=lambda result: reported.append(result.totals.seeds),
    )
    assert reported == sorted(reported) and reported[-1] == 20 and len(reported) > 1


def test_chunks_are_small_where_there_are_few_seeds_and_never_large(fake):
    runner = fake().runner()
    assert {
        len(c.seeds) for c in chunks(parse_seeds("1..10"), size="town", runner=runner, workers=4)
    } == {1}
    assert (
        max(
            len(c.seeds)
            for c in chunks(parse_seeds("1..10000"), size="town", runner=runner, workers=2)
        )
        == MAX_SEEDS
    )


def test_the_first_chunks_are_of_one_seed_and_no_seed_is_left_out(
    fake,
):
    seeds = [
        c.seeds
        for c in chunks(parse_seeds("5..500"), size="town", runner=fake().runner(), workers=3)
    ]
    assert seeds[:3] == [(5,), (6,), (7,)] and len(seeds[3]) == MAX_SEEDS
    assert [seed for some in seeds for seed in some] == list(range(5, 501))


def test_of_a_seed_the_first_violation_of_each_law_is_kept(fake):
    simulator = fake(other=lambda begun: True)
    result = run_chunk(Chunk(runner=simulator.runner(), size="town", seeds=(5,)))
    (failure,) = result.failures
    assert [found.law for found in failure.violations] == ["another_law", "nothing_lost"]


def test_the_first_seed_of_each_law_is_shrunk_and_the_next_ones_are_located(fake):
    simulator = fake(faults=frozenset({3}))
    result = run_batch(
        parse_seeds("1..100"),
        size="town",
        runner=simulator.runner(),
        parallel_map=in_order,
        workers=1,
    )
    work = investigations(result.failures, simulator.runner(), time_limit_s=60.0)
    assert [(case.spec.seed, case.shrinks) for case in work[:3]] == [
        (1, True),
        (2, False),
        (3, False),
    ]
    assert len(work) == 1 + MAX_LOCATED
    (_, shrunk), (_, located) = investigate(work[0]), investigate(work[1])
    assert shrunk.spec == ScenarioSpec(
        seed=1, until_s=24.3, faults=frozenset({3}), street_events=frozenset()
    )
    assert located.spec == ScenarioSpec(seed=2, until_s=24.3)


def test_two_laws_that_break_first_in_the_same_seed_are_both_shrunk(fake):
    simulator = fake(other=lambda begun: True)
    result = run_batch(
        parse_seeds("7"), size="town", runner=simulator.runner(), parallel_map=in_order, workers=1
    )
    assert [
        (case.law, case.shrinks)
        for case in investigations(result.failures, simulator.runner(), time_limit_s=1.0)
    ] == [("another_law", True), ("nothing_lost", True)]
