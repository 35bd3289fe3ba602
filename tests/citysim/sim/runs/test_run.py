"""Many seeds: totals, failing seeds in order, the first of each law to be made small."""

from citysim.sim.runs.chunk import SEEDS_MOST, Chunk, chunks, tell_chunk
from citysim.sim.runs.cut import Cut
from citysim.sim.runs.run import LOCATED_MOST, cases, look_into, run
from citysim.sim.runs.seeds import read_seeds


def here(function, items):
    return map(function, items)


def backwards(function, items):
    return map(function, reversed(list(items)))


def test_every_seed_is_told_and_the_order_in_which_they_come_makes_no_difference(fiction):
    seeds = read_seeds("1..50")
    one = run(
        seeds, size="town", teller=fiction(faults=frozenset({3})).teller(), spread=here, workers=2
    )
    other = run(
        seeds,
        size="town",
        teller=fiction(faults=frozenset({3})).teller(),
        spread=backwards,
        workers=1,
    )
    one.totals.busy_s = other.totals.busy_s = 0.0
    assert one == other
    assert (one.totals.seeds, one.totals.broken_seeds) == (50, 50)
    assert [failure.cut.seed for failure in one.failures] == list(range(1, 51))
    assert one.totals.counts["records"] == 50 * 40
    assert one.totals.checked["nothing_lost"] == 500


def test_it_can_stop_after_so_many_broken_seeds(fiction):
    ran = run(
        read_seeds("1..500"),
        size="town",
        teller=fiction().teller(),
        spread=here,
        workers=50,
        stop_after=3,
    )
    assert 3 <= ran.totals.seeds < 10


def test_progress_is_told_after_every_chunk(fiction):
    seen = []
    run(
        read_seeds("1..20"),
        size="town",
        teller=fiction().teller(),
        spread=here,
        workers=1,
        on_told=lambda ran: seen.append(ran.totals.seeds),
    )
    assert seen == sorted(seen) and seen[-1] == 20 and len(seen) > 1


def test_chunks_are_small_where_there_are_few_seeds_and_never_large(fiction):
    teller = fiction().teller()
    assert {
        len(c.seeds) for c in chunks(read_seeds("1..10"), size="town", teller=teller, workers=4)
    } == {1}
    assert (
        max(
            len(c.seeds)
            for c in chunks(read_seeds("1..10000"), size="town", teller=teller, workers=2)
        )
        == SEEDS_MOST
    )


def test_the_first_chunks_are_of_one_seed_so_that_something_is_seen_soon_and_no_seed_is_left_out(
    fiction,
):
    made = [
        c.seeds
        for c in chunks(read_seeds("5..500"), size="town", teller=fiction().teller(), workers=3)
    ]
    assert made[:3] == [(5,), (6,), (7,)] and len(made[3]) == SEEDS_MOST
    assert [seed for some in made for seed in some] == list(range(5, 501))


def test_of_a_seed_the_first_break_of_each_law_is_kept(fiction):
    story = fiction(other=lambda begun: True)
    told = tell_chunk(Chunk(teller=story.teller(), size="town", seeds=(5,)))
    (failure,) = told.failures
    assert [found.law for found in failure.broken] == ["another_law", "nothing_lost"]


def test_the_first_seed_of_each_law_is_made_small_and_of_the_next_ones_the_moment_is_found(fiction):
    story = fiction(faults=frozenset({3}))
    ran = run(read_seeds("1..100"), size="town", teller=story.teller(), spread=here, workers=1)
    work = cases(ran.failures, story.teller(), within_s=60.0)
    assert [(case.cut.seed, case.is_whole) for case in work[:3]] == [
        (1, True),
        (2, False),
        (3, False),
    ]
    assert len(work) == 1 + LOCATED_MOST
    (_, small), (_, located) = look_into(work[0]), look_into(work[1])
    assert small.cut == Cut(seed=1, until_s=24.3, faults=frozenset({3}), happenings=frozenset())
    assert located.cut == Cut(seed=2, until_s=24.3)


def test_two_laws_that_break_first_in_the_same_seed_are_both_made_small(fiction):
    story = fiction(other=lambda begun: True)
    ran = run(read_seeds("7"), size="town", teller=story.teller(), spread=here, workers=1)
    assert [
        (case.law, case.is_whole) for case in cases(ran.failures, story.teller(), within_s=1.0)
    ] == [("another_law", True), ("nothing_lost", True)]
