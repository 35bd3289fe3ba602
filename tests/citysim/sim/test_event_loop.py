"""Virtual time: callbacks run when due, in the order in which they were scheduled, whatever the
machine does."""

import asyncio
import gc

import pytest

from citysim.errors import RunTooLongError
from citysim.sim import event_loop as module
from citysim.sim.event_loop import VirtualTimeLoop


@pytest.fixture
def loop():
    return VirtualTimeLoop()


def test_time_jumps_to_the_next_callback_and_stands_still_in_between(loop):
    seen = []
    for delay in (3_600.0, 2.0, 2.0):
        loop.call_later(delay, lambda d=delay: seen.append((d, loop.time())))
    loop.run_until(5.0)
    assert seen == [(2.0, 2.0), (2.0, 2.0)]
    assert loop.time() == 5.0
    loop.run_until(4_000.0)
    assert seen[-1] == (3_600.0, 3_600.0)


def test_callbacks_of_one_time_run_in_the_order_in_which_they_were_scheduled(loop):
    seen = []
    for number in range(50):
        loop.call_at(1.0, seen.append, number)
    loop.run_until(2.0)
    assert seen == list(range(50))


def test_a_cancelled_callback_does_not_run(loop):
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


def test_the_work_of_a_thread_is_done_at_once_and_its_result_arrives_after_the_thread_time():
    loop, seen = VirtualTimeLoop(thread_s=lambda: 2.5), []

    async def awaits():
        seen.append((await asyncio.to_thread(lambda: 42), loop.time()))
        with pytest.raises(ValueError, match="no"):
            await asyncio.to_thread(_fails)
        seen.append(loop.time())

    loop.create_task(awaits())
    loop.run_until(60)
    assert seen == [(42, 2.5), 5.0]


def _fails():
    raise ValueError("no")


def test_it_stops_as_soon_as_the_condition_holds(loop):
    seen = []
    for second in range(10):
        loop.call_at(float(second), seen.append, second)
    loop.run_until(9.5, until=lambda: len(seen) >= 4)
    assert seen == [0, 1, 2, 3]
    assert loop.time() == 3.0


def test_an_abandoned_generator_is_closed_by_the_loop(loop):
    seen = []

    async def frames():
        try:
            while True:
                yield 1
        finally:
            seen.append("closed")

    async def reads_one():
        async for _ in frames():
            break

    loop.create_task(reads_one())
    loop.run_until(1)
    gc.collect()
    loop.run_until(2)
    assert seen == ["closed"]


def test_unhandled_exceptions_are_kept(loop):
    loop.call_soon(_fails)
    loop.run_until(1)
    assert [str(context["exception"]) for context in loop.unhandled] == ["no"]


def test_a_task_that_nobody_awaits_fails_loudly_though_somebody_keeps_it(loop):
    async def fails():
        await asyncio.sleep(1)
        _fails()

    async def waits():
        await asyncio.sleep(60)

    kept = [loop.start_task(fails(), name="a caller"), loop.start_task(waits(), name="another")]
    loop.run_until(2)
    kept[1].cancel()
    loop.run_until(3)
    assert [task.done() for task in kept] == [True, True]
    (context,) = loop.unhandled
    assert context["message"] == "task a caller failed: ValueError('no')"
    assert str(context["exception"]) == "no"


def test_a_run_that_never_waits_is_ended_with_an_error(loop, monkeypatch):
    monkeypatch.setattr(module, "MAX_STEPS", 1_000)

    def again():
        loop.call_soon(again)
        loop.call_later(0.0, lambda: None)

    again()
    with pytest.raises(RunTooLongError, match=r"0\.000 s .* never waits"):
        loop.run_until(1)
