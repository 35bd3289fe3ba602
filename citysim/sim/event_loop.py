"""An asyncio event loop on virtual time, in one thread.

Callbacks run by time and, at one time, in the order in which they were scheduled. There is no
clock, no selector and no thread. The production shells run on it unchanged: what they hand to
another thread (`run_in_executor`, `asyncio.to_thread`) is executed at once, and its result arrives
after a virtual delay.
"""

import asyncio
import heapq
import sys
from asyncio import events
from collections import deque
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextvars import Context
from typing import Any

from citysim.errors import RunTooLongError

MAX_STEPS = 20_000_000  # callbacks of one run: a run with more has a loop that never waits


class VirtualTimeLoop(asyncio.AbstractEventLoop):
    """`run_until(seconds)` runs up to then; `time()` is seconds since the start."""

    def __init__(self, *, thread_s: Callable[[], float] = lambda: 0.001) -> None:
        """`thread_s`: the virtual duration of work that is handed to another thread."""
        self._now = 0.0
        self._ready: deque[asyncio.Handle] = deque()
        self._heap: list[tuple[float, int, asyncio.TimerHandle]] = []
        self._number = 0
        self._thread_s = thread_s
        self.steps = 0
        self.unhandled: list[dict[str, Any]] = []  # contexts of exceptions that no code handled

    # time

    def time(self) -> float:
        return self._now

    def run_until(self, end_s: float, *, until: Callable[[], bool] = lambda: False) -> None:
        """Runs up to `end_s`; stops earlier when `until` holds between two moments."""
        hooks = sys.get_asyncgen_hooks()
        sys.set_asyncgen_hooks(firstiter=None, finalizer=self._close_generator)
        events._set_running_loop(self)
        try:
            self._run(end_s, until)
        finally:
            events._set_running_loop(None)
            sys.set_asyncgen_hooks(*hooks)

    def _run(self, end_s: float, until: Callable[[], bool]) -> None:
        ready, heap = self._ready, self._heap
        while True:
            while ready:
                handle = ready.popleft()
                if not handle.cancelled():
                    self.steps += 1
                    handle._run()
                    if self.steps > MAX_STEPS:
                        raise RunTooLongError(self._now, self.steps)
            if not heap or heap[0][0] > end_s or until():
                break
            self._now = max(self._now, heap[0][0])
            while heap and heap[0][0] <= self._now:
                ready.append(heapq.heappop(heap)[2])
        if not until():
            self._now = max(self._now, end_s)

    # what tasks and shells ask of a loop

    def call_soon(  # type: ignore[override]  # one thread, no sockets
        self, callback: Callable[..., Any], *args: Any, context: Context | None = None
    ) -> asyncio.Handle:
        handle = asyncio.Handle(callback, args, self, context)
        self._ready.append(handle)
        return handle

    def call_soon_threadsafe(  # type: ignore[override]  # one thread, no sockets
        self, callback: Callable[..., Any], *args: Any, context: Context | None = None
    ) -> asyncio.Handle:
        return self.call_soon(callback, *args, context=context)

    def call_later(  # type: ignore[override]  # one thread, no sockets
        self, delay: float, callback: Callable[..., Any], *args: Any, context: Context | None = None
    ) -> asyncio.TimerHandle:
        return self.call_at(self._now + max(delay, 0.0), callback, *args, context=context)

    def call_at(  # type: ignore[override]  # one thread, no sockets
        self, when: float, callback: Callable[..., Any], *args: Any, context: Context | None = None
    ) -> asyncio.TimerHandle:
        handle = asyncio.TimerHandle(when, callback, args, self, context)
        self._number += 1
        heapq.heappush(self._heap, (when, self._number, handle))
        return handle

    def create_future(self) -> "asyncio.Future[Any]":
        return asyncio.Future(loop=self)

    def create_task(  # type: ignore[override]  # one thread, no sockets
        self,
        coro: Coroutine[Any, Any, Any],
        *,
        name: str | None = None,
        context: Context | None = None,
    ) -> "asyncio.Task[Any]":
        return asyncio.Task(coro, loop=self, name=name or "task", context=context)

    def start_task(
        self, coro: Coroutine[object, object, None], *, name: str
    ) -> "asyncio.Task[None]":
        """A task that nobody awaits: an exception that ends it is unhandled from that moment on,
        whoever keeps the task."""
        task = self.create_task(coro, name=name)
        task.add_done_callback(self._report_failure)
        return task

    def _report_failure(self, task: "asyncio.Task[None]") -> None:
        error = None if task.cancelled() else task.exception()
        if error is not None:
            message = f"task {task.get_name()} failed: {error!r}"
            self.call_exception_handler({"message": message, "exception": error, "task": task})

    def run_in_executor(  # type: ignore[override]  # one thread, no sockets
        self, _executor: Any, func: Callable[..., Any], *args: Any
    ) -> "asyncio.Future[Any]":
        done = self.create_future()
        try:
            outcome = func(*args)
        except Exception as error:  # noqa: BLE001 - as an executor does: the awaiting code gets it
            self.call_later(self._thread_s(), _set_exception, done, error)
        else:
            self.call_later(self._thread_s(), _set_result, done, outcome)
        return done

    def get_debug(self) -> bool:
        return False

    def is_running(self) -> bool:
        return True

    def is_closed(self) -> bool:
        return False

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        self.unhandled.append(context)

    def _close_generator(self, generator: AsyncGenerator[Any, Any]) -> None:
        self.call_soon(self.create_task, generator.aclose())

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        """Nothing to do: a cancelled handle is skipped when its time comes."""


def _set_result(done: "asyncio.Future[Any]", outcome: Any) -> None:
    if not done.done():
        done.set_result(outcome)


def _set_exception(done: "asyncio.Future[Any]", error: Exception) -> None:
    if not done.done():
        done.set_exception(error)
