"""What was made of a value is made once, as long as it is remembered."""

from citybrain.feed.memo import Memo


def test_it_is_made_once_for_the_same_object_and_again_for_an_equal_one():
    memo, value, equal, made = Memo(), [1], [1], []
    assert memo.get(value, lambda: made.append(1) or b"x") == b"x"
    assert memo.get(value, lambda: made.append(2) or b"y") == b"x"
    assert memo.get(equal, lambda: made.append(3) or b"z") == b"z"
    assert made == [1, 3]


def test_the_oldest_goes_when_there_is_no_room():
    memo, values = Memo(2), [object(), object(), object()]
    for n, value in enumerate(values):
        memo.get(value, lambda n=n: n)
    assert [memo.get(value, lambda: "again") for value in reversed(values)] == [2, 1, "again"]


def test_an_identity_is_not_mistaken_for_that_of_a_value_that_is_gone():
    memo = Memo(4)
    for n in range(100):
        assert memo.get([n], lambda n=n: n) == n
