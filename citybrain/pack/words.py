"""The texts of a pack in every language of the screens: `words/en.toml`, `words/zh.toml`. Shows
nothing.
"""

from collections.abc import Iterable, Iterator

from citybrain.pack.pack import Table, Words
from citybrain.pack.problems import Problems

LANGUAGES = ("en", "zh")
# first part of a key: whose word it is
SECTIONS = (
    "kind", "opens", "time_limit", "closes",  # a kind's title, and what a person reads on a case
    "capability", "reason", "asset", "field", "choice", "rule",
)  # fmt: skip
TEXT_MAX = 200


def words_file(language: str) -> str:
    return f"words/{language}.toml"


def read_words(tables: dict[str, Table], problems: Problems) -> Words:
    """The texts by key (`kind.crowding`) and language, from the files' tables by language. A key
    that one language lacks is a problem, so is what is no text.
    """
    by_language = {
        language: dict(_texts(language, tables.get(language, {}), problems))
        for language in LANGUAGES
    }
    keys = dict.fromkeys(key for texts in by_language.values() for key in texts)
    for key in keys:
        for language in LANGUAGES:
            if key not in by_language[language]:
                problems.add(words_file(language), key, "it is missing", "Add the text.")
    return {
        key: {language: by_language[language].get(key, "") for language in LANGUAGES}
        for key in keys
    }


def require_words(words: Words, keys: Iterable[str], problems: Problems) -> None:
    """Every one of `keys` must have its texts."""
    for key in dict.fromkeys(keys):
        if key not in words:
            for language in LANGUAGES:
                problems.add(
                    words_file(language),
                    key,
                    "it is missing",
                    f'Add `{key.rpartition(".")[2]} = "…"` under [{key.rpartition(".")[0]}].',
                )


def _texts(language: str, table: Table, problems: Problems) -> Iterator[tuple[str, str]]:
    for section, content in table.items():
        if section not in SECTIONS:
            problems.add(
                words_file(language),
                section,
                "there is no such table",
                f"The tables here are {', '.join(SECTIONS)}.",
            )
        elif not isinstance(content, dict):
            problems.add(words_file(language), section, "it is no table", f"Write [{section}].")
        else:
            yield from _flat(language, section, content, problems)


def is_text(content: str) -> bool:
    """Whether a screen can show it on one line."""
    return 0 < len(content.strip()) <= len(content) <= TEXT_MAX and content.isprintable()


def _flat(
    language: str, prefix: str, table: Table, problems: Problems
) -> Iterator[tuple[str, str]]:
    for name, content in table.items():
        key = f"{prefix}.{name}"
        if isinstance(content, dict):
            yield from _flat(language, key, content, problems)
        elif not isinstance(content, str) or not is_text(content):
            problems.add(
                words_file(language),
                key,
                f"{str(content)[:40]!r} is no text",
                f"Give a text of 1-{TEXT_MAX} characters on one line, in quotes.",
            )
        else:
            yield key, content
