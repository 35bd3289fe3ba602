"""The writer's timers and its time: what is due fires, in order, whatever held it up."""

import threading

from citybrain.clock import SECOND_US, ManualClock
from citybrain.decider.audit import overdue
from citybrain.errors import StoreFullError

WAIT_S = 20


def test_everything_overdue_fires_at_once_after_a_start_in_order(
    commit_loops, store, till, clock, open_decider
):
    decider = open_decider(store)
    names = [f"t{number:04}" for number in range(2500)]  # more than one transaction takes
    decider.run(
        [till.Remind(name=name, after_s=1 + index / 1000) for index, name in enumerate(names)],
        clock.now(),
    )
    clock.advance(3600)
    assert len(overdue(store, clock.now())) == 1000
    _, listener = commit_loops(at_store=store.crash())
    assert listener.wait_for(lambda state: len(state.fired) == 2500).fired == tuple(names)
    assert overdue(store.crash(), clock.now()) == ()


def test_a_timer_fires_when_its_time_comes_and_not_before(commit_loops, till, clock):
    commit_loop, listener = commit_loops()
    commit_loop.submit(till.Remind(name="later", after_s=60)).result(WAIT_S)
    commit_loop.submit(till.Remind(name="soon", after_s=5)).result(WAIT_S)
    assert commit_loop.submit(till.Pay(amount=1)).result(WAIT_S)
    assert commit_loop.state.fired == ()
    clock.advance(5)
    assert listener.wait_for(lambda state: state.fired).fired == ("soon",)


def test_a_timer_that_no_core_can_decide_does_not_hold_up_the_others(
    commit_loops, store, till, clock
):
    commit_loop, listener = commit_loops()
    commit_loop.submit(till.Remind(name="poison", after_s=1)).result(WAIT_S)
    commit_loop.submit(till.Remind(name="wholesome", after_s=1)).result(WAIT_S)
    clock.advance(2)
    assert listener.wait_for(lambda state: state.fired).fired == ("wholesome",)
    assert commit_loop.rejected[0].kind == "TimerFired"
    clock.advance(10)
    assert [timer.timer for timer in overdue(store, clock.now())] == [
        "poison"
    ]  # the auditor shows it


def test_timers_that_a_full_disk_held_up_fire_when_there_is_room(commit_loops, store, till, clock):
    refused = threading.Event()

    def full(boundary):
        refused.set()
        raise StoreFullError("full")

    commit_loop, listener = commit_loops()
    commit_loop.submit(till.Remind(name="t", after_s=1)).result(WAIT_S)
    store.faults = full
    clock.advance(2)
    assert refused.wait(WAIT_S)
    store.faults = None
    clock.advance(1)  # the pause before the next try has passed
    assert listener.wait_for(lambda state: state.fired).fired == ("t",)


class SteppingClock(ManualClock):
    stepped_us = 0


def test_a_step_of_the_wall_clock_is_journaled_once(commit_loops, store, till):
    clock = SteppingClock()
    _, listener = commit_loops(at_clock=clock)
    clock.stepped_us = -3 * SECOND_US
    assert listener.wait_for(lambda state: state.stepped_us).stepped_us == -3 * SECOND_US
    clock.stepped_us = 2 * SECOND_US
    assert (
        listener.wait_for(lambda state: state.stepped_us != -3 * SECOND_US).stepped_us
        == 2 * SECOND_US
    )
    assert [record.kind for record in store.records()] == ["clock_stepped", "clock_stepped"]


def test_node_time_does_not_go_back_over_a_restart(commit_loops, store, till, clock):
    clock.advance(1000)
    commit_loop, _ = commit_loops()
    commit_loop.submit(till.Pay(amount=1)).result(WAIT_S)
    latest = commit_loop.state.last_at
    commit_loop.stop()
    behind = ManualClock(at=latest - 500 * SECOND_US)
    again, _ = commit_loops(at_store=store.crash(), at_clock=behind)
    again.submit(till.Pay(amount=1)).result(WAIT_S)
    assert again.state.last_at == latest
    behind.advance(3)
    again.submit(till.Pay(amount=1)).result(WAIT_S)
    assert again.state.last_at == latest + 3 * SECOND_US, (
        "it goes on: deadlines do not wait until the machine's clock has caught up"
    )
