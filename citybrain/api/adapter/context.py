"""What an adapter is given (`port.AdapterContext`) over the calls of a connection: names the
sender, repeats until there is an answer, follows changes over interruptions.
"""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Protocol

from google.protobuf.message import Message  # type: ignore[import-untyped]  # no stubs

from citybrain.adapters.health import HealthRecord
from citybrain.api.v1 import action_pb2, changes_pb2
from citybrain.bus.backoff import Backoff
from citybrain.errors import RpcError
from citybrain.ids import IdSource

FIRST_PAUSE_S, PAUSE_S_MAX = 0.5, 30.0
# reasons of outcomes that say nothing of the message: the district decided not to take it now
PASSING_OUTCOMES = frozenset({"too_many_open"})


class DistrictCalls(Protocol):
    """A connection to a district's public API."""

    async def call(self, method: str, request: Message, /) -> Message:
        """One request, one reply; raises `RpcError`."""
        ...

    def stream(self, method: str, request: Message, /) -> AsyncIterator[Message]:
        """Replies until the stream breaks (`RpcError`) or the caller leaves."""
        ...


class DistrictContext:
    """See `port.AdapterContext`."""

    def __init__(
        self,
        name: str,
        calls: DistrictCalls,
        *,
        data_dir: Path,
        health: HealthRecord,
        ids: IdSource,
        first_pause_s: float = FIRST_PAUSE_S,
    ) -> None:
        self.name, self.data_dir = name, data_dir
        self._calls, self._health, self._ids = calls, health, ids
        self._first_pause_s = first_pause_s

    async def report(self, report: action_pb2.Report) -> action_pb2.Outcome:
        sent = action_pb2.Report()
        sent.CopyFrom(report)
        return await self._done("Report", sent)

    async def act(self, action: action_pb2.Action) -> action_pb2.Outcome:
        sent = action_pb2.Action()
        sent.CopyFrom(action)
        return await self._done("Act", sent)

    async def watch(self, *views: changes_pb2.View) -> AsyncIterator[changes_pb2.Changes]:
        since, pauses = "", self._pauses()
        while True:
            request = changes_pb2.WatchRequest(views=views, since=since)
            try:
                async for changes in self._calls.stream("Watch", request):
                    self._health.is_running()
                    pauses.reset()
                    since = changes.version
                    yield changes
            except RpcError as error:
                await self._passed(error, pauses)
            else:
                await asyncio.sleep(pauses.next_s())

    async def _done(
        self, method: str, request: action_pb2.Report | action_pb2.Action
    ) -> action_pb2.Outcome:
        request.actor = self.name
        request.request_id = request.request_id or self._ids.token()
        outcome = await self._until_answered(method, request)
        self._health.answered(done=outcome.done)
        return outcome

    async def _until_answered(self, method: str, request: Message) -> action_pb2.Outcome:
        """The same request, so that it is done once whatever is lost on the way; also where the
        district took nothing in just then.
        """
        pauses = self._pauses()
        while True:
            try:
                outcome: action_pb2.Outcome = await self._calls.call(method, request)
            except RpcError as error:
                await self._passed(error, pauses)
            else:
                if outcome.reason not in PASSING_OUTCOMES:
                    return outcome
                self._health.waits(outcome.detail)
                await asyncio.sleep(pauses.next_s())

    async def _passed(self, error: RpcError, pauses: Backoff) -> None:
        """Wait until the same may be tried again; raises an error that is final."""
        if not error.retry:
            raise error
        self._health.waits(str(error))
        await asyncio.sleep(error.retry_after_s + pauses.next_s())

    def _pauses(self) -> Backoff:
        return Backoff(first_s=self._first_pause_s, max_s=PAUSE_S_MAX, ids=self._ids)
