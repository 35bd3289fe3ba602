"""The checkpoint store of production: one small file, replaced whole."""

import hashlib
import logging
import os
from pathlib import Path

from citybrain import canonical_json
from citybrain.clock import Timestamp
from citybrain.errors import NewerFormatError, StoreError
from street_agent.checkpoint.port import (
    AgentCheckpoint,
    PreviousRun,
    is_stale,
    next_checkpoint,
    previous_run,
)
from street_agent.core.source import OpenEpisode
from street_agent.formats import CHECKPOINT

log = logging.getLogger(__name__)


class FileCheckpointStore:
    """See `checkpoint.port.CheckpointStore`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._last: AgentCheckpoint | None = None
        self._is_failing = False

    def load(self, next_seq: int) -> PreviousRun | None:
        """As the port says; a checkpoint that cannot be read is logged and ignored."""
        try:
            checkpoint = _decoded(self._path.read_bytes())
        except FileNotFoundError:
            return None
        except NewerFormatError as error:
            raise NewerFormatError(f"{self._path}: {error} Nothing was changed.") from error
        except (OSError, ValueError, StoreError) as error:
            log.warning(
                "the checkpoint %s cannot be read and is made anew (open episodes of the last run"
                " stay open): %s",
                self._path,
                error,
            )
            return None
        return previous_run(checkpoint, next_seq)

    def is_due(self, at: Timestamp) -> bool:
        return is_stale(self._last, at)

    def save(
        self,
        at: Timestamp,
        episodes: tuple[OpenEpisode, ...],
        next_seq: int,
        *,
        force: bool = False,
    ) -> None:
        checkpoint = next_checkpoint(self._last, at, episodes, next_seq, force=force)
        if checkpoint is None:
            return
        try:
            beside = self._path.with_suffix(".new")
            with beside.open("wb") as file:
                file.write(_encoded(checkpoint))
                file.flush()
                os.fsync(file.fileno())
            beside.replace(self._path)
        except OSError as error:
            if not self._is_failing:  # the first of a run is tried at every step
                log.warning(
                    "the checkpoint %s cannot be written (%s); free some space. After a restart"
                    " open episodes would begin anew.",
                    self._path,
                    error,
                )
            self._is_failing = True
            self._last = self._last and checkpoint  # the first of a run stays due, see `port`
            return
        self._last, self._is_failing = checkpoint, False


def _encoded(checkpoint: AgentCheckpoint) -> bytes:
    """A line with the version and the hash of the text, then the canonical text."""
    text = canonical_json.encode(checkpoint)
    return b"%d %s\n" % (CHECKPOINT.version, _hash(text)) + text


def _decoded(content: bytes) -> AgentCheckpoint:
    """Raises `NewerFormatError`, or what the content is not: `ValueError`, `StoreError`."""
    header, _, text = content.partition(b"\n")
    version, _, text_hash = header.partition(b" ")
    if text_hash and text_hash != _hash(text):  # the first files had none
        raise ValueError("its text does not match its hash: it was altered")
    return CHECKPOINT.decode(text, int(version))


def _hash(text: bytes) -> bytes:
    return hashlib.sha256(text).hexdigest().encode()
