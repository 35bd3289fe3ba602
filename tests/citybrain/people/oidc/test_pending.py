"""A sign-in that is at the provider belongs to one browser, is used once, and takes no other's
place."""

import pytest

from citybrain.clock import SECOND_US, Instant
from citybrain.people.oidc.errors import OidcRefusal, OidcRefusedError
from citybrain.people.oidc.limits import PENDING, PENDING_LIFE, PENDING_OF_ADDRESS
from citybrain.people.oidc.pending import PendingSignIn, PendingSignIns
from citybrain.people.secret import hash_of


def pending(*, browser="b", address="10.0.0.1", at=0):
    return PendingSignIn(
        browser=hash_of(browser),
        nonce="n",
        verifier="v",
        goal="/",
        address=address,
        begun_at=Instant(at),
    )


def refusal(table, state, browser="b", at=0):
    with pytest.raises(OidcRefusedError) as refused:
        table.take(state, browser, Instant(at))
    return refused.value.refusal


def test_it_is_used_once():
    table = PendingSignIns()
    table.add("s", pending())
    assert table.take("s", "b", Instant(1)).verifier == "v"
    assert refusal(table, "s") is OidcRefusal.UNKNOWN_STATE


@pytest.mark.parametrize("browser", ["", "another", hash_of("b")])
def test_another_browser_gets_nothing_and_uses_it_up(browser):
    table = PendingSignIns()
    table.add("s", pending())
    assert refusal(table, "s", browser) is OidcRefusal.OTHER_BROWSER
    assert refusal(table, "s") is OidcRefusal.UNKNOWN_STATE, "whoever had it cannot try again"


@pytest.mark.parametrize("state", ["", "made up", hash_of("s")])
def test_a_made_up_state_is_none(state):
    table = PendingSignIns()
    table.add("s", pending())
    assert refusal(table, state) is OidcRefusal.UNKNOWN_STATE


def test_it_lasts_for_ten_minutes():
    table = PendingSignIns()
    table.add("s", pending())
    table.add("t", pending(at=1))
    assert table.take("t", "b", Instant(PENDING_LIFE.value * SECOND_US)).nonce == "n"
    assert refusal(table, "s") is OidcRefusal.UNKNOWN_STATE


def test_an_address_ends_its_own_alone():
    table = PendingSignIns()
    table.add("honest", pending(address="10.0.0.2"))
    for number in range(PENDING_OF_ADDRESS.value * 3):
        table.add(f"s-{number}", pending())
    assert len(table) == PENDING_OF_ADDRESS.value + 1
    assert table.take("honest", "b", Instant(1))


def test_who_fills_the_table_makes_room_in_it():
    table = PendingSignIns()
    table.add("honest", pending(address="10.0.0.2"))
    for number in range(PENDING.value * 2):
        table.add(f"s-{number}", pending(address=f"10.1.0.{number % 40}"))
    assert len(table) == PENDING.value
    assert table.take("honest", "b", Instant(1))
