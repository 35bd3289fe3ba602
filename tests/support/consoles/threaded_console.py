"""A console for tests that drive a browser."""

import asyncio
import threading
from collections.abc import Callable

from citybrain.web.serve import serve


class ThreadedConsole:
    """An app served on a free port from a thread of its own, so that a synchronous test can drive a
    browser against it."""

    def __init__(self, app: object, port: int = 0) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(
            serve(app, "127.0.0.1", port), self._loop
        ).result(10)
        self.port = self._server.port
        self.url = f"http://127.0.0.1:{self.port}"

    def do(self, step: Callable[[], object]) -> None:
        """Run `step` on the console's own loop, as a tier would."""

        async def run() -> None:
            step()

        asyncio.run_coroutine_threadsafe(run(), self._loop).result(10)

    def stop(self) -> None:
        if self._loop.is_closed():
            return
        asyncio.run_coroutine_threadsafe(self._server.stop(1.0), self._loop).result(15)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()
