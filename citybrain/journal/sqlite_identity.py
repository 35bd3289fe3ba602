"""What a journal's file says that it is: a store with its epoch, a copy of one, or an archive."""

import logging
from pathlib import Path

import apsw

from citybrain.errors import StoreError
from citybrain.ids import IdSource
from citybrain.sqlite.statements import named_queries

log = logging.getLogger(__name__)


def set_epoch(writer: apsw.Connection, ids: IdSource) -> None:
    """Give a new store its first epoch, in the transaction that is open."""
    writer.execute(_sql("set_epoch"), (ids.token(),))


def renew_epoch(writer: apsw.Connection, ids: IdSource) -> None:
    """Give a store that went back in time another epoch, in the transaction that is open."""
    writer.execute(_sql("keep_epoch_before"))
    writer.execute(_sql("renew_epoch"), (ids.token(),))


def renew_epoch_of_backup(writer: apsw.Connection, path: Path, ids: IdSource) -> None:
    """As `renew_epoch`, where the file is marked as a copy, which it is no more then."""
    for (made_at,) in writer.execute(_sql("backup_mark")).fetchall():
        renew_epoch(writer, ids)
        writer.execute(_sql("drop_backup_mark"))
        log.warning(
            "%s is the copy of %s: a store that went back in time. It has another epoch now, by"
            " which its peers know that",
            path,
            made_at,
        )


def refuse_archive(path: Path, connection: apsw.Connection) -> None:
    """Raise `StoreError` where the file is a part that was cut off a journal."""
    if not connection.execute("SELECT name FROM sqlite_schema WHERE name = 'meta'").fetchall():
        return
    if connection.execute(_sql("archive_mark")).fetchall():
        raise StoreError(
            f"{path} is an archive: nothing is ever added to it. Give the path of the journal that"
            " it was cut off, or restore a journal from a backup."
        )


def _sql(name: str) -> str:
    return named_queries("citybrain.journal", "sqlite.sql")[name]
