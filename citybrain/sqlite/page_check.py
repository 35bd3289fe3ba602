"""Asks SQLite whether the pages of a file are whole. Knows nothing of what is in them."""

from pathlib import Path

import apsw

from citybrain.errors import StoreCorruptError
from citybrain.sqlite.owned_file import translated_errors

TABLES = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name"


def table_names(connection: apsw.Connection, path: Path) -> tuple[str, ...]:
    """The tables of the file, sorted."""
    with translated_errors(path):
        return tuple(str(name) for (name,) in connection.execute(TABLES))


def check_pages(connection: apsw.Connection, path: Path, table: str = "") -> None:
    """Raise `StoreCorruptError` where a page of `table` and of its indexes is damaged; of the whole
    file, its list of free pages too, where no table is given. Holds one read transaction."""
    pragma = f"PRAGMA quick_check('{table}')" if table else "PRAGMA quick_check(1)"
    with translated_errors(path):
        rows = connection.execute(pragma).fetchall()
    found = str(rows[0][0]) if rows else "ok"
    if found != "ok":
        raise StoreCorruptError(
            f"a page of {path} is damaged: {' '.join(found.split())}. Restore it from a backup."
        )
