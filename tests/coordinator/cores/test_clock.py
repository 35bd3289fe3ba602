"""A city whose node time was moved: its deadlines keep what is left, and what its districts
reported stays as they reported it.
"""

import pytest

from citybrain.clock import SECOND_US, Timestamp
from citybrain.decider.command import ClockSet, Reply, SetTimer
from citybrain.domain.clock import ClockAction, ClockVerb
from citybrain.domain.principal import Role, unauthenticated

DAY_US = 86_400 * SECOND_US
END = Timestamp(2**62)


def rows(city):
    return city.store.timers_due(at=END, limit=1_000)


def rebase(city, micros, role=Role.DUTY_OFFICER):
    held = tuple(
        SetTimer(timer=row.timer, due=row.due, subject=row.subject, version=row.version)
        for row in rows(city)
    )
    city.clock._at += micros
    return city.submit(
        ClockSet(
            action=ClockAction(request="r", verb=ClockVerb.REBASE, reason="", actor="Chen"),
            principal=unauthenticated("Chen", role),
            micros=micros,
            timers=held,
        )
    )


@pytest.fixture
def planned(w):
    city = w.City().connect("north", "south")
    city.receive("north", w.unit(at=77))
    city.receive("south", w.incident())
    city.plan(("u1", "s1"))
    return city


def test_its_deadlines_keep_what_is_left_and_reports_stay(planned):
    was_now, before = planned.clock.now(), rows(planned)
    assert before
    commands = rebase(planned, -DAY_US)
    assert any(isinstance(c, Reply) and c.done for c in commands)
    now = planned.clock.now()
    assert [row.due - now for row in rows(planned)] == [row.due - was_now for row in before]
    assert planned.state.world.units["u1"].at == 77
    assert all(saga.since <= now for saga in planned.state.sagas.live.values())
    assert all(known.last_seen_at <= now for known in planned.state.world.districts.values())


def test_who_may_not_changes_nothing(planned):
    before = planned.state
    with pytest.raises(AssertionError, match="ClockNotSetError"):
        rebase(planned, -DAY_US, Role.OPERATOR)
    assert planned.state == before
