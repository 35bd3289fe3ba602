"""The words of the consoles: one table of keys, each with its text in every language. A page gets the whole table and can switch in place."""

import json
from collections.abc import Mapping
from pathlib import Path

from starlette.requests import Request

from citybrain import canonical_json

LANGUAGES = ("en", "zh")
COOKIE = "citybrain-lang"

Words = Mapping[str, Mapping[str, str]]  # key -> language -> text

SHARED = Path(__file__).parent / "words"


def load(*files: Path) -> Words:
    """The tables of `files` and the shared ones in one; raises `ValueError` naming a key that stands twice."""
    table: dict[str, Mapping[str, str]] = {}
    for path in (*sorted(SHARED.glob("*.json")), *files):
        for key, texts in json.loads(path.read_text("utf-8")).items():
            if key in table:
                raise ValueError(
                    f"{path.name}: {key!r} stands in another table too. Keep one of them."
                )
            table[key] = texts
    return table


def with_titles(words: Words, titles: Mapping[str, Mapping[str, str]]) -> Words:
    """`words` with the titles of incident kinds as their playbooks give them."""
    return {**words, **{f"kind.{kind}": dict(texts) for kind, texts in titles.items()}}


def as_module(words: Words) -> bytes:
    """The table as an ES module, so that a page needs no inline script and no second request to begin."""
    return b"export default " + canonical_json.encode(words) + b";\n"


def language_of(request: Request) -> str:
    """?lang=, then the cookie, then what the browser prefers, then English."""
    for asked in (request.query_params.get("lang", ""), request.cookies.get(COOKIE, "")):
        if asked in LANGUAGES:
            return asked
    return _preferred(request.headers.get("accept-language", ""))


def _preferred(header: str) -> str:
    best, best_q = LANGUAGES[0], 0.0
    for part in header.split(",")[:20]:
        name, _, quality = part.partition(";q=")
        tag = name.strip().lower().split("-")[0]
        try:
            q = float(quality) if quality else 1.0
        except ValueError:
            continue
        if tag in LANGUAGES and q > best_q:
            best, best_q = tag, q
    return best
