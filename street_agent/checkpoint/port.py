"""What an agent needs of its checkpoint store, and when a checkpoint is written. Adapters: `file`
(production), `memory` (tests, simulator). Pure.

A change of the open episodes is written *before* the events that make it are put into the outbox,
together with the number that the first of them will get: whether that number was given tells the
next run whether the change took place, wherever this run ended.
"""

from typing import Protocol

from citybrain.clock import SECOND_US, Timestamp
from citybrain.structs import Struct
from street_agent.core.source import OpenEpisode
from street_agent.limits import ALIVE_EVERY_S


class AgentCheckpoint(Struct, frozen=True, kw_only=True):
    """`episodes` are open once the number `from_seq` was given, `episodes_before` until then."""

    alive_at: Timestamp
    episodes: tuple[OpenEpisode, ...]
    episodes_before: tuple[OpenEpisode, ...]
    from_seq: int


class PreviousRun(Struct, frozen=True, kw_only=True):
    """What is known of the run before."""

    alive_at: Timestamp
    episodes: tuple[OpenEpisode, ...]


class CheckpointStore(Protocol):
    """One checkpoint, replaced whole: a crash leaves the old one or the new one."""

    def load(self, next_seq: int) -> PreviousRun | None:
        """What the run before left, by the number that the outbox gives next; None when there was
        none. Raises `NewerFormatError` where a newer version wrote it, and nothing else because of
        what it holds."""
        ...

    def is_due(self, at: Timestamp) -> bool:
        """Whether a sign of life is due, though no episode began or ended."""
        ...

    def save(
        self,
        at: Timestamp,
        episodes: tuple[OpenEpisode, ...],
        next_seq: int,
        *,
        force: bool = False,
    ) -> None:
        """Write a checkpoint if one is due (see `next_checkpoint`). A full disk costs a warning,
        not the agent. The first one of a run stays due until it is written: without it the next run
        would not know of this one."""
        ...


def previous_run(checkpoint: AgentCheckpoint, next_seq: int) -> PreviousRun:
    """What `checkpoint` says, by the number that the outbox gives next. A lower number than the
    checkpoint's is another outbox's: nobody knows which episodes the district has heard of, so
    what goes on is reported anew."""
    if next_seq < checkpoint.from_seq:
        return PreviousRun(alive_at=checkpoint.alive_at, episodes=())
    is_effective = next_seq > checkpoint.from_seq
    return PreviousRun(
        alive_at=checkpoint.alive_at,
        episodes=checkpoint.episodes if is_effective else checkpoint.episodes_before,
    )


def is_stale(last: AgentCheckpoint | None, at: Timestamp) -> bool:
    """Whether the next sign of life is due."""
    return last is None or at - last.alive_at >= ALIVE_EVERY_S * SECOND_US


def next_checkpoint(
    last: AgentCheckpoint | None,
    at: Timestamp,
    episodes: tuple[OpenEpisode, ...],
    next_seq: int,
    *,
    force: bool,
) -> AgentCheckpoint | None:
    """The checkpoint to write after `last`: when the open episodes changed, when a sign of life is
    due, or by `force`. None: none is due."""
    has_changed = last is None or _names(episodes) != _names(last.episodes)
    if not (force or has_changed or is_stale(last, at)):
        return None
    return AgentCheckpoint(
        alive_at=at,
        episodes=episodes,
        episodes_before=last.episodes if last is not None and has_changed else episodes,
        from_seq=next_seq,
    )


def _names(episodes: tuple[OpenEpisode, ...]) -> tuple[tuple[str, str, int], ...]:
    return tuple((episode.source, episode.rule, episode.began_at) for episode in episodes)
