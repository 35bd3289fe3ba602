"""The words that stand on the pages, by their keys, in both languages: people press what they
read.
"""

import json
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
FILES = (
    *sorted((ROOT / "citybrain/web/translations").glob("*.json")),
    ROOT / "district_node/web/translations.json",
    ROOT / "coordinator/web/translations.json",
)
TABLE: Mapping[str, Mapping[str, str]] = {
    key: texts
    for path in FILES
    for key, texts in json.loads(path.read_text(encoding="utf-8")).items()
}


def word(key: str, lang: str) -> str:
    """Raises `KeyError` where no page has that text."""
    return TABLE[key][lang]
