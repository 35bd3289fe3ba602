"""What a checker found."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LawReport:
    """`checked` counts what was looked at (0: nothing to judge yet); `broken` says, one sentence each, where the law does not hold."""

    law: str
    checked: int
    broken: tuple[str, ...] = ()

    @property
    def kept(self) -> bool:
        return not self.broken
