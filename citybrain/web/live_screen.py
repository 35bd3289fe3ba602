"""Pushes a screen's state to its watchers: server-sent events, coalesced, with heartbeats. Keeps no
queue: a slow watcher skips to the newest state.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Protocol

from starlette.responses import StreamingResponse

from citybrain.web import limits

Render = Callable[[], bytes]  # one line of JSON
ChangeStream = Callable[[], AsyncIterator[None]]

HEARTBEAT = b"event: heartbeat\ndata: .\n\n"
_RETRY = b"retry: 1000\n\n"


class LiveStreams(Protocol):
    """Streams that a console runs, counts and ends."""

    @property
    def is_open(self) -> bool: ...

    @property
    def watchers(self) -> int: ...

    def close(self) -> None:
        """End the streams."""
        ...

    async def run(self) -> None:
        """Until cancelled or closed."""
        ...


class LiveScreen:
    """One screen's changes, shared by all its watchers.

    The state is rendered once per change and per key, however many watch. Pushes are at least
    `push_interval_s` apart and rendering takes a bounded share of the time. Every `refresh_s` it is
    rendered although nothing changed, because ages grow.
    """

    def __init__(
        self,
        changes: ChangeStream,
        *,
        push_interval_s: float | None = None,
        refresh_s: float | None = None,
        heartbeat_s: float | None = None,
    ) -> None:
        self._changes = changes
        self._push_interval_s = (
            limits.PUSH_INTERVAL.value / 1000 if push_interval_s is None else push_interval_s
        )
        self._refresh_s = limits.REFRESH.value / 1000 if refresh_s is None else refresh_s
        self._heartbeat_s = limits.HEARTBEAT.value / 1000 if heartbeat_s is None else heartbeat_s
        self._version = 0
        self._changed = asyncio.Event()
        self._closed = False
        self._rendered: dict[str, tuple[int, bytes]] = {}
        self._render_s = 0.0
        self.watchers = 0

    @property
    def is_open(self) -> bool:
        """Whether streams go on: false once closed, or once the screen's changes failed."""
        return not self._closed

    async def run(self) -> None:
        """Follow the screen until cancelled or closed; the app's lifespan owns this task."""
        changed = asyncio.Event()
        following = asyncio.create_task(self._follow(changed), name="live-follow")
        try:
            while not self._closed:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(max(self._refresh_s, self._pause_s())):
                        await changed.wait()
                if following.done():
                    following.result()
                changed.clear()
                self._advance()
                await asyncio.sleep(self._pause_s())
        finally:
            following.cancel()
            self.close()

    def close(self) -> None:
        """End every stream, for a graceful stop."""
        self._closed = True
        self._advance()

    def stream(self, render: Render, *, key: str = "") -> StreamingResponse:
        """The response that pushes what `render` returns. Watchers with the same `key` share it."""
        headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
        return StreamingResponse(
            self._events(render, key), media_type="text/event-stream", headers=headers
        )

    async def _follow(self, changed: asyncio.Event) -> None:
        async for _ in self._changes():
            changed.set()

    async def _events(self, render: Render, key: str) -> AsyncIterator[bytes]:
        self.watchers += 1
        sent = b""
        try:
            yield _RETRY
            while not self._closed:
                changed = self._changed
                state = self._render_once(render, key)
                if state != sent:
                    sent = state
                    yield b"data: " + state + b"\n\n"
                else:
                    yield HEARTBEAT
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(self._heartbeat_s):
                        await changed.wait()
        finally:
            self.watchers -= 1
            if self.watchers == 0:
                self._rendered.clear()

    def _render_once(self, render: Render, key: str) -> bytes:
        kept = self._rendered.get(key)
        if kept is not None and kept[0] == self._version:
            return kept[1]
        loop = asyncio.get_running_loop()
        began = loop.time()
        state = render()
        self._render_s = max(loop.time() - began, self._render_s * 0.9)
        self._rendered[key] = (self._version, state)
        return state

    def _pause_s(self) -> float:
        return max(self._push_interval_s, self._render_s * (limits.RENDER_SHARE.value - 1))

    def _advance(self) -> None:
        self._version += 1
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()
