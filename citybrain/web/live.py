"""Pushes a screen to whoever watches: server-sent events, coalesced, with heartbeats. Keeps no queue: a slow watcher skips to the newest picture."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

from starlette.responses import StreamingResponse

from citybrain.web import limits

Render = Callable[[], bytes]  # one line of JSON
Changes = Callable[[], AsyncIterator[None]]

BEAT = b"event: beat\ndata: .\n\n"
_RETRY = b"retry: 1000\n\n"


class Live:
    """One screen's changes, shared by all its watchers.

    A picture is rendered once per change and per key, however many watch. Pushes are at least `gap_s` apart and drawing takes a bounded share
    of the time; every `refresh_s` the screen is drawn anew though nothing changed, because ages move by themselves.
    """

    def __init__(
        self,
        changes: Changes,
        *,
        gap_s: float | None = None,
        refresh_s: float | None = None,
        beat_s: float | None = None,
    ) -> None:
        self._changes = changes
        self._gap_s = limits.PUSH_GAP.value / 1000 if gap_s is None else gap_s
        self._refresh_s = limits.REFRESH.value / 1000 if refresh_s is None else refresh_s
        self._beat_s = limits.BEAT.value / 1000 if beat_s is None else beat_s
        self._version = 0
        self._moved = asyncio.Event()
        self._closed = False
        self._pictures: dict[str, tuple[int, bytes]] = {}
        self._drawing_s = 0.0
        self.watchers = 0

    @property
    def is_open(self) -> bool:
        """Whether streams go on: false once closed, or once the screen's changes failed."""
        return not self._closed

    async def run(self) -> None:
        """Follow the screen until cancelled or closed; the app's lifespan owns this task."""
        news = asyncio.Event()
        listening = asyncio.create_task(self._listen(news), name="live-listen")
        try:
            while not self._closed:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(news.wait(), max(self._refresh_s, self._pause_s()))
                if listening.done():
                    listening.result()
                news.clear()
                self._step()
                await asyncio.sleep(self._pause_s())
        finally:
            listening.cancel()
            self.close()

    def close(self) -> None:
        """End every stream, for an orderly stop."""
        self._closed = True
        self._step()

    def stream(self, render: Render, *, key: str = "") -> StreamingResponse:
        """The response that shows `render` live. Watchers that give the same `key` share its pictures."""
        headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
        return StreamingResponse(
            self._frames(render, key), media_type="text/event-stream", headers=headers
        )

    async def _listen(self, news: asyncio.Event) -> None:
        async for _ in self._changes():
            news.set()

    async def _frames(self, render: Render, key: str) -> AsyncIterator[bytes]:
        self.watchers += 1
        sent = b""
        try:
            yield _RETRY
            while not self._closed:
                moved = self._moved
                picture = self._picture(render, key)
                if picture != sent:
                    sent = picture
                    yield b"data: " + picture + b"\n\n"
                else:
                    yield BEAT
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(moved.wait(), self._beat_s)
        finally:
            self.watchers -= 1
            if self.watchers == 0:
                self._pictures.clear()

    def _picture(self, render: Render, key: str) -> bytes:
        kept = self._pictures.get(key)
        if kept is not None and kept[0] == self._version:
            return kept[1]
        loop = asyncio.get_running_loop()
        began = loop.time()
        picture = render()
        self._drawing_s = max(loop.time() - began, self._drawing_s * 0.9)
        self._pictures[key] = (self._version, picture)
        return picture

    def _pause_s(self) -> float:
        return max(self._gap_s, self._drawing_s * (limits.RENDER_SHARE.value - 1))

    def _step(self) -> None:
        self._version += 1
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()
