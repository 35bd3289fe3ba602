"""When a demo ends: at its time, at a signal, or at an error of a simulated person."""

import asyncio
from types import SimpleNamespace

import pytest

from citysim.demo.screen.progress import is_finished


def demo(*, left=None, errors=()):
    return SimpleNamespace(errors=lambda: errors, seconds_left=lambda: left)


def test_it_goes_on_until_its_time_is_up_or_a_signal_comes():
    async def scenario():
        stop = asyncio.Event()
        assert not await is_finished(demo(), stop, 0.01)
        assert not await is_finished(demo(left=60.0), stop, 0.01)
        assert await is_finished(demo(left=0.0), stop, 10.0)
        stop.set()
        assert await is_finished(demo(left=60.0), stop, 10.0)

    asyncio.run(scenario())


def test_what_ended_a_simulated_person_ends_the_demo():
    with pytest.raises(ValueError, match="a crew"):
        asyncio.run(is_finished(demo(errors=[ValueError("a crew")]), asyncio.Event(), 10.0))


def test_a_cancellation_that_comes_with_the_signal_is_not_swallowed():
    """`asyncio.wait_for` of Python 3.11 would return and forget the cancellation."""

    async def scenario():
        stop = asyncio.Event()
        waiting = asyncio.create_task(is_finished(demo(), stop, 10.0))
        for _ in range(5):
            await asyncio.sleep(0)  # until it waits
        stop.set()
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting

    asyncio.run(scenario())
