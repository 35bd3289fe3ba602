"""An outbox whose file is damaged is kept aside under another name, and a new one begins in its
place: a box that refused to look until somebody drives there would help nobody.

The new outbox has an incarnation of its own, by which the district learns that events of the old
one may be lost. A file that another version wrote is not damaged: it refuses the start as ever.
"""

import logging
import re
from pathlib import Path

from citybrain.clock import Timestamp, iso
from citybrain.errors import StoreCorruptError
from citybrain.ids import IdSource
from citybrain.sqlite.owned_file import FileLock
from street_agent.limits import DAMAGED_OUTBOXES
from street_agent.outbox.sqlite import SqliteOutbox

log = logging.getLogger(__name__)


def open_or_renew(
    path: Path,
    *,
    at: Timestamp,
    ids: IdSource,
    cap_bytes: int,
    damage: StoreCorruptError | None = None,
) -> SqliteOutbox:
    """The outbox at `path`, or a new one where that is damaged; `damage`: what the run before found
    of it. Raises as `SqliteOutbox.open` else. One line of the log says both."""
    if damage is None:
        try:
            return SqliteOutbox.open(path, ids=ids, cap_bytes=cap_bytes)
        except StoreCorruptError as error:
            damage = error
    kept = _set_aside(path, at)
    log.error(
        "%s; it is set aside as %s, and a new outbox begins: what was in the old one may not have"
        " come to the district, which learns it by the next hello. See whether the disk is worn.",
        str(damage).partition(". ")[0],  # what the rest asks for is done here
        kept,
    )
    return SqliteOutbox.open(path, ids=ids, cap_bytes=cap_bytes)


def damaged_files(path: Path) -> tuple[Path, ...]:
    """The damaged files of the outbox at `path` that are kept, oldest first."""
    found = path.parent.glob(f"{path.name}.damaged-*")
    return tuple(sorted(one for one in found if not one.name.endswith("-wal")))


def _set_aside(path: Path, at: Timestamp) -> Path:
    """Its new name. No other process may have the file open: raises `StoreBusyError`."""
    lock = FileLock(path)
    try:
        kept = _free_name(path, at)
        log_file = path.with_name(f"{path.name}-wal")
        if log_file.exists():
            log_file.rename(kept.with_name(f"{kept.name}-wal"))
        if path.exists():
            path.rename(kept)
        else:
            kept.touch()  # its log alone was left
        path.with_name(f"{path.name}-shm").unlink(missing_ok=True)
        for one in damaged_files(path)[: -DAMAGED_OUTBOXES.value]:
            one.with_name(f"{one.name}-wal").unlink(missing_ok=True)
            one.unlink()
    finally:
        lock.release()
    return kept


def _free_name(path: Path, at: Timestamp) -> Path:
    """A name that sorts behind those that are kept, whatever the clock says."""
    day = re.sub(r"[^0-9T]", "", iso(at).removesuffix("-00:00"))
    last = [re.search(r"damaged-(\d+)", one.name) for one in damaged_files(path)][-1:]
    number = int(last[0].group(1)) + 1 if last and last[0] is not None else 1
    return path.with_name(f"{path.name}.damaged-{number:04}-{day}")
