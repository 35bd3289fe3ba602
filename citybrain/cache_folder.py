"""Where files that were fetched or made once lie on this machine. Fetches nothing."""

import os
from pathlib import Path


def cache_folder(kind: str) -> Path:
    """`$CITYBRAIN_CACHE` or `~/.cache/citybrain`, and in it one folder per kind of file (models,
    footage, maps)."""
    named = os.environ.get("CITYBRAIN_CACHE")
    return (Path(named) if named else Path.home() / ".cache" / "citybrain") / kind
