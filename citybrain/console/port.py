"""The three ports behind screens. The gRPC services, the web consoles and the CLI are thin over them; a tier's node implements them."""

from collections.abc import AsyncIterator
from typing import Protocol

from citybrain.domain.console import (
    CitySnapshot,
    DistrictSnapshot,
    OperatorAction,
    Outcome,
    PlanAction,
)
from citybrain.domain.crew import CrewAnswer, CrewPosition, CrewView
from citybrain.ids import UnitId


class DistrictConsole(Protocol):
    """Behind the district's queue."""

    def snapshot(self) -> DistrictSnapshot: ...

    async def act(self, action: OperatorAction) -> Outcome: ...

    def changes(self) -> AsyncIterator[None]:
        """Yields once at once, then after every change of what `snapshot` shows; several changes may share one yield, none is missed."""
        ...


class CrewConsole(Protocol):
    """Behind a crew's phone."""

    def view(self, unit: UnitId) -> CrewView | None:
        """None: no such unit here."""
        ...

    async def answer(self, answer: CrewAnswer) -> Outcome: ...

    async def report(self, position: CrewPosition) -> Outcome: ...

    def changes(self) -> AsyncIterator[None]: ...


class CityConsole(Protocol):
    """Behind the city's one screen."""

    def snapshot(self) -> CitySnapshot: ...

    async def act(self, action: PlanAction) -> Outcome: ...

    def changes(self) -> AsyncIterator[None]: ...
