"""The streams of the public API as server-sent events, with heartbeats, ended together when the
console stops.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator

from citybrain.api import limits
from citybrain.api.errors import NoSuchResourceError
from citybrain.api.resources.elements import time_message
from citybrain.api.watching import StreamMessage
from citybrain.clock import Clock, Timestamp
from citybrain.errors import CityBrainError
from citybrain.people.caller import Caller
from citybrain.people.session_watch import SessionWatch

RETRY = b"retry: 1000\n\n"

log = logging.getLogger(__name__)


def heartbeat(at: Timestamp) -> bytes:
    """An event that says that the stream lives, and this node's time."""
    now: str = time_message(at).ToJsonString()
    return b"event: heartbeat\ndata: %b\n\n" % now.encode()


class ApiStreams:
    """All open streams of one console."""

    def __init__(
        self,
        clock: Clock,
        *,
        watch: SessionWatch | None = None,
        heartbeat_s: float = limits.HEARTBEAT.value / 1000,
    ) -> None:
        """`watch`: tells when a session has ended; left out, none is asked for."""
        self._clock, self._watch, self._heartbeat_s = clock, watch, heartbeat_s
        self._closed = asyncio.Event()
        self.watchers = 0

    @property
    def is_open(self) -> bool:
        return not self._closed.is_set()

    def close(self) -> None:
        """End the streams, those that begin later too."""
        self._closed.set()

    async def events(
        self, messages: AsyncIterator[StreamMessage], caller: Caller | None = None
    ) -> AsyncIterator[bytes]:
        """An event for each message with something to say; a heartbeat with this node's time first,
        and where there is nothing to say for long. It ends with the session of `caller`."""
        self.watchers += 1
        ended = asyncio.Event() if self._watch is None else self._watch.open(caller)
        revoked = asyncio.create_task(ended.wait(), name="api-session-ended")
        closed = asyncio.create_task(self._closed.wait(), name="api-closed")
        coming: asyncio.Task[StreamMessage] | None = None
        try:
            yield RETRY + self._heartbeat()
            while True:
                coming = coming or asyncio.create_task(_next(messages), name="api-next")
                await asyncio.wait(
                    (coming, closed, revoked),
                    timeout=self._heartbeat_s,
                    return_when=asyncio.FIRST_COMPLETED,
                )
                if closed.done() or revoked.done():
                    break
                if not coming.done():
                    yield self._heartbeat()
                    continue
                one, coming = coming.result(), None
                yield self._heartbeat() if one.is_idle else _event(one)
        except (StopAsyncIteration, NoSuchResourceError):
            pass  # the feed was closed, or what is watched has gone; the client asks again
        except CityBrainError as error:  # nothing more can be answered; the client asks again
            log.warning("a stream of the public API ended: %s", error)
        finally:
            self.watchers -= 1
            if self._watch is not None:
                self._watch.close(caller, ended)
            await _end(closed, revoked, coming)
            if hasattr(messages, "aclose"):
                await messages.aclose()

    def _heartbeat(self) -> bytes:
        return heartbeat(self._clock.now())


async def _next(messages: AsyncIterator[StreamMessage]) -> StreamMessage:
    return await anext(messages)


async def _end(*tasks: "asyncio.Task[object] | asyncio.Task[StreamMessage] | None") -> None:
    for task in tasks:
        if task is not None:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError, StopAsyncIteration, CityBrainError):
                await task


def _event(message: StreamMessage) -> bytes:
    number = b"id: %b\n" % message.event_id.encode() if message.event_id else b""
    return b"%bdata: %b\n\n" % (number, message.json())
