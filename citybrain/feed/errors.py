"""Errors of what a watcher asks for. `field` names the part of the spec that is wrong.

FeedError                    root; a CityBrainError
├── UnknownCollectionError   no list of that name
├── UnknownFilterError       the list has no such filter
├── UnknownOrderError        the list has no such order
├── OutOfBoundsError         a part of the spec is beyond its limit, or no number that can be
├── BadVersionError          a text that is no version
└── TooManyViewsError        every view that can be kept is watched
"""

from collections.abc import Iterable

from citybrain.errors import CityBrainError
from citybrain.limits import Limit


class FeedError(CityBrainError):
    """A view cannot be given as it was asked for; nothing changed."""

    def __init__(self, field: str, message: str) -> None:
        self.field = field
        super().__init__(message)


class UnknownCollectionError(FeedError):
    """There is no list of that name. `known` are those that there are."""

    def __init__(self, name: str, known: Iterable[str]) -> None:
        self.name, self.known = name, tuple(sorted(known))
        super().__init__(
            "collection", f"there is no list {name!r}. There are: {', '.join(self.known)}."
        )


class UnknownFilterError(FeedError):
    """The list has no such filter. `known` are its own."""

    def __init__(self, collection: str, name: str, known: Iterable[str]) -> None:
        self.name, self.known = name, tuple(sorted(known))
        there_are = ", ".join(self.known) or "none"
        super().__init__(
            "filters", f"{collection} cannot be filtered by {name!r}. Its filters: {there_are}."
        )


class UnknownOrderError(FeedError):
    """The list has no such order. `known` are its own, the default first."""

    def __init__(self, collection: str, name: str, known: Iterable[str]) -> None:
        self.name, self.known = name, tuple(known)
        super().__init__(
            "order_by",
            f"{collection} cannot be ordered by {name!r}. Its orders: {', '.join(self.known)}.",
        )


class OutOfBoundsError(FeedError):
    """A number or text of a spec is out of its bounds, `at_least` and `at_most`."""

    def __init__(self, field: str, given: int, *, at_least: int, limit: Limit) -> None:
        self.given, self.at_least, self.at_most = given, at_least, limit.value
        super().__init__(
            field,
            f"{field} asks for {given} {limit.unit}; {at_least} to {limit.value} are possible"
            f" ({limit.reason}).",
        )


class BadVersionError(FeedError):
    """A text that is no version. Leave `since` out to get a page."""

    def __init__(self, text: str) -> None:
        super().__init__(
            "since",
            f"{text[:80]!r} is no version: it should be one that this stream has given, such as"
            " 'k3x9.1041'. Leave it out to get the whole page.",
        )


class TooManyViewsError(FeedError):
    """Every view that can be kept is watched. Ask for one that others watch, or try again later."""

    def __init__(self, limit: Limit) -> None:
        super().__init__(
            "collection",
            f"all {limit.value} {limit.unit} that can be kept are watched by others. Close a"
            " screen, or try again when one was closed.",
        )
