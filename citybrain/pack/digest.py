"""The digest of a pack: SHA-256 of the canonical content of its files."""

import hashlib
import math
from collections.abc import Mapping
from datetime import date, datetime, time
from pathlib import Path

from citybrain import canonical_json
from citybrain.pack.pack import Table


def digest_of(tables: Mapping[str, Table], others: Mapping[str, Path]) -> str:
    """Over the parsed `tables` by file (so comments, blank lines and the order of keys do not
    count) and the bytes of the `others`.
    """
    content = {
        "tables": {file: _plain(table) for file, table in tables.items()},
        "others": {
            file: hashlib.sha256(path.read_bytes()).hexdigest() for file, path in others.items()
        },
    }
    return canonical_json.digest(content)


def _plain(value: object) -> object:
    """What TOML may hold beside JSON, as text."""
    match value:
        case dict():
            return {str(key): _plain(item) for key, item in value.items()}
        case list():
            return [_plain(item) for item in value]
        case float() if not math.isfinite(value):
            return repr(value)
        case datetime() | date() | time():
            return value.isoformat()
    return value
