"""Passwords are kept as argon2id hashes, and an unknown name costs as much as a wrong password."""

import asyncio

import pytest

from citybrain.people.errors import PasswordQueueFullError, PeopleError
from citybrain.people.limits import PASSWORD_CHARS, PASSWORD_CHARS_MIN, PASSWORD_QUEUE
from citybrain.people.passwords import (
    HASHER,
    NOBODYS,
    PasswordChecks,
    hash_password,
    is_password,
)

PASSWORD = "correct horse battery staple"


def test_a_hash_is_argon2id_and_fits_its_password_alone():
    kept = hash_password(PASSWORD)
    assert kept.startswith("$argon2id$v=19$m=47104,t=1,p=1$")
    assert hash_password(PASSWORD) != kept, "each has a salt of its own"
    assert is_password(kept, PASSWORD)
    assert not is_password(kept, PASSWORD + " ")
    assert not is_password("no hash", PASSWORD)


def test_nobodys_hash_costs_what_everybodys_costs():
    assert not HASHER.check_needs_rehash(NOBODYS)
    assert not is_password(NOBODYS, "")


def test_two_keyboards_write_one_password():
    composed, decomposed = "caf\u00e9 de la gare", "cafe\u0301 de la gare"
    assert is_password(hash_password(composed), decomposed)


@pytest.mark.parametrize(
    "password",
    [
        "",
        "x" * (PASSWORD_CHARS_MIN.value - 1),
        "x" * (PASSWORD_CHARS.value + 1),
        "li na li na 1",
    ],
)
def test_a_password_that_cannot_be_is_refused_with_a_cure(password):
    with pytest.raises(PeopleError):
        hash_password(password, name="Li Na")


def test_more_checks_than_there_is_room_for_are_refused():
    async def scenario():
        checks = PasswordChecks()
        checks.waiting = PASSWORD_QUEUE.value
        with pytest.raises(PasswordQueueFullError):
            await checks.is_password(None, PASSWORD)
        checks.waiting = 0
        assert not await checks.is_password(None, PASSWORD)
        assert await checks.is_password(hash_password(PASSWORD), PASSWORD)
        assert checks.waiting == 0
        checks.close()

    asyncio.run(scenario())
