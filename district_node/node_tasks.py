"""How a node waits for its tasks, and how it ends them. Starts none."""

import asyncio


async def until_stopped(stop: asyncio.Event, tasks: list[asyncio.Task[None]]) -> None:
    """Wait for `stop`, or for a task to end: none should, and its error is raised."""
    stopped = asyncio.create_task(stop.wait(), name="stop")
    try:
        await asyncio.wait([stopped, *tasks], return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopped.cancel()
    for task in tasks:
        if task.done():
            task.result()


async def end_all(tasks: list[asyncio.Task[None]]) -> None:
    """Cancel them, wait until each has ended, and raise what the first one failed with."""
    for task in tasks:
        task.cancel()
    for ended in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(ended, Exception):
            raise ended
