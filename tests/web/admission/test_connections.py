"""How many connections a server takes: one address gets its share, and newcomers find a place."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citybrain.web import limits
from citybrain.web.admission.connections import ConnectionTable, sharing
from citybrain.web.admission.refusals import Refusal

ALL = limits.CLIENTS.value
SHARE = limits.ADDRESS_CLIENTS.value
FEW = limits.FEW_CLIENTS.value


def taken(table, address, tries):
    return sum(table.admit(address) is None for _ in range(tries))


def test_one_address_gets_its_share_and_no_more():
    table = ConnectionTable()
    assert taken(table, "10.0.0.1", ALL) == SHARE
    assert table.admit("10.0.0.1") is Refusal.ADDRESS_FULL
    assert table.admit("10.0.0.2") is None


def test_the_last_places_are_for_those_who_hold_few():
    table = ConnectionTable()
    for greedy in ("10.0.0.1", "10.0.0.2", "10.0.0.3"):
        taken(table, greedy, ALL)
    assert table.total == ALL - limits.RESERVED_CLIENTS.value + FEW
    assert taken(table, "10.0.0.9", ALL) == FEW


def test_a_place_that_is_given_back_is_free_again():
    table = ConnectionTable()
    taken(table, "10.0.0.1", ALL)
    table.release("10.0.0.1")
    assert table.admit("10.0.0.1") is None


def test_the_server_is_full_in_the_end():
    table = ConnectionTable()
    for last in range(256):
        taken(table, f"10.0.0.{last}", FEW)
    assert table.total == ALL
    assert table.admit("10.0.1.1") is Refusal.SERVER_FULL


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2001:db8::1", "2001:db8::ffff"),
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("fe80::1%eth0", "fe80::2%eth0"),
    ],
)
def test_addresses_of_one_subscriber_share(one, other):
    assert sharing(one) == sharing(other)


def test_addresses_of_two_subscribers_do_not():
    assert (
        len({sharing(a) for a in ("10.0.0.1", "10.0.0.2", "2001:db8:1::1", "2001:db8:2::1")}) == 4
    )


@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), max_size=2_000))
def test_it_counts_what_is_held(steps):
    table, held = ConnectionTable(), Counter()
    for address, is_new in steps:
        if is_new and table.admit(address) is None:
            held[address] += 1
        elif not is_new and held[address]:
            table.release(address)
            held[address] -= 1
    assert table.total == held.total() <= ALL
    assert max(held.values(), default=0) <= SHARE
