"""What a tier brings to a stream: its journal, its store, and the inputs that its cores decide."""

from collections.abc import Callable
from typing import Protocol

from citybrain.clock import Timestamp
from citybrain.decider.decider import Committed
from citybrain.link.effects import JournalGap, JournalLetter, JournalRefusal
from citybrain.link.exchange import Start
from citybrain.link.frames import Greeting
from citybrain.link.outbound import Page, Stored


class Journal(Protocol):
    """The commit loop, as far as a stream needs it."""

    def submit_with_callback(
        self, what: object, on_done: Callable[[Committed | Exception], None]
    ) -> None: ...


class LinkEnd(Protocol):
    """One tier's end of one stream. What it raises ends the stream."""

    async def confirm(self, greeting: Greeting) -> Start:
        """Judge the peer's greeting and journal it. Raises a `CityBrainError` that refuses it."""
        ...

    def positions(self) -> tuple[int, int]:
        """How far the peer's log is journaled, and the position that the next own letter gets."""
        ...

    def stored(self, page: Page) -> tuple[Stored, ...]:
        """The letters of `page`, in order."""
        ...

    def letter_input(self, letter: JournalLetter) -> object:
        """The input that a letter of the peer becomes. Raises `MalformedError` where it cannot be
        read.
        """
        ...

    def gap_input(self, gap: JournalGap) -> object:
        """The input that declares a letter which the peer withdrew."""
        ...

    def refusal_input(self, refusal: JournalRefusal) -> object:
        """The input that declares an own letter which the peer refused."""
        ...

    def is_out_of_order(self, error: Exception) -> bool:
        """Whether a core missed what is before a letter."""
        ...

    def rejected(self, letter: JournalLetter, reason: str) -> None:
        """A letter of the peer can never be journaled: keep it for people to see."""
        ...

    def discard(self, upto: int) -> None:
        """The peer has journaled the own log up to here."""
        ...

    def peer_lost(self, last_seen_at: Timestamp) -> None:
        """The peer fell silent, at an end that keeps a silent stream."""
        ...

    def peer_returned(self) -> None:
        """Frames of the peer come in again."""
        ...
