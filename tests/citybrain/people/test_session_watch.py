"""An open stream learns that its session has ended, whoever ended it."""

import pytest

from citybrain.domain.principal import Role
from citybrain.people.limits import SESSION_LIFE
from citybrain.people.session_watch import SessionWatch


@pytest.fixture
def watch(people):
    people.is_lab = True
    return SessionWatch(
        people.store, people.sessions, is_lab=lambda: people.is_lab, clock=people.clock
    )


def test_a_command_ends_the_streams_of_one_and_leaves_the_others(people, watch):
    wang = people.accounts.add("Wang", (Role.VIEWER,), "correct horse battery staple")
    callers = [people.sessions.caller(people.sessions.begin(one)) for one in (people.li_na, wang)]
    first, second, same = (watch.open(one) for one in (*callers, callers[0]))
    watch.look()
    assert not first.is_set()
    people.accounts.revoke_person("Li Na")
    watch.look()
    assert (first.is_set(), same.is_set(), second.is_set()) == (True, True, False)
    watch.close(callers[0], first)
    watch.close(callers[0], same)
    watch.close(callers[1], second)


def test_signing_out_in_one_tab_ends_the_others(people, watch):
    session_id = people.sessions.begin(people.li_na)
    ended = watch.open(people.sessions.caller(session_id))
    watch.look()
    people.sessions.end(session_id)
    watch.look()
    assert ended.is_set()


def test_an_open_stream_is_use_and_ends_after_a_shift_all_the_same(people, watch):
    ended = watch.open(people.sessions.caller(people.sessions.begin(people.li_na)))
    for _ in range(0, SESSION_LIFE.value * 3600 - 600, 600):
        people.clock.advance(600)
        watch.look()
        assert not ended.is_set()
    people.clock.advance(600)
    watch.look()
    assert ended.is_set()


def test_a_revoked_token_ends_its_streams(people, watch):
    caller = people.sessions.program(people.accounts.new_token("hotline", Role.SOURCE))
    ended = watch.open(caller)
    people.accounts.revoke_token("hotline")
    watch.look()
    assert ended.is_set()


def test_the_first_account_ends_the_streams_of_a_lab(people, watch):
    ended = watch.open(None)
    people.accounts.add("Wang", (Role.VIEWER,), "correct horse battery staple")
    watch.look()
    assert not ended.is_set()
    people.is_lab = False
    people.clock.advance(5)
    watch.look()
    assert ended.is_set()
