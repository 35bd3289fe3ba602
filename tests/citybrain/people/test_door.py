"""Without an account a node's pages are its own machine's alone, and the refusal says the cure."""

import pytest

from citybrain.clock import ManualClock
from citybrain.domain.principal import Role
from citybrain.errors import ConfigError
from citybrain.people.door import ensure_not_open, is_loopback, open_door
from citybrain.people.store import ensure_store
from citybrain.random_ids import RandomIds


def opened(folder, address):
    return open_door(
        folder,
        node="district-riverside",
        address=address,
        clock=ManualClock(),
        ids=RandomIds(),
        count=lambda _: None,
    )


@pytest.mark.parametrize(
    ("address", "is_own"),
    [
        ("127.0.0.1:8101", True),
        ("127.8.9.1:0", True),
        ("[::1]:8101", True),
        ("localhost:8101", True),
        ("0.0.0.0:8101", False),
        ("[::]:8101", False),
        ("10.0.0.5:8101", False),
        ("localhost.example:8101", False),
    ],
)
def test_loopback_is_this_machine_alone(address, is_own):
    assert is_loopback(address) == is_own


def test_without_accounts_nobody_is_served_from_outside(tmp_path):
    with pytest.raises(ConfigError, match=r"listen\.web: 0\.0\.0\.0:8101") as refused:
        opened(tmp_path, "0.0.0.0:8101")
    assert f"citybrain people add NAME --role admin --data {tmp_path}" in str(refused.value)
    assert 'web = "127.0.0.1:8101"' in str(refused.value)
    assert list(tmp_path.iterdir()) == [], "nothing was begun"
    ensure_store(tmp_path)
    with pytest.raises(ConfigError, match="city.toml has 1 problem"):
        ensure_not_open(tmp_path, "0.0.0.0:8101", configuration="city.toml")
    ensure_not_open(tmp_path, None)


def test_on_loopback_it_is_a_lab_until_the_first_account(people, tmp_path):
    people.accounts.remove("Li Na")
    door = opened(tmp_path, "127.0.0.1:0")
    assert door.is_lab
    people.accounts.add("Zhao", (Role.ADMIN,), "correct horse battery staple")
    assert not door.is_lab
    door.close()


def test_from_outside_it_never_becomes_a_lab(people, tmp_path):
    door = opened(tmp_path, "0.0.0.0:0")
    people.accounts.remove("Li Na")
    assert not door.is_lab
    door.close()
