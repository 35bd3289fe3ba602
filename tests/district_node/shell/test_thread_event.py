"""An event that other threads set wakes the task that waits for it, and none is missed."""

import asyncio
import threading

from district_node.shell.thread_event import ThreadEvent


def test_a_set_from_another_thread_wakes_the_task():
    async def go():
        event = ThreadEvent()
        event.bind()
        await event.wait(1)  # what came before `bind` counts
        threading.Thread(target=event.set).start()
        async with asyncio.timeout(5):
            await event.wait(None)

    asyncio.run(go())


def test_however_often_it_is_set_it_wakes_once_and_what_comes_later_wakes_again():
    async def go():
        event = ThreadEvent()
        event.bind()
        await event.wait(1)
        for _ in range(100):
            event.set()
        await event.wait(1)
        event.set()
        async with asyncio.timeout(5):
            await event.wait(None)

    asyncio.run(go())


def test_a_wait_ends_by_itself_after_its_time():
    async def go():
        event = ThreadEvent()
        event.bind()
        await event.wait(1)
        async with asyncio.timeout(5):
            await event.wait(0.01)

    asyncio.run(go())


def test_a_set_after_the_loop_has_ended_is_no_error():
    event = ThreadEvent()

    async def go():
        event.bind()

    asyncio.run(go())
    event.set()
