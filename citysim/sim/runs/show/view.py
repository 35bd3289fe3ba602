"""The trace of a story as text, line by line, the same bytes every time; and what of it is to be seen."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from citysim.sim.trace import Line


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """`who`: only these ("city", "district/north") or all below a name ("agent"); empty: everybody. Faults are always seen."""

    from_s: float = 0.0
    who: tuple[str, ...] = ()

    def shows(self, line: Line) -> bool:
        if line.at_s < self.from_s:
            return False
        return (
            not self.who
            or line.who == FAULT
            or any(line.who == name or line.who.startswith(f"{name}/") for name in self.who)
        )


FAULT = "fault"


def text(lines: Iterable[Line], view: View) -> Iterator[str]:
    """A line each, without its end. What was said in several lines becomes one."""
    return (str(line).replace("\n", " ") for line in lines if view.shows(line))
