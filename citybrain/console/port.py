"""The ports of the consoles. gRPC services, web consoles and CLI are thin over them; a tier's node
implements them.

An `Outcome` is what the node decided, yes or no. What it could not take in to be decided is raised:
`QueueFullError`, `StoreFullError`, `NodeStoppingError`, `InputRejectedError`.
"""

from collections.abc import AsyncIterator
from typing import Protocol

from citybrain.domain.console import (
    DistrictSnapshot,
    OperatorAction,
    Outcome,
)
from citybrain.domain.crew import CrewAnswer, CrewPosition, CrewView
from citybrain.domain.report import Report
from citybrain.ids import UnitId


class DistrictConsole(Protocol):
    """The district operator's."""

    def snapshot(self) -> DistrictSnapshot: ...

    async def act(self, action: OperatorAction) -> Outcome: ...

    async def report(self, report: Report) -> Outcome:
        """A person or a foreign system reports; the outcome names the incident that it opened or
        joined."""
        ...

    def changes(self) -> AsyncIterator[None]:
        """Yields at once and after every change of `snapshot`. Several changes may share one yield;
        none is missed."""
        ...


class CrewConsole(Protocol):
    """The crew's phone's."""

    def view(self, unit: UnitId) -> CrewView | None:
        """None: no such unit here."""
        ...

    async def answer(self, answer: CrewAnswer) -> Outcome: ...

    async def report(self, position: CrewPosition) -> Outcome: ...

    def changes(self) -> AsyncIterator[None]: ...
