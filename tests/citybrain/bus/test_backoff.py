"""The waits between attempts grow, stay bounded, and differ from box to box."""

from hypothesis import given
from hypothesis import strategies as st

from citybrain.bus.backoff import Backoff
from citybrain.random_ids import RandomIds


class Fixed:
    def __init__(self, number):
        self._number = number

    def number(self):
        return self._number

    def token(self):
        return ""


@given(st.integers(1, 2**63 - 1), st.integers(1, 200))
def test_a_wait_is_between_half_and_all_of_its_bound(number, attempts):
    backoff = Backoff(first_s=0.25, max_s=15.0, ids=Fixed(number))
    for step in range(attempts):
        whole = min(15.0, 0.25 * 2.0 ** min(step, 30))
        assert whole / 2 <= backoff.next_s() <= whole


def test_success_starts_it_again_from_the_first_wait():
    backoff = Backoff(first_s=0.25, max_s=15.0, ids=Fixed(2**63 - 1))
    waits = [backoff.next_s() for _ in range(8)]
    assert waits == sorted(waits)
    assert waits[-1] == 15.0
    backoff.reset()
    assert backoff.next_s() == waits[0]


def test_two_boxes_do_not_come_back_at_one_instant():
    waits = {Backoff(first_s=0.25, max_s=15.0, ids=RandomIds()).next_s() for _ in range(50)}
    assert len(waits) == 50
