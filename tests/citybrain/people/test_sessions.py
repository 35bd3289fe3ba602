"""Sessions: proved by an id that nobody can guess, ended by time, by their owner, by a command."""

import pytest

from citybrain.domain.principal import Authentication, Role
from citybrain.people.limits import LINK_LIFE, OWNER_SESSIONS, SESSION_IDLE, SESSION_LIFE, SESSIONS
from citybrain.people.secret import DIGITS, hash_of
from citybrain.people.store import Session

IDLE_S = SESSION_IDLE.value * 60
LIFE_S = SESSION_LIFE.value * 3600


def test_a_session_is_its_persons_and_of_its_id_a_hash_alone_is_kept(people):
    session_id = people.sessions.begin(people.li_na)
    assert len(session_id) == DIGITS
    assert session_id not in people.path.read_bytes().decode("latin-1")
    caller = people.sessions.caller(session_id)
    assert caller.principal.name == "Li Na"
    assert caller.principal.roles == (Role.OPERATOR,)
    assert caller.principal.authentication is Authentication.PASSWORD
    assert people.sessions.caller(hash_of(session_id)) is None, "the hash opens nothing"
    assert people.sessions.caller("") is None


def test_it_ends_when_it_is_not_used(people):
    session_id = people.sessions.begin(people.li_na)
    for _ in range(3):
        people.clock.advance(IDLE_S - 1)
        assert people.sessions.caller(session_id) is not None
    people.clock.advance(IDLE_S)
    assert people.sessions.caller(session_id) is None


def test_it_ends_after_a_shift_however_much_it_is_used(people):
    session_id = people.sessions.begin(people.li_na)
    for _ in range(0, LIFE_S - 600, 600):
        people.clock.advance(600)
        assert people.sessions.caller(session_id) is not None
    people.clock.advance(600)
    assert people.sessions.caller(session_id) is None


def test_use_is_noted_now_and_then_and_what_is_too_old_leaves_the_file(people):
    used, unused = (people.sessions.begin(people.li_na) for _ in range(2))
    people.clock.advance(IDLE_S - 60)
    assert people.sessions.caller(used) is not None
    assert people.sessions.is_note_due
    people.clock.advance(60)
    people.sessions.note_used()
    assert not people.sessions.is_note_due
    assert [one.id_hash for one in people.commands.sessions()] == [hash_of(used)]
    assert people.sessions.caller(unused) is None


@pytest.mark.parametrize("how", ["remove", "password", "revoke", "all"])
def test_a_command_ends_it_at_once(people, how):
    session_id = people.sessions.begin(people.li_na)
    match how:
        case "remove":
            assert people.accounts.remove("Li Na") == 1
        case "password":
            assert people.accounts.set_password("li  na", "another horse battery") == 1
        case "revoke":
            assert people.accounts.revoke_person("Li Na") == 1
        case "all":
            assert people.accounts.revoke_all() == 1
    assert people.sessions.caller(session_id) is None


def test_one_person_has_so_many_and_the_one_unused_for_longest_ends(people):
    begun = []
    for _ in range(OWNER_SESSIONS.value + 1):
        begun.append(people.sessions.begin(people.li_na))
        people.clock.advance(1)
    people.sessions.caller(begun[0])  # used just now: the second one is the oldest
    people.sessions.note_used()
    assert people.sessions.caller(begun[0]) is None, "it had gone before"
    people.clock.advance(1)
    people.sessions.caller(begun[1])
    people.sessions.begin(people.li_na)
    assert people.sessions.caller(begun[1]) is not None
    assert people.sessions.caller(begun[2]) is None


def test_all_sessions_together_are_bounded(people):
    now = people.clock.now()
    with people.commands.transaction():
        for number in range(SESSIONS.value):
            row = Session(
                id_hash=f"{number:064x}", key="", unit=f"u-{number}", begun_at=now, used_at=now
            )
            people.commands.add_session(row)
    people.clock.advance(1)
    session_id = people.sessions.begin(people.li_na)
    assert people.commands.session_count() == SESSIONS.value
    assert people.sessions.caller(session_id) is not None


def test_signing_out_ends_it(people):
    session_id = people.sessions.begin(people.li_na)
    people.sessions.end(session_id)
    people.sessions.end(session_id)
    assert people.sessions.caller(session_id) is None


def test_a_link_makes_one_device_its_units_once(people):
    link = people.accounts.new_link("riverside-1")
    assert people.sessions.unit_of_link(link) == "riverside-1"
    session_id, unit = people.sessions.begin_device(link)
    assert unit == "riverside-1"
    assert people.sessions.begin_device(link) is None
    caller = people.sessions.caller(session_id)
    assert (caller.unit, caller.principal.roles) == ("riverside-1", (Role.CREW,))
    assert caller.principal.authentication is Authentication.DEVICE
    assert people.accounts.revoke_unit("riverside-1") == 1
    assert people.sessions.caller(session_id) is None


def test_a_link_ends_with_its_day_and_with_the_next_one(people):
    first = people.accounts.new_link("riverside-1")
    second = people.accounts.new_link("riverside-1")
    assert people.sessions.begin_device(first) is None
    people.clock.advance(LINK_LIFE.value * 3600)
    assert people.sessions.begin_device(second) is None


def test_a_token_is_its_programs_until_it_is_revoked(people):
    token = people.accounts.new_token("hotline", Role.SOURCE)
    caller = people.sessions.program(token)
    assert (caller.principal.name, caller.principal.roles) == ("hotline", (Role.SOURCE,))
    assert caller.principal.authentication is Authentication.TOKEN
    assert people.sessions.still(caller) == caller
    newer = people.accounts.new_token("hotline", Role.SOURCE)
    assert people.sessions.program(token) is None
    people.accounts.revoke_token("hotline")
    assert people.sessions.program(newer) is None
