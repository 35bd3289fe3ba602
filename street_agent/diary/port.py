"""What an agent needs of its diary, and what makes a page of it. Adapters: `file` (production), `memory` (tests, simulator). Pure.

A change of the open episodes is written down *before* the events that make it are put into the outbox, together with the number that the first of them
will get: whether that number was given tells the next run whether the change took place, wherever this run died.
"""

from dataclasses import dataclass
from typing import Protocol

from citybrain.clock import SECOND_US, Timestamp
from street_agent.core.source import OpenEpisode
from street_agent.limits import ALIVE_EVERY_S


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    alive_at: Timestamp
    episodes: tuple[OpenEpisode, ...]  # open once number `from_seq` was given
    before: tuple[OpenEpisode, ...]  # open until then
    from_seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What is known of the run before."""

    alive_at: Timestamp
    episodes: tuple[OpenEpisode, ...]


class Diary(Protocol):
    """One page, replaced whole: a crash leaves the old one or the new one."""

    def read(self, next_seq: int) -> Past | None:
        """What the run before left, by the number that the outbox gives next; None when there was none. Never raises because of what stands there."""
        ...

    def is_due(self, at: Timestamp) -> bool:
        """Whether a sign of life is due, though no episode began or ended."""
        ...

    def note(
        self,
        at: Timestamp,
        episodes: tuple[OpenEpisode, ...],
        next_seq: int,
        *,
        force: bool = False,
    ) -> None:
        """Write a page where it is time to. A disk that is full costs a warning, not the agent."""
        ...


def past(page: Page, next_seq: int) -> Past:
    return Past(
        alive_at=page.alive_at, episodes=page.episodes if next_seq > page.from_seq else page.before
    )


def is_stale(last: Page | None, at: Timestamp) -> bool:
    """Whether the next sign of life is due."""
    return last is None or at - last.alive_at >= ALIVE_EVERY_S * SECOND_US


def following(
    last: Page | None,
    at: Timestamp,
    episodes: tuple[OpenEpisode, ...],
    next_seq: int,
    *,
    force: bool,
) -> Page | None:
    """The page to write after `last`: when the open episodes changed, when a sign of life is due, or by `force`. None: it is not time yet."""
    has_changed = last is None or _names(episodes) != _names(last.episodes)
    if not (force or has_changed or is_stale(last, at)):
        return None
    return Page(
        alive_at=at,
        episodes=episodes,
        before=last.episodes if last is not None and has_changed else episodes,
        from_seq=next_seq,
    )


def _names(episodes: tuple[OpenEpisode, ...]) -> tuple[tuple[str, str, int], ...]:
    return tuple((episode.source, episode.rule, episode.began_at) for episode in episodes)
