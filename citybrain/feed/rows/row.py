"""One row of a list, in one version of it."""

from collections.abc import Callable


class Row:
    """A key with its value, made in version `number`. Compared by identity."""

    __slots__ = ("_text", "key", "number", "value")

    def __init__(self, key: str, value: object, number: int) -> None:
        self.key, self.value, self.number = key, value, number
        self._text: str | None = None

    def holds(self, words: tuple[str, ...], text: Callable[[object], str]) -> bool:
        """Whether every word is somewhere in its text; the folded text is kept once made."""
        if self._text is None:
            self._text = text(self.value).casefold()
        return all(word in self._text for word in words)
