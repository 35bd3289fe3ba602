"""Bridges the commit thread to asyncio: a reader's stream yields after commits. Carries no data
(read `commit_loop.state`)."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any, Protocol

from citybrain.decider.decider import Committed


class CommitSource(Protocol):
    """The part of a `CommitLoop` that is needed here; the listener looks at no state."""

    def on_commit(self, listener: Callable[[Any, Sequence[Committed]], None]) -> None: ...


class Changes:
    """Wakes every open stream after a commit, and on `touch` for what is shown but not journaled
    (health, links)."""

    def __init__(self, commit_loop: CommitSource) -> None:
        self._streams: dict[int, _Stream] = {}
        self._guard = threading.Lock()
        self._next = 0
        commit_loop.on_commit(self._committed)

    async def stream(self) -> AsyncIterator[None]:
        """Yields at once, then after every change; several changes may share one yield, none is
        missed. Ends when the iteration is given up."""
        stream = _Stream(asyncio.get_running_loop())
        with self._guard:
            self._next += 1
            number = self._next
            self._streams[number] = stream
        try:
            while True:
                await stream.changed.wait()
                stream.clear()
                yield
        finally:
            with self._guard:
                del self._streams[number]

    def touch(self) -> None:
        """Something shown has changed; from any thread."""
        with self._guard:
            streams = list(self._streams.values())
        for stream in streams:
            stream.wake()

    def _committed(self, _state: object, _committed: Sequence[Committed]) -> None:
        self.touch()


class _Stream:
    """One waiting reader: an event of its loop, set at most once until it was cleared."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._is_woken = True
        self.changed = asyncio.Event()
        self.changed.set()

    def clear(self) -> None:
        """The reader reads now. Called before it does, so that no later change is missed."""
        self.changed.clear()
        self._is_woken = False

    def wake(self) -> None:
        if self._is_woken:
            return
        self._is_woken = True
        try:
            self._loop.call_soon_threadsafe(self.changed.set)
        except RuntimeError:  # the loop has ended, and its reader with it
            pass
