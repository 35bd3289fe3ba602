"""An event that any thread may set and one asyncio task waits for. Carries no data."""

import asyncio
from contextlib import suppress


class ThreadEvent:
    """The loop gets one callback, however often the event is set before the task wakes up."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._event = asyncio.Event()
        self._is_scheduled = False

    def bind(self) -> None:
        """Wait on the running loop from now on; what was set before counts."""
        self._loop = asyncio.get_running_loop()
        self._event.set()

    def set(self) -> None:
        if self._loop is not None and not self._is_scheduled:
            self._is_scheduled = True
            with suppress(RuntimeError):  # the loop has ended
                self._loop.call_soon_threadsafe(self._event.set)

    async def wait(self, within_s: float | None) -> None:
        """Until the event is set, or for `within_s` (None: for ever)."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                await self._event.wait()
        # cleared before the caller reads, and before the event: what is set from here on wakes it
        # again
        self._is_scheduled = False
        self._event.clear()
