"""Filters and orders as clients write them: a subset of AIP-160 and AIP-132, read into what
`citybrain.feed` takes.

    filter   = condition { "AND" condition }
    condition = field ("=" | ":") ( value | "(" value { "OR" value } ")" )
    value    = word | '"' any text, \\" and \\\\ for " and \\ '"'
"""

import re

from citybrain.api import limits
from citybrain.api.errors import InvalidRequestError, Violation
from citybrain.api.lists import area

TOKEN = re.compile(
    r"""\s*(?:(?P<quoted>"(?:[^"\\]|\\["\\])*")|(?P<mark>[()=:])|(?P<word>[^\s"()=:]+))\s*"""
)
HOW = 'Write field = value, joined by AND; field = (a OR b); a value with spaces in "quotes".'
Filters = tuple[tuple[str, str], ...]


def parse_filter(text: str, field: str = "filter") -> Filters:
    """(field, value) of every condition; several values of one field are alternatives. Raises
    `InvalidRequestError`."""
    if len(text) > limits.FILTER_CHARS.value:
        _refuse(field, f"it has {len(text)} characters", f"At most {limits.FILTER_CHARS.value}.")
    reader = _Reader(_tokens(text, field), field)
    found: list[tuple[str, str]] = []
    while not reader.at_end:
        if found:
            reader.take("AND")
        name = reader.word("a field")
        if any(known == name for known, _ in found):
            _refuse(field, f"{name} is there twice", f"Write {name} = (a OR b) for alternatives.")
        found += [(name, value) for value in reader.values()]
    _check_areas(found, field)
    return tuple(found)


def parse_order(text: str, field: str = "order_by") -> str:
    """`name` or `-name`, as the feed takes it; "" for the default. Raises `InvalidRequestError`."""
    match text.split():
        case []:
            return ""
        case [name] if not name.startswith("-"):
            return name
        case [name, "asc"] if not name.startswith("-"):
            return name
        case [name, "desc"] if not name.startswith("-"):
            return f"-{name}"
        case _:
            _refuse(field, f"it is {text[:80]!r}", "Give one field, with desc for the reverse.")
            raise AssertionError("refused")


def _check_areas(found: list[tuple[str, str]], field: str) -> None:
    for name, value in found:
        wrong = area.violation_of(value, field) if name == area.FIELD else None
        if wrong is not None:
            raise InvalidRequestError(wrong)


class _Reader:
    def __init__(self, tokens: list[str], field: str) -> None:
        self._tokens, self._field, self._next = tokens, field, 0

    @property
    def at_end(self) -> bool:
        return self._next == len(self._tokens)

    def values(self) -> list[str]:
        self.take("=", ":")
        if not self._is("("):
            return [self.word("a value")]
        self.take("(")
        found = [self.word("a value")]
        while self._is("OR"):
            self.take("OR")
            found.append(self.word("a value"))
        self.take(")")
        return found

    def word(self, what: str) -> str:
        token = self._token()
        if token is None or token in ("(", ")", "=", ":"):
            _refuse(self._field, f"{what} is missing before {token or 'the end'}", HOW)
            raise AssertionError("refused")
        self._next += 1
        return re.sub(r"\\(.)", r"\1", token[1:-1]) if token.startswith('"') else token

    def take(self, *marks: str) -> None:
        token = self._token()
        if token not in marks:
            what = f"{' or '.join(marks)} is missing before {token or 'the end'}"
            _refuse(self._field, what[:200], HOW)
        self._next += 1

    def _is(self, mark: str) -> bool:
        return self._token() == mark

    def _token(self) -> str | None:
        return None if self.at_end else self._tokens[self._next]


def _tokens(text: str, field: str) -> list[str]:
    tokens, at = [], 0
    while at < len(text):
        found = TOKEN.match(text, at)
        if found is None:
            if not text[at:].strip():
                break
            _refuse(field, f"{text[at : at + 20]!r} cannot be read", HOW)
            raise AssertionError("refused")
        tokens.append(found["quoted"] or found["mark"] or found["word"])
        at = found.end()
    return tokens


def _refuse(field: str, what: str, cure: str) -> None:
    raise InvalidRequestError(Violation(field=field, what=what, cure=cure))
