"""The trace of a run as text, line by line, and which lines are shown."""

from collections.abc import Iterable, Iterator

from citybrain.structs import Struct
from citysim.sim.trace import TraceLine

FAULT = "fault"


class TraceView(Struct, frozen=True, kw_only=True):
    """`who`: only these ("city", "district/north"), or all below a name ("agent"); empty: all.

    Faults are always shown.
    """

    from_s: float = 0.0
    who: tuple[str, ...] = ()

    def shows(self, line: TraceLine) -> bool:
        if line.at_s < self.from_s:
            return False
        return (
            not self.who
            or line.who == FAULT
            or any(line.who == name or line.who.startswith(f"{name}/") for name in self.who)
        )


def text(lines: Iterable[TraceLine], view: TraceView) -> Iterator[str]:
    """One line each, without its end; line breaks in a detail become spaces."""
    return (str(line).replace("\n", " ") for line in lines if view.shows(line))
