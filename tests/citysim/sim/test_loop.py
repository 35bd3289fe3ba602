"""Virtual time: what is due next happens next, in the order it was asked for, and nothing depends on the machine."""

import asyncio
import gc

import pytest

from citysim.errors import RunTooLongError
from citysim.sim import loop as module
from citysim.sim.loop import SimLoop


@pytest.fixture
def loop():
    return SimLoop()


def test_time_jumps_to_what_is_due_and_stands_still_in_between(loop):
    seen = []
    for delay in (3_600.0, 2.0, 2.0):
        loop.call_later(delay, lambda d=delay: seen.append((d, loop.time())))
    loop.run_until(5.0)
    assert seen == [(2.0, 2.0), (2.0, 2.0)]
    assert loop.time() == 5.0
    loop.run_until(4_000.0)
    assert seen[-1] == (3_600.0, 3_600.0)


def test_what_is_due_at_one_moment_happens_in_the_order_it_was_asked_for(loop):
    seen = []
    for number in range(50):
        loop.call_at(1.0, seen.append, number)
    loop.run_until(2.0)
    assert seen == list(range(50))


def test_what_was_cancelled_does_not_happen(loop):
    seen = []
    handle = loop.call_later(1.0, seen.append, "no")
    loop.call_later(0.5, handle.cancel)
    loop.run_until(2.0)
    assert seen == []


def test_tasks_sleep_time_out_and_wake_on_virtual_time(loop):
    seen = []

    async def waits(event):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(10):
                await event.wait()
        seen.append(loop.time())
        await asyncio.sleep(100)
        seen.append(loop.time())

    task = loop.create_task(waits(asyncio.Event()))
    loop.run_until(1_000)
    assert seen == [10.0, 110.0]
    assert task.done()


def test_work_for_another_thread_is_done_at_once_and_arrives_a_moment_later():
    loop, seen = SimLoop(thread_s=lambda: 2.5), []

    async def asks():
        seen.append((await asyncio.to_thread(lambda: 42), loop.time()))
        with pytest.raises(ValueError, match="no"):
            await asyncio.to_thread(_fails)
        seen.append(loop.time())

    loop.create_task(asks())
    loop.run_until(60)
    assert seen == [(42, 2.5), 5.0]


def _fails():
    raise ValueError("no")


def test_it_stops_between_two_moments_when_it_is_told_to(loop):
    seen = []
    for second in range(10):
        loop.call_at(float(second), seen.append, second)
    loop.run_until(9.5, until=lambda: len(seen) >= 4)
    assert seen == [0, 1, 2, 3]
    assert loop.time() == 3.0


def test_a_generator_that_is_dropped_is_closed_in_its_turn(loop):
    seen = []

    async def frames():
        try:
            while True:
                yield 1
        finally:
            seen.append("closed")

    async def looks():
        async for _ in frames():
            break

    loop.create_task(looks())
    loop.run_until(1)
    gc.collect()
    loop.run_until(2)
    assert seen == ["closed"]


def test_what_nobody_handled_is_kept_for_whoever_simulates(loop):
    loop.call_soon(_fails)
    loop.run_until(1)
    assert [str(fault["exception"]) for fault in loop.faults] == ["no"]


def test_a_story_that_turns_in_circles_is_ended_by_name(loop, monkeypatch):
    monkeypatch.setattr(module, "TURNS_MOST", 1_000)

    def again():
        loop.call_soon(again)
        loop.call_later(0.0, lambda: None)

    again()
    with pytest.raises(RunTooLongError, match=r"0\.000 s .* never rests"):
        loop.run_until(1)
