"""A guesser is not listened to for a while, and cannot fill the node's memory."""

from citybrain.clock import SECOND_US
from citybrain.people.limits import WRONG_PASSWORD_KEYS, WRONG_PASSWORDS
from citybrain.people.wrong_passwords import WINDOW_US, WrongPasswords


def test_the_tenth_wrong_password_locks_for_the_rest_of_five_minutes():
    wrong = WrongPasswords()
    for _ in range(WRONG_PASSWORDS.value):
        assert not wrong.is_blocked("li na", SECOND_US)
        wrong.note("li na", SECOND_US)
    assert wrong.is_blocked("li na", SECOND_US)
    assert not wrong.is_blocked("wang", SECOND_US)
    assert wrong.is_blocked("li na", SECOND_US + WINDOW_US - 1)
    assert not wrong.is_blocked("li na", SECOND_US + WINDOW_US)


def test_a_right_password_is_not_counted_and_forgives_no_other():
    wrong = WrongPasswords()
    for _ in range(WRONG_PASSWORDS.value - 1):
        wrong.note("a", 0)
    for _ in range(50):
        wrong.note("a", 0)
        wrong.forgive("a", 0)
    assert not wrong.is_blocked("a", 0)
    wrong.note("a", 0)
    assert wrong.is_blocked("a", 0)


def test_memory_is_bounded_and_the_oldest_is_forgotten():
    wrong = WrongPasswords()
    for number in range(WRONG_PASSWORD_KEYS.value + 100):
        wrong.note(str(number), number)
    assert len(wrong) == WRONG_PASSWORD_KEYS.value
    wrong.forgive("0", 0)  # long forgotten: no error
