"""The three ports behind screens. The gRPC services, the web consoles and the CLI are thin over them; a tier's node implements them."""

from collections.abc import AsyncIterator
from typing import Protocol

from citybrain.domain.crew import CrewAnswer, CrewPosition, CrewView
from citybrain.domain.desk import CityDesk, DistrictDesk, OperatorAction, Outcome, PlanAction
from citybrain.ids import UnitId


class DistrictScreen(Protocol):
    """Behind the district's queue."""

    def desk(self) -> DistrictDesk: ...

    async def act(self, action: OperatorAction) -> Outcome: ...

    def changes(self) -> AsyncIterator[None]:
        """Yields once at once, then after every change of what `desk` shows; several changes may share one yield, none is missed."""
        ...


class CrewScreen(Protocol):
    """Behind a crew's phone."""

    def view(self, unit: UnitId) -> CrewView | None:
        """None: no such unit here."""
        ...

    async def answer(self, answer: CrewAnswer) -> Outcome: ...

    async def report(self, position: CrewPosition) -> Outcome: ...

    def changes(self) -> AsyncIterator[None]: ...


class CityScreen(Protocol):
    """Behind the city's one screen."""

    def desk(self) -> CityDesk: ...

    async def act(self, action: PlanAction) -> Outcome: ...

    def changes(self) -> AsyncIterator[None]: ...
