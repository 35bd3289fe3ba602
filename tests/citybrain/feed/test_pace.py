"""A pace returns once in each interval, at the same moments for all."""

import asyncio

import pytest

from citybrain.feed.pace import Pace
from citysim.sim.event_loop import VirtualTimeLoop


def run(scenario):
    loop = VirtualTimeLoop()
    task = loop.create_task(scenario())
    loop.run_until(1_000)
    return task.result()


def test_the_first_turn_is_at_once_and_the_next_in_the_next_interval():
    async def scenario():
        loop, pace, times = asyncio.get_running_loop(), Pace(0.25), []
        await asyncio.sleep(0.1)
        for _ in range(4):
            await pace.turn()
            times.append(loop.time())
        await asyncio.sleep(0.9)
        await pace.turn()
        return [*times, loop.time()]

    assert run(scenario) == pytest.approx([0.1, 0.25, 0.5, 0.75, 1.65])


def test_whoever_came_at_another_moment_wakes_at_the_same():
    async def scenario():
        loop, times = asyncio.get_running_loop(), []

        async def one(after):
            await asyncio.sleep(after)
            pace = Pace(0.25)
            for _ in range(3):
                await pace.turn()
            times.append(loop.time())

        await asyncio.gather(one(0.01), one(0.1), one(0.24))
        return times

    assert run(scenario) == pytest.approx([0.5, 0.5, 0.5])


def test_without_an_interval_every_turn_is_at_once():
    async def scenario():
        pace = Pace(0.0)
        for _ in range(5):
            await pace.turn()
        return asyncio.get_running_loop().time()

    assert run(scenario) == 0.0
