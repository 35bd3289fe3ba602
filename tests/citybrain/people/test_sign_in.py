"""Signing in: ten wrong passwords lock an account and an address, and nobody learns which accounts
there are."""

import asyncio
import logging

import pytest

from citybrain.people.limits import WRONG_PASSWORDS
from citybrain.people.sign_in import SignIn, SignInResult
from citybrain.people.wrong_passwords import WINDOW_US

PASSWORD = "correct horse battery staple"
TEN = WRONG_PASSWORDS.value
HERE = "10.0.0.9"


@pytest.fixture
def door(people):
    results = []
    made = SignIn(people.store, people.sessions, clock=people.clock, count=results.append)
    made.results = results
    yield made
    made.close()


def attempt(door, name="Li Na", password=PASSWORD, address=HERE):
    return asyncio.run(door.sign_in(name, password, address))


def test_the_right_password_begins_a_session(people, door):
    tried = attempt(door, " li na ")
    assert tried.result is SignInResult.SIGNED_IN
    assert people.sessions.caller(tried.session_id).principal.name == "Li Na"
    assert attempt(door).session_id != tried.session_id


@pytest.mark.parametrize("name", ["Li Na", "Nobody"])
def test_ten_wrong_ones_lock_the_account_from_everywhere_whether_it_is_there_or_not(
    people, door, name
):
    for number in range(TEN):
        tried = attempt(door, name, "wrong", f"10.0.1.{number}")
        assert tried.result is SignInResult.WRONG_PASSWORD
    assert attempt(door, name, PASSWORD, "10.0.2.1").result is SignInResult.ACCOUNT_LOCKED
    people.clock.advance(WINDOW_US / 1e6)
    again = attempt(door, name, PASSWORD, "10.0.2.1").result
    assert again is (SignInResult.SIGNED_IN if name == "Li Na" else SignInResult.WRONG_PASSWORD)


def test_ten_wrong_ones_lock_the_address_for_every_account(people, door):
    for number in range(TEN):
        attempt(door, f"guess {number}", "wrong")
    assert attempt(door).result is SignInResult.ADDRESS_LOCKED
    assert attempt(door, address="10.0.0.10").result is SignInResult.SIGNED_IN


def test_a_hundred_at_once_are_ten_trials(people, door):
    async def scenario():
        tries = [door.sign_in("Li Na", f"guess {number}", HERE) for number in range(100)]
        return [tried.result for tried in await asyncio.gather(*tries)]

    results = asyncio.run(scenario())
    assert results.count(SignInResult.WRONG_PASSWORD) == TEN
    assert results.count(SignInResult.ADDRESS_LOCKED) == 100 - TEN


def test_an_own_account_does_not_wash_guesses_at_others_away(people, door):
    for number in range(TEN - 1):
        attempt(door, f"guess {number}", "wrong")
        assert attempt(door).result is SignInResult.SIGNED_IN
    attempt(door, "one more", "wrong")
    assert attempt(door).result is SignInResult.ADDRESS_LOCKED


def test_every_try_is_counted_and_logged_and_no_typed_name_or_password_is(people, door, caplog):
    caplog.set_level(logging.INFO)
    attempt(door)
    attempt(door, password="a secret")
    attempt(door, name="my-password-in-the-wrong-field", password="another")
    assert door.results == ["signed_in", "wrong_password", "wrong_password"]
    assert len(caplog.records) == 3
    assert "'Li Na' signed in from 10.0.0.9" in caplog.text
    assert "sign-in refused (wrong_password): 'Li Na', from 10.0.0.9" in caplog.text
    assert "secret" not in caplog.text
    assert "my-password" not in caplog.text


def test_an_account_that_was_removed_while_its_password_was_checked_is_refused(people, door):
    async def scenario():
        trying = asyncio.create_task(door.sign_in("Li Na", PASSWORD, HERE))
        await asyncio.sleep(0)
        people.accounts.remove("Li Na")
        return (await trying).result

    assert asyncio.run(scenario()) is SignInResult.WRONG_PASSWORD
