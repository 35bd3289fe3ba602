"""The trace of a run: one line for everything of note, in the order in which it happened."""

import hashlib

from citybrain.structs import Struct


class TraceLine(Struct, frozen=True):
    at_s: float  # simulated time
    who: str
    what: str
    detail: str = ""

    def __str__(self) -> str:
        detail = f"  {self.detail}" if self.detail else ""
        return f"{self.at_s:10.3f}  {self.who:<18} {self.what}{detail}"


class Trace:
    """Lines are kept where `keep`; the digest covers every line of `add`, kept or not."""

    def __init__(self, *, keep: bool) -> None:
        self._keep = keep
        self._digest = hashlib.sha256()
        self.lines: list[TraceLine] = []

    def add(self, at_s: float, who: str, what: str, detail: str = "") -> None:
        line = TraceLine(at_s, who, what, detail)
        self._digest.update(str(line).encode())
        if self._keep:
            self.lines.append(line)

    def add_undigested(self, at_s: float, who: str, what: str, detail: str) -> None:
        """A line for readers only: the digest is the same with and without it."""
        if self._keep:
            self.lines.append(TraceLine(at_s, who, what, detail))

    def digest(self) -> str:
        return self._digest.hexdigest()[:16]
