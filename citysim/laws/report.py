"""What a checker found."""

from dataclasses import dataclass, field


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


@dataclass(slots=True)
class Findings:
    """What a checker has found so far."""

    checked: int = 0
    broken: list[str] = field(default_factory=list)
    unjudged: int = 0

    def accuse(self, sentence: str) -> None:
        self.broken.append(sentence)

    def report(self, law: str) -> LawReport:
        return LawReport(
            law=law, checked=self.checked, broken=tuple(self.broken), unjudged=self.unjudged
        )
