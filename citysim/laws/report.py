"""What a law's checker found."""

from dataclasses import dataclass, field

from citybrain.structs import Struct


class LawReport(Struct, frozen=True, kw_only=True):
    """`checked` counts the facts that were checked (0: there was nothing to judge yet).

    `violations` says, one sentence each, where the law does not hold. `inconclusive` counts what
    could not be judged: decided by other code, or still under way.
    """

    law: str
    checked: int
    violations: tuple[str, ...] = ()
    inconclusive: int = 0

    @property
    def holds(self) -> bool:
        return not self.violations


@dataclass(slots=True)  # mutable: a report in the making
class Findings:
    """What a checker has found so far."""

    checked: int = 0
    violations: list[str] = field(default_factory=list)
    inconclusive: int = 0

    def add_violation(self, sentence: str) -> None:
        self.violations.append(sentence)

    def report(self, law: str) -> LawReport:
        return LawReport(
            law=law,
            checked=self.checked,
            violations=tuple(self.violations),
            inconclusive=self.inconclusive,
        )
