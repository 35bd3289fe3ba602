"""Comments that switch a check off say which one and why, on their own line; no comment says what
ought to be done some day."""

import io
import re
import tokenize
from collections.abc import Iterator
from functools import cache

from archrules.tree import Source, Tree

# a code in capitals and a number, or a code in brackets; then a dash or a hash, and why
SAYS_WHY = re.compile(
    r"# (?:noqa: [A-Z]+\d+(?:, ?[A-Z]+\d+)*|type: ignore\[[a-z, -]+\]) +(?:-|#) *\w.*"
)
# these hold for a whole file
FILE_WIDE = re.compile(r"#\s*(?:ruff|flake8|mypy|pyright|pylint|isort)\s*:", re.IGNORECASE)
SWITCHES_OFF = re.compile(r"#\s*(?:noqa|type:\s*ignore|pragma)\b", re.IGNORECASE)
LENGTH = re.compile(r"#\s*noqa:.*\bE501\b", re.IGNORECASE)
SOME_DAY = re.compile(r"\b(?:TODO|FIXME|XXX|HACK|[Tt]odo|[Ff]ixme)\b")
ANY_OF_THEM = re.compile(
    "|".join(rule.pattern for rule in (FILE_WIDE, SWITCHES_OFF, SOME_DAY)), re.IGNORECASE
)


def check(tree: Tree) -> list[str]:
    """Comments that switch off more than they say, or do not say why, or put something off."""
    return [f"{s.path}:{line} {what}" for s in tree.sources for line, what in _wrong(s)]


@cache
def _wrong(source: Source) -> tuple[tuple[int, str], ...]:
    if not ANY_OF_THEM.search(source.text):
        return ()
    return tuple(_judged(source.text))


def _judged(text: str) -> Iterator[tuple[int, str]]:
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            comment, line = token.string, token.start[0]
            if FILE_WIDE.search(comment):
                yield line, "switches a check off for a whole file"
            elif LENGTH.search(comment):
                yield line, "lets a line be long"
            elif SWITCHES_OFF.search(comment) and not SAYS_WHY.search(comment):
                yield line, "switches a check off and does not say which one and why"
            elif SOME_DAY.search(comment):
                yield line, "puts something off"
