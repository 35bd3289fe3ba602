"""The demo's scene rules and what its districts tune, from `scenes.toml` beside this file."""

from functools import cache
from pathlib import Path

from citybrain.config.load import read_toml
from citybrain.config.toml_text import TomlTable

FILE = Path(__file__).with_name("scenes.toml")


def rule(name: str) -> TomlTable:
    """The keys of one scene rule."""
    found: TomlTable = _tables()["rule"][name]
    return found


def tunes(path: Path = FILE) -> tuple[TomlTable, ...]:
    """The `[[tune]]` tables of a file."""
    return tuple(read_toml(path)["tune"])


@cache
def _tables() -> dict[str, dict[str, TomlTable]]:
    return read_toml(FILE)
