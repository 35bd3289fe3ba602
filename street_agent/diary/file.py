"""The diary of production: one small file, replaced whole."""

import logging
import os
from pathlib import Path

from citybrain import canonical_json
from citybrain.clock import Timestamp
from citybrain.errors import MalformedError
from street_agent.core.source import OpenEpisode
from street_agent.diary.port import Page, Past, following, is_stale, past

log = logging.getLogger(__name__)


class FileDiary:
    """See `diary.port.Diary`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._last: Page | None = None

    def read(self, next_seq: int) -> Past | None:
        """As the port says; a page that cannot be read is said and left out."""
        try:
            return past(canonical_json.decode(self._path.read_bytes(), Page), next_seq)
        except FileNotFoundError:
            return None
        except (OSError, MalformedError) as error:
            log.warning(
                "the diary %s cannot be read and is begun anew (open episodes of the last run stay open): %s",
                self._path,
                error,
            )
            return None

    def is_due(self, at: Timestamp) -> bool:
        return is_stale(self._last, at)

    def note(
        self,
        at: Timestamp,
        episodes: tuple[OpenEpisode, ...],
        next_seq: int,
        *,
        force: bool = False,
    ) -> None:
        page = following(self._last, at, episodes, next_seq, force=force)
        if page is None:
            return
        try:
            beside = self._path.with_suffix(".new")
            with beside.open("wb") as file:
                file.write(canonical_json.encode(page))
                file.flush()
                os.fsync(file.fileno())
            beside.replace(self._path)
        except OSError as error:
            log.warning(
                "the diary %s cannot be written (%s); free some space. A restart would begin open episodes anew.",
                self._path,
                error,
            )
        self._last = page
