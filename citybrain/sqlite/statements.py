"""SQL kept in `.sql` files: named queries and numbered migrations. Knows no database."""

import re
from functools import cache
from importlib.resources import files

from citybrain.structs import Struct

_NAME = re.compile(r"^-- name: (\w+)\s*$", re.MULTILINE)
_MIGRATION = re.compile(r"^(\d{4})_(\w+)\.sql$")


class Migration(Struct, frozen=True, kw_only=True):
    """One step of a schema. Numbers run from 1 without holes; a step that was released never
    changes."""

    number: int
    name: str
    sql: str


@cache
def named_queries(package: str, file: str) -> dict[str, str]:
    """The queries of `file` in `package`, by the names in its `-- name: x` lines."""
    parts = _NAME.split(files(package).joinpath(file).read_text(encoding="utf-8"))
    return {name: sql.strip() for name, sql in zip(parts[1::2], parts[2::2], strict=True)}


@cache
def migrations(package: str) -> tuple[Migration, ...]:
    """The `NNNN_name.sql` files of `package`, in order."""
    found = []
    for entry in files(package).iterdir():
        match = _MIGRATION.match(entry.name)
        if match:
            found.append(
                Migration(
                    number=int(match[1]), name=match[2], sql=entry.read_text(encoding="utf-8")
                )
            )
    return tuple(sorted(found, key=lambda m: m.number))
