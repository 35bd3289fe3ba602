"""The methods of a service as both wires call them: whatever goes wrong inside is logged under a
reference, and the caller gets that and nothing of the node's own words.
"""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import TypeVar

from google.protobuf.message import Message  # type: ignore[import-untyped]  # no stubs

from citybrain.api.errors import FaultError
from citybrain.api.methods import (
    Answer,
    ApiService,
    Contract,
    FileGiven,
    FileTaken,
    SentFile,
    Watched,
)
from citybrain.api.problem_types import type_of
from citybrain.api.watches import Watches
from citybrain.api.watching import StreamMessage
from citybrain.domain.principal import Principal
from citybrain.errors import CityBrainError
from citybrain.ids import IdSource

T = TypeVar("T")
Unary = Callable[[Message], Awaitable[Message]]
Acting = Callable[[Message, Principal | None], Awaitable[Message]]
Watch = Callable[[Message], AsyncIterator[StreamMessage]]
Taking = Callable[[Message, AsyncIterator[bytes], Principal | None], Awaitable[Message]]
Giving = Callable[[Message, Principal | None], Awaitable[SentFile]]

NO_ACTS: Mapping[str, Acting] = MappingProxyType({})
NO_UPLOADS: Mapping[str, Taking] = MappingProxyType({})
NO_DOWNLOADS: Mapping[str, Giving] = MappingProxyType({})

log = logging.getLogger(__name__)


def answering(
    contract: Contract,
    *,
    unary: Mapping[str, Unary],
    acts: Mapping[str, Acting] = NO_ACTS,
    streams: Mapping[str, Watch],
    uploads: Mapping[str, Taking] = NO_UPLOADS,
    downloads: Mapping[str, Giving] = NO_DOWNLOADS,
    ids: IdSource,
) -> ApiService:
    """The service of `contract`, whose methods raise only what a caller may hear: see
    `problem_types`. `acts`, `uploads` and `downloads` are told who asks; `ids` are of the
    references. What one caller watches is bounded."""
    faults = _Faults(contract.name, ids)
    return ApiService(
        contract=contract,
        unary={
            **{method: faults.of_act(method, _reading(read)) for method, read in unary.items()},
            **{method: faults.of_act(method, act) for method, act in acts.items()},
        },
        streams={method: faults.of_stream(method, watch) for method, watch in streams.items()},
        uploads={method: faults.of_upload(method, take) for method, take in uploads.items()},
        downloads={method: faults.of_download(method, give) for method, give in downloads.items()},
    )


class _Faults:
    def __init__(self, service: str, ids: IdSource) -> None:
        self._service, self._ids = service, ids
        self._watches = Watches()

    def of_act(self, method: str, act: Acting) -> Answer:
        async def answered(request: Message, caller: Principal | None = None, /) -> Message:
            return await self._heard(method, act(request, caller))

        return answered

    def of_upload(self, method: str, take: Taking) -> FileTaken:
        async def taken(
            request: Message,
            pieces: AsyncIterator[bytes],
            caller: Principal | None = None,
            /,
        ) -> Message:
            return await self._heard(method, take(request, pieces, caller))

        return taken

    def of_download(self, method: str, give: Giving) -> FileGiven:
        async def given(request: Message, caller: Principal | None = None, /) -> SentFile:
            return await self._heard(method, give(request, caller))

        return given

    async def _heard(self, method: str, doing: Awaitable[T]) -> T:
        try:
            return await doing
        except Exception as error:  # supervision boundary: its caller hears it by the table
            if _is_for_caller(error):
                raise
            raise self._fault(method, error) from error

    def of_stream(self, method: str, watch: Watch) -> Watched:
        def watched(
            request: Message, caller: Principal | None = None, /
        ) -> AsyncIterator[StreamMessage]:
            try:
                messages = self._watches.bounded(caller, request, lambda: watch(request))
                return self._messages(method, messages)
            except Exception as error:  # supervision boundary: as of a unary method
                if _is_for_caller(error):
                    raise
                raise self._fault(method, error) from error

        return watched

    async def _messages(
        self, method: str, messages: AsyncIterator[StreamMessage]
    ) -> AsyncIterator[StreamMessage]:
        try:
            async for message in messages:
                yield message
        except Exception as error:  # supervision boundary: as of a unary method
            if _is_for_caller(error):
                raise
            raise self._fault(method, error) from error
        finally:
            if hasattr(messages, "aclose"):
                await messages.aclose()

    def _fault(self, method: str, error: Exception) -> FaultError:
        reference = self._ids.token()
        log.error("%s/%s failed (reference %s)", self._service, method, reference, exc_info=error)
        return FaultError(error, reference)


def _reading(read: Unary) -> Acting:
    """A method that answers everybody alike."""
    return lambda request, _: read(request)


def _is_for_caller(error: Exception) -> bool:
    """Whether it is of his request, or passes; everything else is a fault of the node."""
    return isinstance(error, CityBrainError) and not type_of(error).is_fault
