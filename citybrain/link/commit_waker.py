"""Carries "something was committed" from the journal's thread to the event loop, once for many
commits.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from citybrain.decider.decider import Committed


class Commits(Protocol):
    """The commit loop, as far as it is needed here."""

    def on_commit(self, listener: Callable[[Any, Sequence[Committed]], None], /) -> None: ...


class CommitWaker:
    """Calls `wake` in the running loop after commits."""

    def __init__(self, commits: Commits, wake: Callable[[], None]) -> None:
        self._loop, self._wake = asyncio.get_running_loop(), wake
        self._is_waking = False
        commits.on_commit(self._committed)

    def _committed(self, _state: Any, _committed: Sequence[Committed]) -> None:
        if not self._is_waking:
            self._is_waking = True
            try:
                self._loop.call_soon_threadsafe(self._woken)
            except RuntimeError:  # the loop has ended, and every stream with it
                pass

    def _woken(self) -> None:
        self._is_waking = False  # before the look: what is committed from here on is news
        self._wake()
