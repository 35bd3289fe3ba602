"""How often a watcher is given something: at most once in every interval of the loop's clock."""

import asyncio
from math import floor


class Pace:
    """The intervals begin at the same moments for all watchers: those who wait for the next one
    wake together, at the same version, and share what they are given."""

    def __init__(self, interval_s: float) -> None:
        self._interval_s = interval_s
        self._last = -1

    async def turn(self) -> None:
        """Return at once in an interval in which it has not returned yet, else in the next."""
        if self._interval_s <= 0:
            return
        loop = asyncio.get_running_loop()
        interval = floor(loop.time() / self._interval_s)
        if interval <= self._last:
            interval = self._last + 1
            await asyncio.sleep(interval * self._interval_s - loop.time())
        self._last = interval
