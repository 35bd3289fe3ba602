"""How far ahead of the journal an ingress may be, by how long its groups take."""

from district_node.limits import INGRESS_AHEAD
from district_node.shell.ingress.handover_bound import BYTES_MIN, GROUP_US, HandoverBound


def groups(bound, bytes_a_second, count=20):
    """So many groups as large as the bound, of a journal of that speed."""
    for _ in range(count):
        bound.committed(bound.value, round(1_000_000 * bound.value / bytes_a_second))


def test_a_journal_that_keeps_up_is_given_the_whole():
    bound = HandoverBound()
    groups(bound, 100_000_000)
    assert bound.value == INGRESS_AHEAD.value


def test_a_slow_one_is_given_what_it_takes_in_a_fifth_of_a_second():
    bound = HandoverBound()
    groups(bound, 1_000_000)
    assert 120_000 < bound.value < 260_000


def test_however_slow_it_is_it_is_given_something():
    bound = HandoverBound()
    groups(bound, 1_000)
    assert bound.value == BYTES_MIN


def test_one_stall_of_a_disk_is_soon_forgotten():
    bound = HandoverBound()
    bound.committed(bound.value, 50 * GROUP_US)
    assert bound.value >= INGRESS_AHEAD.value // 2
    groups(bound, 100_000_000, count=4)
    assert bound.value == INGRESS_AHEAD.value


def test_a_group_of_few_bytes_that_took_long_says_nothing():
    bound = HandoverBound()
    bound.committed(1_000, 50 * GROUP_US)
    assert bound.value == INGRESS_AHEAD.value
