"""An ordering stays sorted, by moving what moved."""

from citybrain.clock import Timestamp
from citybrain.feed.rows.ordering import Ordering
from citybrain.feed.rows.row import Row

NOW = Timestamp(0)


class Counted:
    """A sort key that counts how often it is made."""

    def __init__(self):
        self.made = 0

    def __call__(self, value, now):
        self.made += 1
        return (value,)


def filled(count):
    rows = {f"k{n:04}": Row(f"k{n:04}", n * 10, 1) for n in range(count)}
    sort_key = Counted()
    return rows, sort_key, Ordering(sort_key, rows, NOW)


def test_a_row_that_changes_costs_one_sort_key_and_the_list_stays_the_same_object():
    rows, sort_key, ordering = filled(1_000)
    sequence = ordering.sequence
    sort_key.made = 0
    rows["k0500"] = Row("k0500", 5_005, 2)
    before = ordering.update(["k0500"], NOW)
    assert before == {"k0500": ((5_000,), "k0500")}
    assert (sort_key.made, ordering.sequence is sequence) == (1, True)
    assert sequence == sorted(sequence)


def test_an_equal_sort_key_leaves_everything_where_it_is():
    rows, _, ordering = filled(10)
    placed = list(ordering.sequence)
    rows["k0005"] = Row("k0005", 50, 2)
    ordering.update(["k0005"], NOW)
    assert all(one is other for one, other in zip(ordering.sequence, placed, strict=True))


def test_equal_sort_keys_stand_in_the_order_of_their_keys():
    rows = {key: Row(key, 1, 1) for key in "cab"}
    ordering = Ordering(lambda value, now: (value,), rows, NOW)
    assert [key for _, key in ordering.sequence] == ["a", "b", "c"]


def test_many_changes_at_once_and_none_left():
    rows, _, ordering = filled(100)
    for n, key in enumerate(sorted(rows)):
        rows[key] = Row(key, -n, 2)
    ordering.update(rows, NOW)
    assert [key for _, key in ordering.sequence] == sorted(rows, reverse=True)
    gone = list(rows)
    rows.clear()
    ordering.update(gone, NOW)
    assert (ordering.sequence, ordering.placed) == ([], {})
