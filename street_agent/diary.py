"""What one run leaves for the next beside the outbox: the last sign of life and the open episodes. One small file, replaced whole.

A change of the open episodes is written down *before* the events that make it are put into the outbox, together with the number that the first of them
will get: whether that number was given tells the next run whether the change took place, wherever this run died.
"""

import logging
import os
from dataclasses import dataclass
from pathlib import Path

from citybrain import canon
from citybrain.clock import SECOND_US, Timestamp
from citybrain.errors import Malformed
from street_agent.core.source import OpenEpisode
from street_agent.limits import ALIVE_EVERY_S

log = logging.getLogger(__name__)


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


class Diary:
    """Written when the open episodes changed, and every `ALIVE_EVERY_S`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._last: Page | None = None

    def read(self, next_seq: int) -> Past | None:
        """What the run before left, by the number that the outbox gives next; None when there was none. A page that cannot be read is said and left out."""
        try:
            page = canon.decode(self._path.read_bytes(), Page)
        except FileNotFoundError:
            return None
        except (OSError, Malformed) as error:
            log.warning("the diary %s cannot be read and is begun anew (open episodes of the last run stay open): %s", self._path, error)
            return None
        return Past(alive_at=page.alive_at, episodes=page.episodes if next_seq > page.from_seq else page.before)

    def note(self, at: Timestamp, episodes: tuple[OpenEpisode, ...], next_seq: int, *, force: bool = False) -> None:
        """Write a page where it is time to. A disk that is full costs a warning, not the agent."""
        last = self._last
        has_changed = last is None or _names(episodes) != _names(last.episodes)
        if not (force or has_changed or last is None or at - last.alive_at >= ALIVE_EVERY_S * SECOND_US):
            return
        before = last.episodes if last is not None and has_changed else episodes
        page = Page(alive_at=at, episodes=episodes, before=before, from_seq=next_seq)
        try:
            beside = self._path.with_suffix(".new")
            with beside.open("wb") as file:
                file.write(canon.encode(page))
                file.flush()
                os.fsync(file.fileno())
            beside.replace(self._path)
        except OSError as error:
            log.warning("the diary %s cannot be written (%s); free some space. A restart would begin open episodes anew.", self._path, error)
        self._last = page


def _names(episodes: tuple[OpenEpisode, ...]) -> tuple[tuple[str, str, int], ...]:
    return tuple((episode.source, episode.rule, episode.began_at) for episode in episodes)
