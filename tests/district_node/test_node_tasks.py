"""How a node ends its tasks: each is waited for, what one failed with comes out, and whoever ends
the node a second time is heard.
"""

import asyncio

import pytest

from district_node.node_tasks import end_all, until_stopped


async def _slow_to_end(released):
    try:
        await asyncio.sleep(3_600)
    finally:
        await released.wait()


async def _fails():
    raise OSError("gone")


def test_a_node_that_is_cancelled_while_its_tasks_end_does_not_wait_for_them():
    async def within():
        released = asyncio.Event()
        tasks = [asyncio.create_task(_slow_to_end(released)) for _ in range(2)]
        await asyncio.sleep(0)
        ending = asyncio.create_task(end_all(tasks))
        await asyncio.sleep(0.01)
        ending.cancel()
        await asyncio.wait([ending], timeout=5)
        assert ending.cancelled()
        released.set()
        await asyncio.wait(tasks, timeout=5)

    asyncio.run(within())


def test_what_a_task_fails_with_comes_out_and_the_others_have_ended():
    async def within():
        stop, rested = asyncio.Event(), asyncio.Event()
        rested.set()
        tasks = [asyncio.create_task(_fails()), asyncio.create_task(_slow_to_end(rested))]
        with pytest.raises(OSError, match="gone"):
            await until_stopped(stop, tasks)
        with pytest.raises(OSError, match="gone"):
            await end_all(tasks)
        assert all(task.done() for task in tasks)

    asyncio.run(within())


def test_a_node_that_is_cancelled_leaves_no_task_behind():
    async def within():
        waiting = asyncio.create_task(until_stopped(asyncio.Event(), []))
        await asyncio.sleep(0.01)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        await asyncio.sleep(0)
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(within())
