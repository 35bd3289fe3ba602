"""The trace of a story: a line for everything of note, in the order it happened. Kept as values; written out by whoever replays."""

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    at_s: float
    who: str
    what: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.at_s:10.3f}  {self.who:<18} {self.what}{'  ' if self.detail else ''}{self.detail}"


class Trace:
    """Bounded by the story's length. The digest covers every line, kept or not."""

    def __init__(self, *, keep: bool) -> None:
        self._keep = keep
        self._digest = hashlib.sha256()
        self.lines: list[Line] = []

    def add(self, at_s: float, who: str, what: str, detail: str = "") -> None:
        line = Line(at_s, who, what, detail)
        self._digest.update(str(line).encode())
        if self._keep:
            self.lines.append(line)

    def beside(self, at_s: float, who: str, what: str, detail: str) -> None:
        """A line for whoever reads, that is no part of the story: the digest does not cover it."""
        if self._keep:
            self.lines.append(Line(at_s, who, what, detail))

    def digest(self) -> str:
        return self._digest.hexdigest()[:16]
