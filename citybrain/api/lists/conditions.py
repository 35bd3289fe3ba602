"""The filters that several lists have."""

from collections.abc import Callable
from typing import TypeVar

V = TypeVar("V")
Filter = Callable[[V, str], bool]


def is_word(word: Callable[[V], str]) -> Filter[V]:
    """Whether the value's word is the one that is asked for."""
    return lambda value, wanted: word(value) == wanted


def is_true(fact: Callable[[V], bool]) -> Filter[V]:
    """Whether the fact is as "true" or "false" asks; another word fits nothing."""
    return lambda value, wanted: wanted == ("true" if fact(value) else "false")


def has_word(words: Callable[[V], tuple[str, ...]]) -> Filter[V]:
    """Whether the word that is asked for is one of the value's."""
    return lambda value, wanted: wanted in words(value)
