"""What a district and the city offer to the public API.

An `Outcome` is what the node decided, yes or no. What it could not take in to be decided is raised:
`QueueFullError`, `StoreFullError`, `NodeStoppingError`, `InputRejectedError`.
"""

from collections.abc import Iterable, Mapping
from typing import Protocol

from citybrain.api.lists.port import PublicList
from citybrain.clock import Timestamp
from citybrain.domain.console import OperatorAction, Outcome, PlanAction
from citybrain.domain.report import Report
from citybrain.feed.change_feed import ChangeFeed


class DistrictApi(Protocol):
    """A district's lists, the feed of their changes, and its door for actions."""

    @property
    def lists(self) -> Mapping[str, PublicList[object]]:
        """By the names that clients use; the district itself is the list "district" of one row."""
        ...

    @property
    def feed(self) -> ChangeFeed: ...

    def now(self) -> Timestamp: ...

    def refresh(self, names: Iterable[str] | None = None) -> None:
        """Let the feed find what has changed in the lists of these names; None: in all."""
        ...

    async def act(self, action: OperatorAction) -> Outcome: ...

    async def report(self, report: Report) -> Outcome: ...


class CityApi(Protocol):
    """The city's lists, the feed of their changes, and its door for actions."""

    @property
    def lists(self) -> Mapping[str, PublicList[object]]:
        """By the names that clients use; the city itself is the list "city" of one row."""
        ...

    @property
    def feed(self) -> ChangeFeed: ...

    def now(self) -> Timestamp: ...

    def refresh(self, names: Iterable[str] | None = None) -> None:
        """Let the feed find what has changed in the lists of these names; None: in all."""
        ...

    async def act(self, action: PlanAction) -> Outcome: ...
