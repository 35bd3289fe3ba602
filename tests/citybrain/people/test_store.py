"""The file of people: one that an older version wrote is brought up, with all that is in it."""

import pytest

from citybrain.clock import Timestamp
from citybrain.domain.principal import Role
from citybrain.errors import UpgradeError
from citybrain.people.oidc.limits import FEDERATED_PEOPLE
from citybrain.people.store import FederatedPerson, PeopleStore, ensure_store, federated_key


def person(number, name):
    return FederatedPerson(
        key=federated_key("https://id.example", f"u-{number}"),
        name=name,
        roles=(Role.OPERATOR, Role.VIEWER),
        issuer="https://id.example",
        rules="r",
        signed_in_at=Timestamp(number),
    )


def test_a_file_of_an_older_version_is_brought_up_and_keeps_its_accounts(people):
    people.store._connection.execute(
        "DROP TABLE federated_people; DROP TRIGGER push_subscriptions_end;"
        " DROP TABLE push_subscriptions; ALTER TABLE links DROP COLUMN key;"
        " DELETE FROM migrations WHERE number > 1"
    )
    with pytest.raises(UpgradeError):
        PeopleStore(people.path)
    for _ in range(2):
        opened = PeopleStore(ensure_store(people.path.parent))
        assert [one.name for one in opened.accounts()] == ["Li Na"]
        assert opened.federated_people() == ()
        opened.close()


def test_a_federated_person_is_one_by_issuer_and_subject_and_found_by_name(people):
    people.store.set_federated(person(1, "li.na"))
    people.store.set_federated(person(1, "Li.Na-Wang"))
    assert people.store.federated_people() == (person(1, "Li.Na-Wang"),)
    assert people.commands.federated_named("li.na-wang") == person(1, "Li.Na-Wang")
    assert people.store.federated_named("li.na") is None
    key = federated_key("https://id.example", "u-1")
    assert people.store.federated(key) == person(1, "Li.Na-Wang")
    assert key.startswith(" "), "no name that is compared does"
    assert federated_key("a\nb", "c") != key


def test_who_signed_in_longest_ago_is_forgotten(people):
    for number in range(5):
        people.store.set_federated(person(number, f"p{number}"))
    people.store.forget_federated(2)
    assert [one.name for one in people.store.federated_people()] == ["p3", "p4"]
    assert FEDERATED_PEOPLE.value > 100
