"""The journal of a node's data folder: opened for its owner alone, and never begun anew by mistake.

A folder whose marker knows a store and whose journal is gone is refused: an empty store would give
the same numbers again, and its open incidents and crews under way would be forgotten in silence.
"""

import logging
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from citybrain.clock import Clock, iso
from citybrain.conditions import ConditionCode, Conditions
from citybrain.data_folder import secure
from citybrain.errors import StoreError, StoreMissingError
from citybrain.ids import IdSource
from citybrain.journal.marker import MARKER, Marker, read_marker, write_marker
from citybrain.journal.sqlite import SqliteStore
from citybrain.structs import replace

JOURNAL = "journal.db"

log = logging.getLogger(__name__)


def open_journal(
    folder: Path, *, ids: IdSource, clock: Clock, is_new_meant: bool = False
) -> SqliteStore:
    """The store in `folder`, made where there never was one, its files for this user alone.

    Raises `StoreMissingError` where there was one and it is gone, unless `is_new_meant`; else as
    `SqliteStore.open`. With `is_new_meant` a doubt about this store's beginning is settled, too.
    """
    secure(folder)
    marker, path = read_marker(folder), folder / JOURNAL
    if marker is not None and not path.exists() and not is_new_meant:
        raise _missing(folder, marker)
    if is_new_meant and path.exists():
        log.warning("%s is there: nothing is begun anew, and --new changes nothing in it", path)
    is_begun = not path.exists()
    with ExitStack() as on_error:
        store = SqliteStore.open(path, ids=ids)
        on_error.callback(store.close)
        if is_begun or marker is None:
            begun = Marker(store=store.epoch(), begun_at=clock.now(), is_meant=is_new_meant)
            _keep(folder, begun)
        elif is_new_meant:
            _keep(folder, replace(marker, doubt="", is_meant=True))
        on_error.pop_all()
    return store


def past_watch(folder: Path, conditions: Conditions) -> Callable[[ConditionCode, str], None]:
    """What a link's end calls when a peer knows a past that one of the two has lost. That this
    store began empty lasts over restarts, until a person says that it is meant."""
    marker = read_marker(folder)
    if marker is not None and marker.doubt:
        conditions.begin(ConditionCode.BEGAN_EMPTY, marker.doubt)

    def on_past(code: ConditionCode, detail: str) -> None:
        known = read_marker(folder)
        if code is ConditionCode.BEGAN_EMPTY and known is not None:
            if known.is_meant:
                log.warning("this store was begun anew on purpose: %s", detail)
                return
            _keep(folder, replace(known, doubt=detail))
        conditions.begin(code, detail)

    return on_past


def _keep(folder: Path, marker: Marker) -> None:
    """A disk that is full leaves it to the next start: the store is there all the same."""
    try:
        write_marker(folder, marker)
    except (OSError, StoreError) as error:
        log.warning("the marker %s could not be written: %s", folder / MARKER, error)


def _missing(folder: Path, marker: Marker) -> StoreMissingError:
    began = f", begun at {iso(marker.begun_at)}" if marker.begun_at else ""
    return StoreMissingError(
        f"{folder / JOURNAL} is gone: {MARKER} beside it knows store {marker.store}{began}. Without"
        " it this node would forget its open incidents, and give numbers that its peers and crews"
        " know already. Look whether the disk is mounted; restore the journal with"
        f" `citybrain backup restore BACKUP --to {folder}`; or, to begin with nothing all the same,"
        " start once with --new."
    )
