"""What an adapter of a package must be, and what it is given. All that a package imports for one is
in this file and in `citybrain.api.v1`.

    class Cases:
        port = "adapter/1"

        def __init__(self, options): self._url = options["url"]
        async def run(self, city):
            while True:
                for case in await asyncio.to_thread(self._fetch):
                    await city.report(action_pb2.Report(...))
                await asyncio.sleep(10)

Whatever `run` raises, a new object is made and run after a pause, for ever; when it returns, the
adapter has ended.
"""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import ClassVar, Protocol

from citybrain.api.v1 import action_pb2, changes_pb2

# the table `options` of the adapter's configuration
Options = Mapping[str, object]


class AdapterContext(Protocol):
    """The adapter's city: one district. Every message is sent under the adapter's own name,
    whatever its `actor` says, and again until the district has taken or refused it; a
    `request_id` that is left out is made.
    """

    @property
    def name(self) -> str:
        """The principal that the adapter is in every history."""
        ...

    @property
    def data_dir(self) -> Path:
        """A folder of its own, for what it must know after a restart."""
        ...

    async def report(self, report: action_pb2.Report) -> action_pb2.Outcome:
        """Say that something has happened. With a `foreign_case` the same case is never opened
        twice. Waits while the district is away or its refusal is passing, as long as it says;
        raises `RpcError` where it is final, with the fields that cannot be. See
        `citybrain.api.problem_types`.
        """
        ...

    async def act(self, action: action_pb2.Action) -> action_pb2.Outcome:
        """Do something to an incident; waits and raises as `report`."""
        ...

    def watch(self, *views: changes_pb2.View) -> AsyncIterator[changes_pb2.Changes]:
        """The changes of these windows; taken up where it was after the district was away."""
        ...


class Adapter(Protocol):
    """A foreign system's side of one district."""

    async def run(self, city: AdapterContext) -> None:
        """Until it is cancelled, or has nothing more to do. It shares its process's event loop:
        what blocks goes into `asyncio.to_thread`.
        """
        ...


class AdapterPlugin(Protocol):
    """What the entry point names: a class that is made with the options and raises whatever says
    what is wrong with them.
    """

    port: ClassVar[str]

    def __call__(self, options: Options) -> Adapter: ...
