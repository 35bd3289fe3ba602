"""What a district and the city offer to the public API.

An `Outcome` is what the node decided, yes or no. What it could not take in to be decided is raised:
`QueueFullError`, `StoreFullError`, `NodeStoppingError`, `InputRejectedError`.
"""

from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Protocol

from citybrain.api.lists.port import PublicList
from citybrain.api.services.attachments import AttachAsked, AttachmentAsked, StoredFile
from citybrain.api.services.series import SeriesAsked
from citybrain.clock import Timestamp
from citybrain.domain.clock import ClockAction
from citybrain.domain.console import (
    AgentAction,
    HandOver,
    OperatorAction,
    Outcome,
    PlanAction,
    ShiftAction,
    UnitAction,
)
from citybrain.domain.principal import Principal
from citybrain.domain.report import Report
from citybrain.domain.series import SeriesPoint
from citybrain.feed.change_feed import ChangeFeed
from citybrain.ids import IncidentId


class Lists(Protocol):
    """A tier's lists and the feed of their changes, and the time at which they are shown."""

    @property
    def lists(self) -> Mapping[str, PublicList[object]]:
        """By the names that clients use; the tier itself is the list "district" or "city" of one
        row."""
        ...

    @property
    def feed(self) -> ChangeFeed: ...

    def now(self) -> Timestamp: ...

    def refresh(self, names: Iterable[str] | None = None) -> None:
        """Let the feed find what has changed in the lists of these names; None: in all."""
        ...


class NodeApi(Lists, Protocol):
    """What every node offers."""

    async def set_clock(self, action: ClockAction, caller: Principal | None = None, /) -> Outcome:
        """A person says what a step of the node's clock was that is held back."""
        ...


class DistrictApi(NodeApi, Protocol):
    """A district's lists, and its door for actions and reports."""

    def incident_id(self, name: str) -> IncidentId:
        """The id of the incident that people call so by its number; an id is its own."""
        ...

    async def act(self, action: OperatorAction, caller: Principal | None = None, /) -> Outcome:
        """`caller`: who was proved to ask; None: nobody was, and the action says who it is."""
        ...

    async def attach(
        self, asked: AttachAsked, pieces: AsyncIterator[bytes], caller: Principal | None = None, /
    ) -> Outcome:
        """Take a file in: what the district refuses of it is an outcome. Raises
        `RequestTooLargeError`, `FileLateError`."""
        ...

    async def attachment(
        self, asked: AttachmentAsked, caller: Principal | None = None, /
    ) -> StoredFile:
        """Raises `NoSuchResourceError`, `NotPermittedError`, `FileLostError`."""
        ...

    async def act_on_agent(
        self, action: AgentAction, caller: Principal | None = None, /
    ) -> Outcome: ...

    async def series(self, asked: SeriesAsked, /) -> tuple[SeriesPoint, ...]:
        """What one source counts or reads, a point a minute: by series, the oldest first."""
        ...

    async def act_on_unit(
        self, action: UnitAction, caller: Principal | None = None, /
    ) -> Outcome: ...

    async def act_on_shift(
        self, action: ShiftAction, caller: Principal | None = None, /
    ) -> Outcome: ...

    def hand_overs(self) -> tuple[HandOver, ...]:
        """Between shifts, taken or not."""
        ...

    async def report(self, report: Report, caller: Principal | None = None, /) -> Outcome:
        """A person or a foreign system reports; the outcome names the incident that it opened or
        joined."""
        ...


class CityApi(NodeApi, Protocol):
    """The city's lists, and its door for actions."""

    async def act(self, action: PlanAction, caller: Principal | None = None, /) -> Outcome: ...
