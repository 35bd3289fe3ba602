"""The schema of a SQLite file: which migrations it had, which are missing, and whether it is whole.
Changes nothing but by `apply_migration`."""

from functools import cache
from pathlib import Path

import apsw

from citybrain.errors import NewerFormatError, StoreCorruptError, UpgradeError
from citybrain.sqlite.statements import Migration, migrations

TABLES = "SELECT name FROM sqlite_schema WHERE type = 'table'"
COLUMNS = (
    "SELECT tables.name, columns.name FROM sqlite_schema AS tables,"
    " pragma_table_info(tables.name) AS columns WHERE tables.type = 'table'"
)


def check_kind(connection: apsw.Connection, path: Path, schema: str) -> None:
    """Raise `UpgradeError` where the file is of another kind or of a newer version; one that is new
    or of an older version is no error."""
    _applied(connection, path, schema)


def check_schema(connection: apsw.Connection, path: Path, schema: str) -> None:
    """Raise `UpgradeError` where the file has not exactly the schema of this version, and
    `StoreCorruptError` where a table or column of it is missing."""
    steps, done = migrations(schema), _applied(connection, path, schema)
    if done < len(steps):
        raise UpgradeError(
            f"{path} has schema {done}, and this version reads schema {len(steps)}. Start its node"
            " once with this version, which brings it up, or use the version that wrote it."
        )
    found = {(str(table), str(column)) for table, column in connection.execute(COLUMNS)}
    missing = sorted(_columns_after(steps) - found)
    if missing:
        table, column = missing[0]
        raise StoreCorruptError(
            f"{path} is damaged: its table {table!r} is missing, or has no column {column!r}."
            " Restore it from a backup."
        )


def is_older(connection: apsw.Connection, path: Path, schema: str) -> bool:
    """Whether the file is of this kind and of an older version; raises as `check_kind`."""
    return 0 < _applied(connection, path, schema) < len(migrations(schema))


def missing_migrations(
    connection: apsw.Connection, path: Path, schema: str
) -> tuple[Migration, ...]:
    """The steps that lead from the file's schema to this version's."""
    return migrations(schema)[_applied(connection, path, schema) :]


def apply_migration(connection: apsw.Connection, step: Migration) -> None:
    """One step, in the transaction that is open."""
    connection.execute(
        "CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL)"
        " STRICT"
    )
    connection.execute(step.sql)
    connection.execute(
        "INSERT INTO migrations (number, name) VALUES (?, ?)", (step.number, step.name)
    )


def _applied(connection: apsw.Connection, path: Path, schema: str) -> int:
    """How many of the migrations of package `schema` the file has had; raises `UpgradeError` where
    it has had others: it is no file of this kind, or of a newer version."""
    tables = {name for (name,) in connection.execute(TABLES)}
    if "migrations" not in tables:
        if tables:
            raise UpgradeError(
                f"{path} is an SQLite file, but not of this kind: it has no table of migrations."
                " Give the right path, or restore it from a backup."
            )
        return 0
    steps = migrations(schema)
    found = connection.execute("SELECT number, name FROM migrations ORDER BY number").fetchall()
    for step, (number, name) in zip(steps, found, strict=False):
        if (step.number, step.name) != (number, name):
            raise UpgradeError(
                f"{path} is not a file of this kind: its migration {number} is {name!r}, and here"
                f" it is {step.name!r}. Give the right path."
            )
    if len(found) > len(steps):
        raise NewerFormatError(
            f"{path} was written by a newer version (schema {len(found)}, this one knows"
            f" {len(steps)}). Start the version that wrote it."
        )
    return len(found)


@cache
def _columns_after(steps: tuple[Migration, ...]) -> frozenset[tuple[str, str]]:
    """Table and name of every column that `steps` make."""
    scratch = apsw.Connection(":memory:")
    try:
        for step in steps:
            apply_migration(scratch, step)
        rows = scratch.execute(COLUMNS).fetchall()
    finally:
        scratch.close()
    return frozenset((str(table), str(column)) for table, column in rows)
