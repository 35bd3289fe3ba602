"""A commit loop and a wall clock that nothing proves: no deadline fires for it, it is shown, and a
person says what it was.
"""

import asyncio
import threading

import pytest

from citybrain.clock import SECOND_US, seconds_between
from citybrain.decider.command import ClockSet
from citybrain.domain.clock import ClockAction, ClockVerb
from citybrain.domain.principal import Role, unauthenticated
from citybrain.errors import ClockNotSetError, NodeStoppingError
from citybrain.node_time.setting import set_clock
from citybrain.system_clock import SystemClock

WAIT_S = 20
DAY_S = 86_400
SUPERVISOR = unauthenticated("Li Na", Role.SUPERVISOR)


class Machine:
    """A machine's clocks that stand still until they are moved."""

    def __init__(self):
        self.wall = self.boot = 1_750_000_000 * SECOND_US

    def run(self, seconds, *, step=0):
        self.wall += (seconds + step) * SECOND_US
        self.boot += seconds * SECOND_US

    def wall_us(self):
        return self.wall

    def boot_us(self):
        return self.boot

    def monotonic_us(self):
        return self.boot


class Holds:
    """What the loop said of its clock, and when it said it."""

    def __init__(self, commit_loop):
        self.said, self._changed = [], threading.Condition()
        commit_loop.clock_watch.on_hold(self._on_hold)

    def _on_hold(self, text):
        with self._changed:
            self.said.append(text)
            self._changed.notify_all()

    def wait_for(self, count):
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.said) >= count, WAIT_S), self.said


@pytest.fixture
def machine():
    return Machine()


@pytest.fixture
def loop(commit_loops, machine, till):
    commit_loop, listener = commit_loops(at_clock=SystemClock(machine))
    commit_loop.submit(till.Remind(name="in a minute", after_s=60)).result(WAIT_S)
    commit_loop.listener, commit_loop.holds = listener, Holds(commit_loop)
    return commit_loop


def say(loop, verb, principal=SUPERVISOR):
    action = ClockAction(request="r", verb=verb, reason="so", actor=principal.name)
    return loop.clock_watch.request(action, principal).result(WAIT_S)


def last_record(store):
    return list(store.records())[-1]


def test_a_glitch_of_a_day_fires_nothing_and_is_shown_until_it_is_over(loop, machine, till):
    machine.run(1, step=DAY_S)
    loop.holds.wait_for(1)
    assert "86400 s ahead of node time" in loop.holds.said[0]
    loop.submit(till.Pay(amount=1)).result(WAIT_S)
    machine.run(50, step=-DAY_S)
    loop.holds.wait_for(2)
    assert loop.holds.said[1] == ""
    loop.submit(till.Pay(amount=1)).result(WAIT_S)
    assert loop.state.fired == ()
    assert loop.state.last_at == machine.wall
    machine.run(10)
    assert loop.listener.wait_for(lambda state: state.fired).fired == ("in a minute",)


def test_a_later_listener_gets_a_step_that_is_held_back_already(loop, machine):
    machine.run(1, step=DAY_S)
    loop.holds.wait_for(1)
    assert Holds(loop).said == loop.holds.said


def test_confirmed_the_time_has_passed_and_what_is_due_fires(loop, machine, store):
    machine.run(1, step=DAY_S)
    loop.holds.wait_for(1)
    committed = say(loop, ClockVerb.CONFIRM)
    assert isinstance(committed.input, ClockSet)
    assert loop.listener.wait_for(lambda state: state.fired).fired == ("in a minute",)
    loop.holds.wait_for(2)
    assert loop.holds.said[1] == ""
    assert last_record(store).at == machine.wall


def test_rebased_node_time_moves_and_deadlines_keep_what_is_left(loop, machine, store):
    machine.run(1, step=DAY_S)
    loop.holds.wait_for(1)
    say(loop, ClockVerb.REBASE)
    assert last_record(store).at == machine.wall
    assert seconds_between(machine.wall, store.next_due()) == 59
    assert loop.state.fired == ()


def test_a_journal_that_is_a_day_ahead_is_rebased_and_stays_so_over_a_restart(
    loop, machine, store, commit_loops, till
):
    loop.stop()
    machine.run(1, step=-DAY_S)
    again, listener = commit_loops(at_store=store, at_clock=SystemClock(machine), start=False)
    holds = Holds(again)
    again.start()
    holds.wait_for(1)
    assert "behind the journal's last time" in holds.said[0]
    say(again, ClockVerb.REBASE)
    assert last_record(store).at == machine.wall
    assert seconds_between(machine.wall, store.next_due()) > 58
    again.stop()
    third, listener = commit_loops(at_store=store, at_clock=SystemClock(machine))
    third.submit(till.Pay(amount=1)).result(WAIT_S)
    assert third.state.last_at == machine.wall
    machine.run(60)
    assert listener.wait_for(lambda state: state.fired).fired == ("in a minute",)


def test_after_a_start_with_a_wrong_clock_only_what_was_due_by_then_fires(
    loop, machine, store, commit_loops, till
):
    loop.submit(till.Remind(name="at once", after_s=0)).result(WAIT_S)
    loop.stop()
    before = last_record(store).at
    machine.run(30, step=30 * DAY_S)
    again, listener = commit_loops(at_store=store.crash(), at_clock=SystemClock(machine))
    again.submit(till.Pay(amount=1)).result(WAIT_S)
    assert listener.wait_for(lambda state: state.fired).fired == ("at once",)
    assert again.state.last_at == before


@pytest.mark.parametrize(
    ("step_s", "verb", "role", "reason"),
    [
        (0, ClockVerb.REBASE, Role.SUPERVISOR, "clock_agrees"),
        (0, ClockVerb.CONFIRM, Role.SUPERVISOR, "clock_agrees"),
        (-DAY_S, ClockVerb.CONFIRM, Role.SUPERVISOR, "clock_behind"),
        (DAY_S, ClockVerb.CONFIRM, Role.OPERATOR, "not_permitted"),
    ],
)
def test_what_cannot_be_said_is_refused_and_journals_nothing(
    loop, machine, store, step_s, verb, role, reason
):
    machine.run(1, step=step_s)
    head = store.head()
    with pytest.raises(ClockNotSetError) as refused:
        say(loop, verb, unauthenticated("Li Na", role))
    assert refused.value.reason == reason
    assert store.head() == head


@pytest.mark.parametrize("ahead_s", [0, DAY_S])
def test_whoever_no_longer_waits_for_an_answer_does_not_end_the_journal(
    loop, machine, till, store, ahead_s
):
    machine.run(1, step=ahead_s)
    action = ClockAction(request="r", verb=ClockVerb.CONFIRM, reason="so", actor="Li Na")
    while not loop.clock_watch.request(action, SUPERVISOR).cancel():
        pass  # the journal was faster
    loop.submit(till.Pay(amount=1)).result(WAIT_S)
    loop.submit(till.Pay(amount=1)).result(WAIT_S)
    assert loop.failure is None
    loop.clock_watch.request(action, SUPERVISOR).cancel()
    loop.stop()
    assert loop.failure is None


def test_nobody_waits_for_a_loop_that_has_stopped(loop):
    loop.stop()
    with pytest.raises(NodeStoppingError):
        say(loop, ClockVerb.CONFIRM)


def outcome_of(loop, caller, role=Role.OPERATOR):
    action = ClockAction(request="r", verb=ClockVerb.CONFIRM, reason="so", actor="Li Na")
    return asyncio.run(set_clock(loop.clock_watch.request, action, caller, role=role))


def test_whoever_asks_gets_an_outcome_and_a_proved_caller_is_who_acts(loop, machine):
    assert outcome_of(loop, None).reason == "not_permitted"
    assert outcome_of(loop, SUPERVISOR).reason == "clock_agrees"
    machine.run(1, step=DAY_S)
    loop.holds.wait_for(1)
    assert outcome_of(loop, None, Role.SUPERVISOR).done
