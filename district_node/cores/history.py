"""The lines of an incident's history, so many at most: where they become too many, lines of one
kind become one that counts them. None is lost from the middle. Pure.
"""

from collections.abc import Callable
from typing import NamedTuple

from citybrain.domain.console import HistoryEntry
from citybrain.structs import replace
from district_node.limits import HISTORY

# what lines must have in common to be counted together; the next where nothing is alike in that
ALIKE: tuple[Callable[[HistoryEntry], tuple[str, ...]], ...] = (
    lambda line: (line.code, line.actor, line.reason),
    lambda line: (line.code, line.actor),
    lambda line: (line.code,),
    lambda _: (),  # no history is of so many codes
)


class _Pair(NamedTuple):
    """Where two lines stand that are counted together."""

    first: int
    second: int


def with_line(history: tuple[HistoryEntry, ...], line: HistoryEntry) -> tuple[HistoryEntry, ...]:
    """The history with one more line at its end."""
    lines = (*history, line)
    while len(lines) > HISTORY.value:
        lines = _folded(lines)
    return lines


def _folded(lines: tuple[HistoryEntry, ...]) -> tuple[HistoryEntry, ...]:
    """With one line less: of those of which there are most, the two that came first are one."""
    for alike in ALIKE:
        pair = _first_of_most(lines, alike)
        if pair is not None:
            one = _counted(lines[pair.first], lines[pair.second])
            before, between = lines[: pair.first], lines[pair.first + 1 : pair.second]
            return (*before, one, *between, *lines[pair.second + 1 :])
    return lines


def _first_of_most(
    lines: tuple[HistoryEntry, ...], alike: Callable[[HistoryEntry], tuple[str, ...]]
) -> _Pair | None:
    places: dict[tuple[str, ...], list[int]] = {}
    for place, line in enumerate(lines):
        places.setdefault(alike(line), []).append(place)
    most = max(places.values(), key=len)
    return _Pair(most[0], most[1]) if len(most) > 1 else None


def _counted(first: HistoryEntry, second: HistoryEntry) -> HistoryEntry:
    """Both as one line, that says what they have in common."""
    return replace(
        first,
        code=first.code if first.code == second.code else "several",
        actor=first.actor if first.actor == second.actor else "",
        reason=first.reason if first.reason == second.reason else "",
        times=first.times + second.times,
        last_at=max(second.last_at or second.at, first.last_at or first.at),
    )
