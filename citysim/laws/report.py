"""What a checker found."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LawReport:
    """`checked` counts what was looked at (0: nothing to judge yet); `broken` says, one sentence each, where the law does not hold.

    `unjudged` counts what could not be judged: written by other code, or still under way.
    """

    law: str
    checked: int
    broken: tuple[str, ...] = ()
    unjudged: int = 0

    @property
    def kept(self) -> bool:
        return not self.broken
