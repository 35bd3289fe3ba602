"""How much of a node's windows one proved caller may watch at a time, over all its streams. Counts;
knows no stream's content.
"""

from collections import Counter
from collections.abc import AsyncIterator, Callable

from google.protobuf.message import Message  # type: ignore[import-untyped]  # no stubs

from citybrain.api.errors import TooManyWatchesError
from citybrain.api.limits import STREAMS_OF_CALLER, WINDOWS_OF_CALLER
from citybrain.api.watching import StreamMessage
from citybrain.domain.principal import Principal
from citybrain.limits import Limit


class Watches:
    """The open streams of one service. Where nobody is proved, in lab mode, nobody is bounded: all
    would count as one."""

    def __init__(self) -> None:
        self._windows: Counter[str] = Counter()

    def bounded(
        self,
        caller: Principal | None,
        request: Message,
        start: Callable[[], AsyncIterator[StreamMessage]],
    ) -> AsyncIterator[StreamMessage]:
        """What `start` gives, as long as `caller` has room for it. Raises `TooManyWatchesError`
        here, or with the first message where another stream has begun meanwhile."""
        if caller is None:
            return start()
        has_windows = "views" in request.DESCRIPTOR.fields_by_name
        most = WINDOWS_OF_CALLER if has_windows else STREAMS_OF_CALLER
        windows = len(request.views) if has_windows else 1
        self._ensure_room(caller.name, windows, most)
        return self._counted(caller.name, windows, most, start())

    def _ensure_room(self, caller: str, windows: int, most: Limit) -> None:
        if self._windows[caller] + windows > most.value:
            raise TooManyWatchesError(most)

    async def _counted(
        self, caller: str, windows: int, most: Limit, messages: AsyncIterator[StreamMessage]
    ) -> AsyncIterator[StreamMessage]:
        try:
            self._ensure_room(caller, windows, most)
            self._windows[caller] += windows
            try:
                async for message in messages:
                    yield message
            finally:
                self._windows[caller] -= windows
                if not self._windows[caller]:
                    del self._windows[caller]
        finally:
            if hasattr(messages, "aclose"):
                await messages.aclose()
