"""The consoles' texts: one table of keys, each with its text in every language. A page gets the
whole table and can switch its language in place.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from citybrain import canonical_json

LANGUAGES = ("en", "zh")
COOKIE = "citybrain-lang"
COOKIE_S = 365 * 86_400
# a name in both languages, as `inLanguage` of static/i18n.js reads it
BOTH = re.compile(r"([^\u3400-\u9fff]*[A-Za-z][^\u3400-\u9fff]*?)(?: / | )([\u3400-\u9fff].*)")

Translations = Mapping[str, Mapping[str, str]]  # key -> language -> text

SHARED = Path(__file__).parent / "translations"


def load(*files: Path) -> Translations:
    """The tables of `files` and the shared ones in one; raises `ValueError` for a duplicate key."""
    table: dict[str, Mapping[str, str]] = {}
    for path in (*sorted(SHARED.glob("*.json")), *files):
        for key, texts in json.loads(path.read_text("utf-8")).items():
            if key in table:
                raise ValueError(f"{path.name}: {key!r} is in another table too. Keep one of them.")
            table[key] = texts
    return table


def with_words(translations: Translations, words: Translations) -> Translations:
    """`translations` with the words of the packs in force. A pack adds: where both have a key, the
    console's own text stays.
    """
    return {**words, **translations}


def in_language(name: str, language: str) -> str:
    """`language`'s half of a bilingual name ("Patrol 1 巡逻一队"); others unchanged."""
    halves = BOTH.fullmatch(name)
    return name if halves is None else halves[1 + LANGUAGES.index(language)]


def as_module(translations: Translations) -> bytes:
    """The table as an ES module: a page needs no inline script."""
    return b"export default " + canonical_json.encode(translations) + b";\n"


def language_of(request: Request) -> str:
    """?lang=, then the cookie, then what the browser prefers, then English."""
    for language in (request.query_params.get("lang", ""), request.cookies.get(COOKIE, "")):
        if language in LANGUAGES:
            return language
    return _preferred(request.headers.get("accept-language", ""))


def remember_language(request: Request, response: Response) -> None:
    """A language that ?lang= asks for is the browser's from now on: also where the answer leads to
    another page."""
    language = request.query_params.get("lang", "")
    if language in LANGUAGES:
        response.set_cookie(COOKIE, language, max_age=COOKIE_S, samesite="lax")


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
